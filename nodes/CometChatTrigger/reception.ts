import type { IWebhookFunctions } from 'n8n-workflow';
import { cometchat } from '../../providers/cometchat';
import { downloadMedia } from '../../providers/cometchat/media';
import { readCredential } from '../lifecycle/credential';
import { ownerOf } from '../lifecycle/derived-secret';
import { registrationMode } from '../parameters/registration-mode';
import type { Reception } from '../webhook/receive-delivery';
import { CREDENTIAL, credentialOf, loginOf } from './credential';

/** How this node takes deliveries: HTTP Basic, which is all that CometChat offers. */
export async function receptionOf(context: IWebhookFunctions): Promise<Reception> {
  const credential = credentialOf(await readCredential(context, CREDENTIAL));
  const { username, password } = loginOf(credential, registrationMode(context), ownerOf(context));
  return {
    provider: cometchat,
    guard: { scheme: 'basic', username, secrets: [password] },
    download: downloadMedia(credential),
  };
}
