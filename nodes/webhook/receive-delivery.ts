import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import type { Guard } from '../../providers/authentication/guard';
import { createGuesses } from '../../providers/authentication/guesses';
import type { NormalizedEvent } from '../../providers/event';
import type { DownloadMedia } from '../../providers/media';
import type { Delivery, Provider } from '../../providers/provider';
import { receive } from '../../providers/receive';
import { diagnoses } from '../../providers/refusals';
import type { Diagnosis } from '../../providers/refusals';
import type { AcceptedEvent, Verdict } from '../../providers/verdict';
import { acknowledge, answerHandshake, giveUp, handOver, postpone, refuse } from './answer';
import { readDelivery } from './delivery';
import { createGate } from './gate';
import { createHandovers } from './handovers';
import { itemOf, shownHeaders } from './items';
import { withMedia } from './media';
import { nodeKey } from './node-key';
import { distribute } from './outputs';
import { isSelected } from './selection';
import { readSettings } from './settings';
import type { DeliverySettings } from './settings';

/** What one provider's node brings to the reception of its deliveries. */
export interface Reception {
  readonly provider: Provider;
  /** What this node enforces, from its parameters and its credential. */
  readonly guard: Guard;
  /** Asked once when the guard refuses: the guard with the secret as it is at the provider now, or undefined when that is no other. */
  readonly renewGuard?: () => Promise<Guard | undefined>;
  readonly download?: DownloadMedia;
}

const handovers = createHandovers();

/** Each message may hold its files in memory, and anybody who chats can send any number of messages. */
const downloads = createGate(2);

const guesses = createGuesses();

/**
 * What a trigger node does with a request: verify, then parse, then filter, then run the workflow, then answer. Never
 * rejects, since n8n would make a failed execution of it: a stranger could fill the list of executions.
 * @param reception may reject: an expression in a parameter can fail, and what it fails on can be the request.
 */
export async function receiveDelivery(context: IWebhookFunctions, reception: Reception | Promise<Reception>): Promise<IWebhookResponseData> {
  try {
    return await take(context, await reception);
  } catch (error) {
    context.logger.error(`"${context.getNode().name}" could not take a delivery. Check the expressions in its parameters.`, { reason: error instanceof Error ? error.message : 'unknown' });
    return giveUp(context);
  }
}

async function take(context: IWebhookFunctions, reception: Reception): Promise<IWebhookResponseData> {
  const settings = readSettings(context);
  const delivery = await readDelivery(context, new Date());
  if (delivery === undefined) return refuse(context, 'incomplete_body', reception.guard);
  const now = delivery.receivedAt.getTime();
  if (guesses.areTooMany(nodeKey(context), now)) return refuse(context, 'overloaded', reception.guard);
  const verdict = await judge(context, reception, delivery, settings);
  switch (verdict.kind) {
    case 'refused':
      if (verdict.diagnosis === 'totp_mismatch') guesses.count(nodeKey(context), now);
      if (verdict.diagnosis !== undefined) explain(context, verdict.diagnosis);
      return refuse(context, verdict.code, reception.guard);
    case 'handshake':
      return answerHandshake(context, verdict.reply);
    case 'accepted':
      return accept(context, reception, delivery, settings, verdict.events);
  }
}

async function judge(context: IWebhookFunctions, { provider, guard, renewGuard }: Reception, delivery: Delivery, { pings }: DeliverySettings): Promise<Verdict> {
  const source = { id: context.getNode().name, redact: true, pings };
  const verdict = await receive(provider, { ...source, guard }, delivery);
  if (verdict.kind !== 'refused' || verdict.code !== 'unauthenticated' || renewGuard === undefined) return verdict;
  const renewed = await renewGuard();
  return renewed === undefined ? verdict : receive(provider, { ...source, guard: renewed }, delivery);
}

async function accept(
  context: IWebhookFunctions,
  reception: Reception,
  delivery: Delivery,
  settings: DeliverySettings,
  accepted: readonly AcceptedEvent[],
): Promise<IWebhookResponseData> {
  const selected = accepted.filter(({ event }) => isSelected(event, settings, reception.provider));
  // Somebody who tests sends the same sample twice on purpose.
  const isRemembered = settings.dedupe && context.getMode() !== 'manual';
  const fresh = isRemembered ? handovers.begin(nodeKey(context), selected, context.getResponseObject(), delivery.receivedAt.getTime()) : selected;
  if (fresh === 'under way') return postpone(context);
  const receipt = { received: true, events: selected.map((one) => ({ id: one.event.id, type: one.event.type, duplicate: !fresh.includes(one) })) };
  if (fresh.length === 0) return acknowledge(context, receipt);
  const hasFiles = fresh.some(({ event }) => (event.data.message?.attachments ?? []).length > 0);
  // Files can take longer than a provider waits: then it is answered before.
  const answered = settings.downloadMedia && reception.download !== undefined && hasFiles ? acknowledge(context, receipt) : undefined;
  const items = await Promise.all(fresh.map(async ({ event }) => [event, await toItem(context, reception, delivery, settings, event)] as const));
  const outputs = distribute(items, reception.provider, settings.splitOutputs);
  return answered === undefined ? handOver(outputs, receipt) : { ...answered, workflowData: outputs };
}

async function toItem(
  context: IWebhookFunctions,
  { guard, download }: Reception,
  delivery: Delivery,
  { output, includeHeaders, downloadMedia }: DeliverySettings,
  event: NormalizedEvent,
): Promise<INodeExecutionData> {
  const item = itemOf(event, output, includeHeaders ? shownHeaders(delivery, guard) : undefined);
  if (!downloadMedia || download === undefined) return item;
  try {
    return await downloads.pass(() => withMedia(context, event, item, download));
  } catch (error) {
    // The provider has been told that all is well: the event goes on without its files.
    context.logger.warn('The files of a message could not be kept', { reason: error instanceof Error ? error.message : 'unknown' });
    return item;
  }
}

/** The sender never learns why; whoever runs n8n has to. */
function explain(context: IWebhookFunctions, diagnosis: Diagnosis): void {
  context.logger.warn(`"${context.getNode().name}" refused a delivery: ${diagnosis}. ${diagnoses[diagnosis]}`);
}
