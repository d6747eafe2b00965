import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { apiUrl } from '../../providers/spika/management';
import { textOf } from '../lifecycle/credential';

/** The name of the credential's type. */
export const CREDENTIAL = 'spikaApi';

/** What the credential holds; a field that is not filled in is empty. */
export interface SpikaCredential {
  /** Of the API, with its path. */
  readonly apiUrl: string;
  /** Entered by hand, for webhooks that were registered by hand. */
  readonly signature: string;
}

export function credentialOf(found: ICredentialDataDecryptedObject): SpikaCredential {
  return { apiUrl: apiUrl(textOf(found['baseUrl'])), signature: textOf(found['signatureSecret']) };
}
