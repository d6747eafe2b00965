import type { IHookFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { registration } from '../../providers/spika/registration';
import type { Sibling, SpikaWebhook } from '../../providers/spika/webhook';
import { createSend } from '../lifecycle/send';
import { webhookUrl } from '../lifecycle/webhook';
import type { NodeWebhook } from '../lifecycle/webhook';
import { registrationMode } from '../parameters/registration-mode';
import { CREDENTIAL, credentialOf } from './credential';
import { keptSignature } from './kept-signature';
import { chosenRoom } from './room';

const PUBLISHED = {
  user: 'the published workflow',
  remedy: 'Unpublish the workflow while you listen, listen in another room, or open one of its executions and copy it to the editor.',
} as const;

const LISTENING = {
  user: 'the test URL of this node',
  remedy: 'Stop listening for a test event, then publish again. If nobody is listening, n8n was stopped while somebody did: listen once more and stop, which removes that webhook.',
} as const;

/** The webhook that this node wants at Spika; undefined when it is registered by hand. */
export async function webhookOf(context: IHookFunctions): Promise<NodeWebhook<SpikaWebhook>> {
  if (registrationMode(context) === 'manual') return undefined;
  const { apiUrl } = credentialOf(await context.getCredentials(CREDENTIAL));
  return {
    registration,
    send: createSend(context, CREDENTIAL, apiUrl),
    wanted: { roomId: chosenRoom(context), url: webhookUrl(context), signatureInHand: keptSignature(context), ...siblingOf(context) },
  };
}

function siblingOf(context: IHookFunctions): { readonly sibling?: Sibling } {
  const { webhookId } = context.getNode();
  if (webhookId === undefined) return {};
  return { sibling: { ending: `/${webhookId}/webhook`, ...(context.getMode() === 'manual' ? PUBLISHED : LISTENING) } };
}

/** Throws when nobody could be let in: told at publication, and not found out later from a workflow that never starts. */
export async function assertReady(context: IHookFunctions): Promise<void> {
  if (registrationMode(context) === 'automatic') return;
  const { signature } = credentialOf(await context.getCredentials(CREDENTIAL));
  if (signature !== '') return;
  throw new NodeOperationError(context.getNode(), 'Fill in \'Verify Signature\' in the credential: it appears below the webhook in the settings of the room. Without it no delivery is let in.');
}
