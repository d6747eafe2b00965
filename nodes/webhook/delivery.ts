import type { IWebhookFunctions } from 'n8n-workflow';
import type { Delivery } from '../../providers/provider';
import { headOf } from '../../providers/request-head';

type Request = ReturnType<IWebhookFunctions['getRequestObject']> & {
  /** Set by n8n once the body is read; gzip and deflate are inflated. */
  rawBody?: Buffer;
  readRawBody?: () => Promise<void>;
};

/**
 * The request as the contract sees it: every header and query value, and the exact bytes.
 * @returns undefined when the body can't be had as it came: the connection ended early, or it is a form with files.
 */
export async function readDelivery(context: IWebhookFunctions, receivedAt: Date): Promise<Delivery | undefined> {
  const request: Request = context.getRequestObject();
  try {
    // n8n reads some content types by itself and leaves the others to be asked for.
    if (request.rawBody === undefined) await request.readRawBody?.();
  } catch {
    return undefined;
  }
  if (request.rawBody === undefined) return undefined;
  return { ...headOf({ rawHeaders: request.rawHeaders, url: request.originalUrl }, receivedAt), body: request.rawBody };
}
