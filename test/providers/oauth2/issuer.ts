import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonWebKey, KeyObject } from 'node:crypto';

export interface PublishedJwk extends JsonWebKey {
  readonly kid?: string;
}

/** A little OpenID issuer: discovery and keys over real HTTP, both of which a test can change while it runs. */
export interface Issuer {
  readonly url: string;
  keys: unknown;
  /** What discovery says beside or instead of the truth. */
  discovery: Readonly<Record<string, unknown>>;
  /** An answer in place of both documents. */
  failure: { readonly status: number; readonly body: string } | undefined;
  delayMs: number;
  /** Paths that were asked for. */
  readonly requests: string[];
  close(): Promise<void>;
}

export async function startIssuer(): Promise<Issuer> {
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    issuer.requests.push(path);
    setTimeout(() => {
      const documents: Readonly<Record<string, unknown>> = {
        '/.well-known/openid-configuration': { issuer: issuer.url, jwks_uri: `${issuer.url}/keys`, ...issuer.discovery },
        '/keys': { keys: issuer.keys },
      };
      const found = Object.hasOwn(documents, path);
      response.writeHead(issuer.failure?.status ?? (found ? 200 : 404), { 'content-type': 'application/json' });
      response.end(issuer.failure?.body ?? JSON.stringify(documents[path] ?? {}));
    }, issuer.delayMs).unref();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer: Issuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys: [],
    discovery: {},
    failure: undefined,
    delayMs: 0,
    requests: [],
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return issuer;
}

export async function fetchJson(url: string): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(500) });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/** A public key as an issuer publishes it. */
export function jwk(key: KeyObject, fields: Readonly<Record<string, unknown>> = {}): PublishedJwk {
  return { ...key.export({ format: 'jwk' }), ...fields };
}
