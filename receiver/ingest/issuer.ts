import { createKeySource } from '../../providers/authentication/oauth2';
import type { KeySource } from '../../providers/authentication/oauth2';
import type { OAuth2Config } from '../config/config';

/** An issuer that takes longer keeps a sender waiting that will not wait much longer itself. */
const FETCH_TIMEOUT_MS = 5_000;

/** A discovery document has 4 kB, a key set 10. */
const LARGEST_DOCUMENT = 512 * 1024;

/** The keys of an issuer, fetched when they are needed and remembered. */
export function issuerKeys({ issuer, jwksUri, algorithm }: OAuth2Config): KeySource {
  return createKeySource({ issuer, ...(jwksUri === undefined ? {} : { jwksUri }), algorithm, fetchJson });
}

/** Rejects on anything but a 200 with JSON of bounded size: no redirect, since the issuer's own address is what is trusted. */
async function fetchJson(url: string): Promise<unknown> {
  const answer = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'error', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (answer.status !== 200 || answer.body === null) throw new Error(`${url} answered ${answer.status}.`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > LARGEST_DOCUMENT) throw new Error(`${url} answered with more than ${LARGEST_DOCUMENT} bytes.`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
}
