import type { IWebhookFunctions } from 'n8n-workflow';
import type { Delivery } from '../../providers/provider';

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
  return { headers: headersOf(request.rawHeaders), query: queryOf(request.originalUrl), body: request.rawBody, receivedAt };
}

/** From the raw headers: the other views hide or join what is sent twice. */
function headersOf(rawHeaders: readonly string[]): Delivery['headers'] {
  const headers = new Map<string, string[]>();
  for (let at = 0; at < rawHeaders.length; at += 2) add(headers, (rawHeaders[at] ?? '').toLowerCase(), rawHeaders[at + 1] ?? '');
  return headers;
}

function queryOf(url: string): Delivery['query'] {
  const query = new Map<string, string[]>();
  const start = url.indexOf('?');
  if (start === -1) return query;
  for (const [name, value] of new URLSearchParams(url.slice(start))) add(query, name, value);
  return query;
}

function add(map: Map<string, string[]>, name: string, value: string): void {
  const values = map.get(name);
  if (values === undefined) map.set(name, [value]);
  else values.push(value);
}
