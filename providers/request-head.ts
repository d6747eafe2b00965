import type { Delivery } from './provider';

/** What of a request comes before its body, as Node and n8n have it. */
export interface RequestHead {
  /** Names and values in turn, as received: the other views hide or join what is sent twice. */
  readonly rawHeaders: readonly string[];
  /** Path and query. */
  readonly url: string;
}

/** A request as the contract sees it, but for its body: every value of every header and query field. */
export function headOf({ rawHeaders, url }: RequestHead, receivedAt: Date): Omit<Delivery, 'body'> {
  return { headers: headersIn(rawHeaders), query: queryIn(url), receivedAt };
}

function headersIn(rawHeaders: readonly string[]): Delivery['headers'] {
  const headers = new Map<string, string[]>();
  for (let at = 0; at < rawHeaders.length; at += 2) add(headers, (rawHeaders[at] ?? '').toLowerCase(), rawHeaders[at + 1] ?? '');
  return headers;
}

function queryIn(url: string): Delivery['query'] {
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
