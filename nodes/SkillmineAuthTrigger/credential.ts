import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { baseUrlOf } from '../../providers/management/base-url';
import { textOf } from '../lifecycle/credential';

/** The name of the credential's type. */
export const CREDENTIAL = 'skillmineAuthApi';

/** What the credential holds; a field that is not filled in is empty. */
export interface SkillmineCredential {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the user entered at the webhook in the console. */
  readonly deliverySecret: string;
  /** With whom Skillmine fetches a token for its deliveries. */
  readonly deliveryClientId: string;
  readonly deliveryClientSecret: string;
}

export function credentialOf(found: ICredentialDataDecryptedObject): SkillmineCredential {
  const [clientId, clientSecret] = [textOf(found['clientId']), textOf(found['clientSecret'])];
  const deliveryClientId = textOf(found['deliveryClientId']);
  return {
    baseUrl: baseUrlOf(textOf(found['baseUrl'])),
    clientId,
    clientSecret,
    deliverySecret: textOf(found['deliverySecret']),
    // Both or none: one client's ID never goes with another one's secret.
    deliveryClientId: deliveryClientId || clientId,
    deliveryClientSecret: deliveryClientId === '' ? clientSecret : textOf(found['deliveryClientSecret']),
  };
}
