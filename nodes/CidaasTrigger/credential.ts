import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { RESOURCES } from '../../providers/cidaas/management';
import type { Resource } from '../../providers/cidaas/management';
import { baseUrlOf } from '../../providers/management/base-url';
import { textOf } from '../lifecycle/credential';

/** The name of the credential's type. */
export const CREDENTIAL = 'cidaasApi';

/** What the credential holds; a field that is not filled in is empty. */
export interface CidaasCredential {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly resource: Resource;
  /** What the user entered at the webhook in the admin UI. */
  readonly deliverySecret: string;
}

export function credentialOf(found: ICredentialDataDecryptedObject): CidaasCredential {
  return {
    baseUrl: baseUrlOf(textOf(found['baseUrl'])),
    clientId: textOf(found['clientId']),
    clientSecret: textOf(found['clientSecret']),
    resource: RESOURCES.find((resource) => resource === found['webhookPath']) ?? RESOURCES[0],
    deliverySecret: textOf(found['deliverySecret']),
  };
}
