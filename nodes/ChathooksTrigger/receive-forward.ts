import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import type { Guard } from '../../providers/authentication/guard';
import { signatureDiagnoses, verifySigned } from '../../providers/authentication/standard-webhooks';
import type { SignatureDiagnosis } from '../../providers/authentication/standard-webhooks';
import { acknowledge, giveUp, handOver, postpone, refuse } from '../webhook/answer';
import { readDelivery } from '../webhook/delivery';
import { createHandovers } from '../webhook/handovers';
import { itemOf, shownHeaders } from '../webhook/items';
import { nodeKey } from '../webhook/node-key';
import { readSettings } from '../webhook/settings';
import { readEvents } from './forwarded';

const SIGNATURE_HEADER = 'webhook-signature';

/** In a refusal's words: the sender is asked for a header, and told nothing of it. */
const SIGNED: Guard = { scheme: 'header', name: SIGNATURE_HEADER, secrets: [] };

const handovers = createHandovers();

/**
 * What the node does with a request: verify, then read, then filter, then hand all its events over as one run. n8n
 * answers, and only once it has stored the run: a receiver that hears 200 forgets the events. Never rejects, since n8n
 * would make a failed execution of it.
 * @param secrets that the request may be signed with
 */
export async function receiveForward(context: IWebhookFunctions, secrets: Promise<readonly string[]>): Promise<IWebhookResponseData> {
  try {
    return await take(context, await secrets);
  } catch (error) {
    context.logger.error(`"${context.getNode().name}" could not take a request. Check the expressions in its parameters.`, { reason: error instanceof Error ? error.message : 'unknown' });
    return giveUp(context);
  }
}

async function take(context: IWebhookFunctions, secrets: readonly string[]): Promise<IWebhookResponseData> {
  const delivery = await readDelivery(context, new Date());
  if (delivery === undefined) return refuse(context, 'incomplete_body', SIGNED);
  const verification = verifySigned(secrets, delivery);
  if (!verification.ok) {
    explain(context, verification.code);
    return refuse(context, 'unauthenticated', SIGNED);
  }
  const events = readEvents(delivery.body);
  if (events === undefined) return refuse(context, 'not_an_object', SIGNED);
  const { ignoreActors, dedupe, includeHeaders, output } = readSettings(context);
  const selected = events.filter(({ data }) => data.actor?.id === undefined || !ignoreActors.has(data.actor.id)).map((event) => ({ event }));
  // Somebody who tests sends the same event twice on purpose.
  const isRemembered = dedupe && context.getMode() !== 'manual';
  const fresh = isRemembered ? handovers.begin(nodeKey(context), selected, context.getResponseObject(), delivery.receivedAt.getTime()) : selected;
  if (fresh === 'under way') return postpone(context);
  const receipt = { received: true, events: fresh.length };
  if (fresh.length === 0) return acknowledge(context, receipt);
  const headers = includeHeaders ? shownHeaders(delivery, SIGNED) : undefined;
  return handOver([fresh.map(({ event }) => itemOf(event, output, headers))], receipt);
}

/** The sender never learns why; whoever runs n8n has to. */
function explain(context: IWebhookFunctions, diagnosis: SignatureDiagnosis): void {
  const remedy = diagnosis === 'signature_mismatch' ? ' After a change of the credential, publish the workflow again: until then the receiver signs with the secret that it has.' : '';
  context.logger.warn(`"${context.getNode().name}" refused a request: ${diagnosis}. ${signatureDiagnoses[diagnosis]}${remedy}`);
}
