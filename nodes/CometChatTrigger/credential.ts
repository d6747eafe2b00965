import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { DEFAULT_BASE_URL } from '../../providers/cometchat/management';
import { deriveSecret } from '../lifecycle/derived-secret';
import type { Owner } from '../lifecycle/derived-secret';
import { textOf } from '../lifecycle/credential';

/** The name of the credential's type. */
export const CREDENTIAL = 'cometChatApi';

/** What the credential holds; a field that is not filled in is empty. */
export interface CometChatCredential {
  readonly appId: string;
  readonly apiKey: string;
  readonly managementSecret: string;
  readonly baseUrl: string;
  readonly webhookUsername: string;
  readonly webhookPassword: string;
}

/** What CometChat sends as HTTP Basic: letters and digits, at most 50 and 100. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

export function credentialOf(found: ICredentialDataDecryptedObject): CometChatCredential {
  return {
    appId: textOf(found['appId']),
    apiKey: textOf(found['apiKey']),
    managementSecret: textOf(found['managementSecret']),
    baseUrl: textOf(found['baseUrl']) || DEFAULT_BASE_URL,
    webhookUsername: textOf(found['webhookUsername']),
    webhookPassword: textOf(found['webhookPassword']),
  };
}

/**
 * What deliveries have to show: what the user entered in the dashboard, or a pair that is this node's own.
 * @returns empty texts, which admit nobody, when there is nothing to derive from.
 */
export function loginOf({ managementSecret, webhookUsername, webhookPassword }: CometChatCredential, registration: 'automatic' | 'manual', owner: Owner): Login {
  if (registration === 'manual') return { username: webhookUsername, password: webhookPassword };
  return {
    username: `n8n${deriveSecret(managementSecret, owner, 'username')?.slice(0, 24) ?? ''}`,
    password: deriveSecret(managementSecret, owner, 'password') ?? '',
  };
}
