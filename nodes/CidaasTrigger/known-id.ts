import type { IHookFunctions } from 'n8n-workflow';

const KEY = 'cidaasWebhookId';

/**
 * The id under which cidaas keeps this node's webhook, as `create` was told it. A hint: the webhook is looked for by its
 * URL as well, and the id counts only while it names a webhook with that URL.
 */
export function knownId(context: IHookFunctions): string | undefined {
  const id = context.getWorkflowStaticData('node')[KEY];
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** For the hooks alone: what a delivery writes to static data can undo what they wrote. */
export function rememberId(context: IHookFunctions, id: string | undefined): void {
  const data = context.getWorkflowStaticData('node');
  if (id === undefined || id === '') delete data[KEY];
  else data[KEY] = id;
}
