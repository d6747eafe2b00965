import type { ICredentialDataDecryptedObject, IWebhookFunctions } from 'n8n-workflow';
import { readCredential, textOf } from '../lifecycle/credential';
import { deriveSecret, ownerOf } from '../lifecycle/derived-secret';
import type { Owner } from '../lifecycle/derived-secret';

/** The name of the credential's type. */
export const CREDENTIAL = 'chathooksApi';

/** Where a receiver listens unless it is told otherwise. */
const DEFAULT_BASE_URL = 'http://127.0.0.1:8080';

/** What the credential holds; a field that is not filled in is empty. */
export interface ChathooksCredential {
  readonly baseUrl: string;
  readonly adminToken: string;
  /** The address under which the receiver reaches n8n, where it is another than n8n's own idea of it. */
  readonly n8nUrl: string;
  readonly signingSecret: string;
  readonly previousSigningSecret: string;
}

export function credentialOf(found: ICredentialDataDecryptedObject): ChathooksCredential {
  return {
    baseUrl: textOf(found['baseUrl']) || DEFAULT_BASE_URL,
    adminToken: textOf(found['adminToken']),
    n8nUrl: textOf(found['n8nUrl']),
    signingSecret: textOf(found['signingSecret']),
    previousSigningSecret: textOf(found['previousSigningSecret']),
  };
}

/**
 * The secret that the receiver is to sign with: the user's, or one of this node's own that follows from the admin token.
 * @returns undefined when there is neither.
 */
export function signingSecretOf({ adminToken, signingSecret }: ChathooksCredential, owner: Owner): string | undefined {
  if (signingSecret !== '') return signingSecret;
  const derived = deriveSecret(adminToken, owner, 'signature');
  // Written as the Standard Webhooks libraries want it.
  return derived === undefined ? undefined : `whsec_${Buffer.from(derived, 'hex').toString('base64')}`;
}

/** Every secret that a request may be signed with: the current one, and the one that the receiver may still have. */
export async function acceptedSecretsOf(context: IWebhookFunctions): Promise<readonly string[]> {
  const credential = credentialOf(await readCredential(context, CREDENTIAL));
  return [signingSecretOf(credential, ownerOf(context)) ?? '', credential.previousSigningSecret].filter((secret) => secret !== '');
}
