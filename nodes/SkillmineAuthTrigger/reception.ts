import type { IWebhookFunctions } from 'n8n-workflow';
import { skillmine } from '../../providers/skillmine';
import { readAuthentication } from '../identity/authentication';
import { deliveryKey } from '../identity/delivery-key';
import { guardOf } from '../identity/guard';
import { issuerKeys } from '../identity/issuer-keys';
import { readCredential } from '../lifecycle/credential';
import { ownerOf } from '../lifecycle/derived-secret';
import { registrationMode } from '../parameters/registration-mode';
import type { Reception } from '../webhook/receive-delivery';
import { CREDENTIAL, credentialOf } from './credential';

/** How this node takes deliveries: with the key that it gave Skillmine, or that the user did. */
export async function receptionOf(context: IWebhookFunctions): Promise<Reception> {
  const credential = credentialOf(await readCredential(context, CREDENTIAL));
  const authentication = readAuthentication(context);
  const key = registrationMode(context) === 'manual' ? credential.deliverySecret : deliveryKey(credential.clientSecret, ownerOf(context), authentication);
  return {
    provider: skillmine,
    guard: guardOf({ authentication, key, baseUrl: credential.baseUrl, keysOf: issuerKeys(context) }, skillmine),
  };
}
