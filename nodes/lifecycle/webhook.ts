import type { IHookFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { Outcome } from '../../providers/management/failure';
import type { Registered, Registration } from '../../providers/management/registration';
import type { Send } from '../../providers/management/request';
import { failureError } from './failure-error';

/** A webhook that a node registers by itself. */
export interface AutomaticWebhook<Wanted> {
  readonly registration: Registration<Wanted>;
  readonly wanted: Wanted;
  readonly send: Send;
}

/** Undefined: it was registered by hand, and nobody is asked. */
export type NodeWebhook<Wanted> = AutomaticWebhook<Wanted> | undefined;

/** checkExists: true when the provider has the webhook just as the node wants it. Throws when that can't be found out. */
export async function isRegistered<Wanted>(context: IHookFunctions, webhook: NodeWebhook<Wanted>): Promise<boolean> {
  return webhook === undefined || valueOf(context, await webhook.registration.check(webhook.wanted, webhook.send));
}

/** create. Throws, never returns false: n8n would tell the user that all went well. */
export async function register<Wanted>(context: IHookFunctions, webhook: NodeWebhook<Wanted>): Promise<Registered | undefined> {
  if (webhook === undefined) return undefined;
  const registered = valueOf(context, await webhook.registration.register(webhook.wanted, webhook.send));
  for (const note of registered.notes) context.logger.warn(`"${context.getNode().name}": ${note}`);
  return registered;
}

/** delete. What is gone already is no failure; everything else is, and n8n tries again. */
export async function unregister<Wanted>(context: IHookFunctions, webhook: NodeWebhook<Wanted>): Promise<void> {
  if (webhook !== undefined) valueOf(context, await webhook.registration.remove(webhook.wanted, webhook.send));
}

/** The URL that the provider is to call: the production one, or the one for tests while n8n listens for a test event. */
export function webhookUrl(context: IHookFunctions): string {
  const url = context.getNodeWebhookUrl('default');
  if (url === undefined) throw new NodeOperationError(context.getNode(), 'n8n gives this node no webhook URL. Save the workflow and publish it again.');
  return url;
}

function valueOf<Value>(context: IHookFunctions, outcome: Outcome<Value>): Value {
  if (outcome.ok) return outcome.value;
  throw failureError(context.getNode(), outcome.failure);
}
