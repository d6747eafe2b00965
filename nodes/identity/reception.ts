import type { ICredentialDataDecryptedObject, IWebhookFunctions } from 'n8n-workflow';
import type { Provider } from '../../providers/provider';
import { readCredential } from '../lifecycle/credential';
import { ownerOf } from '../lifecycle/derived-secret';
import { registrationMode } from '../parameters/registration-mode';
import type { Reception } from '../webhook/receive-delivery';
import { readAuthentication } from './authentication';
import { deliveryKey } from './delivery-key';
import { guardOf } from './guard';
import { issuerKeys } from './issuer-keys';

/** One identity platform, and what of its credential matters for a delivery. */
export interface Platform {
  readonly provider: Provider;
  /** The name of the credential's type. */
  readonly credential: string;
  readonly read: (found: ICredentialDataDecryptedObject) => { readonly baseUrl: string; readonly clientSecret: string; readonly deliverySecret: string };
}

/** How a node takes the deliveries of an identity platform: with the key that it gave the platform, or that the user did, or a token of the platform's. */
export async function receptionOf(context: IWebhookFunctions, { provider, credential, read }: Platform): Promise<Reception> {
  const { baseUrl, clientSecret, deliverySecret } = read(await readCredential(context, credential));
  const authentication = readAuthentication(context);
  const key = registrationMode(context) === 'manual' ? deliverySecret : deliveryKey(clientSecret, ownerOf(context), authentication);
  return { provider, guard: guardOf({ authentication, key, baseUrl, keysOf: issuerKeys(context) }, provider) };
}
