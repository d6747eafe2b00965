import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isJsonObject } from '../json/json';
import type { JsonObject } from '../json/json';
import type { KeyLookup, KeySource, OAuth2Guard } from './guard';

export interface KeySourceOptions {
  readonly issuer: string;
  /** Where the keys are; without it the issuer's discovery document says so. */
  readonly jwksUri?: string;
  readonly algorithm: OAuth2Guard['algorithm'];
  /** Fetches a JSON document. Rejects on failure, and has to give up on a slow issuer by itself. */
  readonly fetchJson: (url: string) => Promise<unknown>;
}

interface PublishedKey {
  readonly kid: string | undefined;
  readonly key: KeyObject;
}

const FRESH_MS = 10 * 60_000;
/** While the issuer can't be reached, its last known keys are better than none; but a revoked key has to go some time. */
const STALE_MS = 24 * 60 * 60_000;
/** Anybody can make up an unknown key id: the issuer is asked again no more often than this. */
const RELOAD_PAUSE_MS = 30_000;
/** Without any keys all deliveries are refused, so that an issuer that comes back has to be noticed sooner. */
const RETRY_PAUSE_MS = 5_000;
const MOST_KEYS = 32;
/** What RFC 7518, section 3.3, asks for. */
const LEAST_MODULUS_BITS = 2048;

/**
 * The RSA keys of an OpenID issuer, fetched when first needed and remembered for ten minutes; a key id that is not
 * among them has them fetched again, since the issuer may have rotated. Callers at the same time share one fetch.
 */
export function createKeySource(options: KeySourceOptions): KeySource {
  let keys: readonly PublishedKey[] | undefined;
  let fetchedAt = 0;
  let attempt: { readonly at: number; readonly succeeded: boolean } | undefined;
  let pending: Promise<void> | undefined;

  const refresh = (at: number): Promise<void> => {
    pending ??= fetchKeys(options)
      .then((found) => {
        if (found !== undefined) [keys, fetchedAt] = [found, at];
        attempt = { at, succeeded: found !== undefined };
      })
      .finally(() => (pending = undefined));
    return pending;
  };
  // Distances are absolute, so that a clock that was set back does not freeze the keys.
  const isDue = (at: number, pause: number): boolean => attempt === undefined || Math.abs(at - attempt.at) >= pause;
  const usable = (at: number): readonly PublishedKey[] | undefined => (Math.abs(at - fetchedAt) < STALE_MS ? keys : undefined);

  return {
    async find(kid, now) {
      const at = now.getTime();
      if (usable(at) === undefined) {
        if (pending !== undefined || isDue(at, RETRY_PAUSE_MS)) await refresh(at);
      } else if (Math.abs(at - fetchedAt) >= FRESH_MS && isDue(at, RELOAD_PAUSE_MS)) await refresh(at);
      let found = pick(usable(at), kid);
      if (found === undefined && (pending !== undefined || isDue(at, RELOAD_PAUSE_MS))) {
        await refresh(at);
        found = pick(usable(at), kid);
      }
      return found ?? { ok: false, code: attempt?.succeeded === true ? 'token_unknown_key' : 'issuer_unreachable' };
    },
  };
}

/** A key id that is not unique, like one that is missing, is no reason to try one key after the other. */
function pick(keys: readonly PublishedKey[] | undefined, kid: string | undefined): KeyLookup | undefined {
  const candidates = (keys ?? []).filter((candidate) => kid === undefined || candidate.kid === kid);
  const [found, ...others] = candidates;
  return found === undefined || others.length > 0 ? undefined : { ok: true, key: found.key };
}

/** Undefined when the issuer can't be reached or answers something else. */
async function fetchKeys(options: KeySourceOptions): Promise<readonly PublishedKey[] | undefined> {
  try {
    const uri = options.jwksUri ?? (await discover(options));
    const set = uri === undefined ? undefined : await options.fetchJson(uri);
    const published = isJsonObject(set) ? set['keys'] : undefined;
    return Array.isArray(published) ? publicKeys(published, options.algorithm) : undefined;
  } catch {
    return undefined;
  }
}

/** OpenID Connect Discovery 1.0, section 4.3: the document has to name the very issuer, or it may be another tenant's. */
async function discover({ issuer, fetchJson }: KeySourceOptions): Promise<string | undefined> {
  const found = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (!isJsonObject(found) || found['issuer'] !== issuer) return undefined;
  const uri = found['jwks_uri'];
  if (typeof uri !== 'string') return undefined;
  const protocol = URL.parse(uri)?.protocol;
  // Keys from an unencrypted connection are whoever's who sits on the line.
  return protocol === 'https:' || (protocol === 'http:' && issuer.startsWith('http:')) ? uri : undefined;
}

function publicKeys(published: readonly unknown[], algorithm: string): readonly PublishedKey[] {
  const found: PublishedKey[] = [];
  for (const jwk of published) {
    const key = isJsonObject(jwk) && isForSignatures(jwk, algorithm) ? importKey(jwk) : undefined;
    if (isJsonObject(jwk) && key !== undefined) found.push({ kid: typeof jwk['kid'] === 'string' ? jwk['kid'] : undefined, key });
    if (found.length === MOST_KEYS) break;
  }
  return found;
}

function isForSignatures({ kty, use, alg, key_ops: operations }: JsonObject, algorithm: string): boolean {
  if (kty !== 'RSA' || (use !== undefined && use !== 'sig') || (alg !== undefined && alg !== algorithm)) return false;
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
}

/** Only the public numbers are taken. Undefined for a key that is broken or weak. */
function importKey({ n, e }: JsonObject): KeyObject | undefined {
  if (typeof n !== 'string' || typeof e !== 'string') return undefined;
  try {
    const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= LEAST_MODULUS_BITS ? key : undefined;
  } catch {
    return undefined;
  }
}
