import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import type { Guard } from '../../providers/authentication/guard';
import type { Reply } from '../../providers/provider';
import { refusals } from '../../providers/refusals';
import type { RefusalCode } from '../../providers/refusals';

/** What was answered here is told so: left to itself n8n would answer 200 and the first item's fields. */
const ANSWERED: IWebhookResponseData = { noWebhookResponse: true };

const RETRY_AFTER_SECONDS = 5;

/** Refuses a delivery: a status, a code, and no execution. Every 401 looks the same, so that a guess teaches nothing. */
export function refuse(context: IWebhookFunctions, code: RefusalCode, guard: Guard): IWebhookResponseData {
  const { status, message } = refusals[code];
  const response = context.getResponseObject();
  if (status === 401 && guard.scheme === 'basic') response.setHeader('WWW-Authenticate', 'Basic realm="webhook", charset="UTF-8"');
  // The message of a 503 names it.
  if (status === 503) response.setHeader('Retry-After', String(RETRY_AFTER_SECONDS));
  response.status(status).json({ error: { code, message } });
  return ANSWERED;
}

/** Asks for the delivery once more: this node is at fault and not the sender. Answers nothing if that has been done. */
export function giveUp(context: IWebhookFunctions): IWebhookResponseData {
  const response = context.getResponseObject();
  if (!response.headersSent) response.status(503).json({ error: { code: 'unavailable', message: 'The delivery can\'t be taken right now. Send it again later; the log of n8n names the reason.' } });
  return ANSWERED;
}

/** Answers a ping. */
export function answerHandshake(context: IWebhookFunctions, { contentType, body }: Reply): IWebhookResponseData {
  context.getResponseObject().status(200).type(contentType).send(body);
  return ANSWERED;
}

/** Asks for the delivery once more: an earlier request brought the same events, and n8n is still storing them. */
export function postpone(context: IWebhookFunctions): IWebhookResponseData {
  const response = context.getResponseObject();
  response.setHeader('Retry-After', String(RETRY_AFTER_SECONDS));
  response.status(503).json({ error: { code: 'under_way', message: 'n8n is still storing these events for an earlier request. Send them again.' } });
  return ANSWERED;
}

/** Tells the sender at once that all is well: exactly 200, which CometChat and cidaas ask for. */
export function acknowledge(context: IWebhookFunctions, receipt: object): IWebhookResponseData {
  context.getResponseObject().status(200).json(receipt);
  return ANSWERED;
}

/**
 * Has n8n run the workflow and then tell the sender that all is well, in this order: what was answered 200 is stored. It
 * needs `responseData: ''` in the node's description.
 */
export function handOver(outputs: INodeExecutionData[][], receipt: object): IWebhookResponseData {
  return { workflowData: outputs, webhookResponse: receipt };
}
