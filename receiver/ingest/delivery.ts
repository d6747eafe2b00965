import type { IncomingMessage } from 'node:http';
import { isCredentialHeader } from '../../providers/credential-headers';
import type { Delivery } from '../../providers/provider';
import { REDACTED } from '../../providers/redact';

/** A request as the contract sees it, but for its body. Reads rawHeaders: Node's other views hide or join what is repeated. */
export function headOf(request: IncomingMessage, receivedAt: Date): Omit<Delivery, 'body'> {
  return { headers: headersOf(request.rawHeaders), query: queryOf(request.url ?? ''), receivedAt };
}

/**
 * The headers as they are kept: in order, credentials redacted.
 * @param credentialNames the names that the source's own scheme reads, lower-case.
 * @param credentials values that the query presented: proxies hand on the URL in headers of their own.
 */
export function keptHeaders(
  rawHeaders: readonly string[],
  credentialNames: readonly string[],
  credentials: readonly string[] = [],
): readonly (readonly [string, string])[] {
  const spellings = credentials.flatMap((value) => [value, encodeURIComponent(value.toWellFormed())]);
  const kept: [string, string][] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = rawHeaders[at + 1] ?? '';
    const isCredential = isCredentialHeader(name) || credentialNames.includes(name) || spellings.some((spelling) => value.includes(spelling));
    kept.push([name, isCredential ? REDACTED : value]);
  }
  return kept;
}

function headersOf(rawHeaders: readonly string[]): Delivery['headers'] {
  const headers = new Map<string, string[]>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    add(headers, (rawHeaders[at] ?? '').toLowerCase(), rawHeaders[at + 1] ?? '');
  }
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
