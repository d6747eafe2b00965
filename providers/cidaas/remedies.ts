import { failureOf } from '../management/failure';
import type { Failed } from '../management/failure';
import type { ManagementAnswer } from '../management/request';
import { readSaying } from './management';
import type { CidaasWebhook } from './webhook';

const REMEDIES = {
  unauthorized: 'Check client ID and client secret in the credential, and that the client may use the client credentials grant.',
  forbidden: 'Give the client the scopes cidaas:webhook_read, cidaas:webhook_write and cidaas:webhook_delete, and save the credential again so that n8n fetches a new token. Or set \'Registration\' to Manual.',
  not_found: 'Check the base URL in the credential: the address of the tenant, without a path. There, \'Webhook Path\' has another path for webhooks.',
  conflict: 'Another webhook of the tenant has this URL. Delete it in the cidaas admin UI and publish again.',
  refused: 'cidaas refuses a second webhook with the same URL, more than 20 webhooks in a tenant, and events that the tenant does not have. Look at the webhooks in its admin UI, and choose from the list in \'Events\' instead of [All].',
} as const;

/** The failure that an answer of a tenant stands for, and what to do about it. */
export function failure(answer: ManagementAnswer, action: string, { authentication }: CidaasWebhook): Failed {
  const secrets = authentication.type === 'CIDAAS_OAUTH2' ? [] : [authentication.key];
  return failureOf(answer, { provider: 'cidaas', action, said: readSaying(answer), secrets, remedies: REMEDIES });
}
