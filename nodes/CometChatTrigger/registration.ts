import type { IHookFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { registration } from '../../providers/cometchat/registration';
import type { CometChatWebhook } from '../../providers/cometchat/webhook';
import { ownerOf } from '../lifecycle/derived-secret';
import { createSend } from '../lifecycle/send';
import { webhookUrl } from '../lifecycle/webhook';
import type { NodeWebhook } from '../lifecycle/webhook';
import { registrationMode } from '../parameters/registration-mode';
import { chosenEventNames } from '../webhook/settings';
import { CREDENTIAL, credentialOf, loginOf } from './credential';

/** The webhook that this node wants at CometChat; undefined when it is registered by hand. */
export async function webhookOf(context: IHookFunctions): Promise<NodeWebhook<CometChatWebhook>> {
  const mode = registrationMode(context);
  if (mode === 'manual') return undefined;
  const credential = credentialOf(await context.getCredentials(CREDENTIAL));
  return {
    registration,
    send: createSend(context, CREDENTIAL, credential.baseUrl),
    wanted: {
      appId: credential.appId,
      url: webhookUrl(context),
      label: `n8n ${context.getWorkflow().name ?? ''}`,
      ...loginOf(credential, mode, ownerOf(context)),
      triggers: chosenEventNames(context),
    },
  };
}

/** Throws when nobody could be let in: told at publication, and not found out later from a workflow that never starts. */
export async function assertReady(context: IHookFunctions): Promise<void> {
  if (registrationMode(context) === 'automatic') return;
  const { webhookUsername, webhookPassword } = credentialOf(await context.getCredentials(CREDENTIAL));
  if (webhookUsername !== '' && webhookPassword !== '') return;
  throw new NodeOperationError(context.getNode(), 'Fill in \'Webhook Username\' and \'Webhook Password\' in the credential: those that you enter at the webhook in the CometChat dashboard. Without them no delivery is let in.');
}
