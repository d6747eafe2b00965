import type { IWebhookFunctions } from 'n8n-workflow';
import type { Guard } from '../../providers/authentication/guard';
import { spika } from '../../providers/spika';
import { downloadMedia } from '../../providers/spika/media';
import { findSignature } from '../../providers/spika/registration';
import { readCredential } from '../lifecycle/credential';
import { ownerOf } from '../lifecycle/derived-secret';
import { createSend } from '../lifecycle/send';
import { registrationMode } from '../parameters/registration-mode';
import type { Reception } from '../webhook/receive-delivery';
import { CREDENTIAL, credentialOf } from './credential';
import type { SpikaCredential } from './credential';
import { keptSignature } from './kept-signature';
import { createRenewedSignatures } from './renewed-signatures';
import { chosenRoom } from './room';

const renewed = createRenewedSignatures();

/** How this node takes deliveries: with the signature that Spika's server issued, verbatim in a header. */
export async function receptionOf(context: IWebhookFunctions): Promise<Reception> {
  const credential = credentialOf(await readCredential(context, CREDENTIAL));
  const host = { provider: spika, download: downloadMedia(credential.apiUrl) };
  if (registrationMode(context) === 'manual') return { ...host, guard: guardOf(credential.signature) };
  const kept = keptSignature(context);
  // While n8n listens for a test event, what `create` has kept is a moment old.
  if (context.getMode() === 'manual') return { ...host, guard: guardOf(kept) };
  const { workflowId, nodeId } = ownerOf(context);
  // Named after what it keeps, too: a signature that replaced an older one is no longer asked about.
  const node = JSON.stringify([workflowId, nodeId, kept]);
  const signature = renewed.known(node) ?? kept;
  return {
    ...host,
    guard: guardOf(signature),
    renewGuard: async () => {
      const found = await renewed.renew(node, signature, Date.now(), () => lookUp(context, credential));
      return found === undefined ? undefined : guardOf(found);
    },
  };
}

/** Without a signature nobody is let in. */
function guardOf(signature: string | undefined): Guard {
  return { scheme: 'header', name: 'Verification-Signature', secrets: signature === undefined ? [] : [signature] };
}

/** The signature of this node's webhook, as Spika tells it now; undefined when there is none, or no answer. */
async function lookUp(context: IWebhookFunctions, { apiUrl }: SpikaCredential): Promise<string | undefined> {
  const url = context.getNodeWebhookUrl('default');
  if (url === undefined) return undefined;
  const outcome = await findSignature({ roomId: chosenRoom(context), url }, createSend(context, CREDENTIAL, apiUrl));
  if (outcome.ok) return outcome.value;
  context.logger.warn(`"${context.getNode().name}" could not look up the signature of its webhook: ${outcome.failure.message}`);
  return undefined;
}
