import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import type { Guard } from '../../providers/authentication/guard';
import type { Reply } from '../../providers/provider';
import { refusals } from '../../providers/refusals';
import type { RefusalCode } from '../../providers/refusals';

/** What the sender is told of one event. */
export interface Received {
  readonly id: string;
  readonly type: string;
  readonly duplicate: boolean;
}

/** Each answer is sent here, and n8n is told so: left to itself it would answer 200 and the first item's fields. */
const ANSWERED: IWebhookResponseData = { noWebhookResponse: true };

/** Refuses a delivery: a status, a code, and no execution. Every 401 looks the same, so that a guess teaches nothing. */
export function refuse(context: IWebhookFunctions, code: RefusalCode, guard: Guard): IWebhookResponseData {
  const { status, message } = refusals[code];
  const response = context.getResponseObject();
  if (status === 401 && guard.scheme === 'basic') response.setHeader('WWW-Authenticate', 'Basic realm="webhook", charset="UTF-8"');
  response.status(status).json({ error: { code, message } });
  return ANSWERED;
}

/** Answers a ping. */
export function answerHandshake(context: IWebhookFunctions, { contentType, body }: Reply): IWebhookResponseData {
  context.getResponseObject().status(200).type(contentType).send(body);
  return ANSWERED;
}

/** Tells the sender that all is well: exactly 200, which CometChat and cidaas ask for. */
export function acknowledge(context: IWebhookFunctions, events: readonly Received[]): void {
  context.getResponseObject().status(200).json({ received: true, events });
}

/** Ends a delivery that has been answered: with the items to run the workflow on, one list for each output, or without a run. */
export function finish(outputs?: IWebhookResponseData['workflowData']): IWebhookResponseData {
  return outputs === undefined ? ANSWERED : { ...ANSWERED, workflowData: outputs };
}
