import { createHmac } from 'node:crypto';
import { matchesAny } from './compare';
import type { Authentication, HmacAlgorithm, HmacGuard } from './guard';

const DIGEST_BYTES = { sha1: 20, sha256: 32, sha512: 64 } as const satisfies Record<HmacAlgorithm, number>;

/** Checks an HMAC over the exact bytes of the body. The algorithm is the configured one, whatever the header says. */
export function verifyHmac(guard: HmacGuard, body: Uint8Array, header: string): Authentication {
  // An HMAC with an empty key is one that anybody can compute.
  const secrets = guard.secrets.filter((secret) => secret !== '');
  if (secrets.length === 0) return { ok: false, code: 'secret_not_configured' };
  const encoded = withoutPrefix(guard, header.trim());
  if (encoded === undefined) return { ok: false, code: 'signature_algorithm' };
  const presented = decode(guard, encoded);
  if (presented === undefined) return { ok: false, code: 'credentials_malformed' };
  const expected = secrets.map((secret) => createHmac(guard.algorithm, secret).update(body).digest());
  return matchesAny(presented, expected) ? { ok: true } : { ok: false, code: 'signature_mismatch' };
}

/** Undefined when the header names another algorithm: the sender never gets to choose a weaker one. */
function withoutPrefix(guard: HmacGuard, value: string): string | undefined {
  if (guard.prefix !== undefined && guard.prefix !== '' && value.startsWith(guard.prefix)) return value.slice(guard.prefix.length);
  const named = /^(sha\d+)=/i.exec(value)?.[1];
  if (named === undefined) return value;
  return named.toLowerCase() === guard.algorithm ? value.slice(named.length + 1) : undefined;
}

function decode(guard: HmacGuard, encoded: string): Uint8Array | undefined {
  const bytes = DIGEST_BYTES[guard.algorithm];
  const isHex = encoded.length === bytes * 2 && /^[0-9a-f]+$/i.test(encoded);
  if (isHex && guard.encoding !== 'base64') return Buffer.from(encoded, 'hex');
  const isBase64 = encoded.length === Math.ceil(bytes / 3) * 4 && /^[A-Za-z0-9+/]+={0,2}$/.test(encoded);
  return isBase64 && guard.encoding !== 'hex' ? Buffer.from(encoded, 'base64') : undefined;
}
