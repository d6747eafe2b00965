import { matchesAny } from './compare';
import type { Authentication, BasicGuard } from './guard';

/**
 * Checks `Basic base64(username:password)` (RFC 7617, UTF-8). The pair is compared as a whole: a colon in a password
 * needs no parsing, and it doesn't show whether the name or the password was wrong.
 */
export function verifyBasic(guard: BasicGuard, header: string): Authentication {
  const secrets = guard.secrets.filter((secret) => secret !== '');
  if (secrets.length === 0) return { ok: false, code: 'secret_not_configured' };
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  if (encoded === undefined) return { ok: false, code: 'credentials_malformed' };
  const pairs = secrets.map((secret) => `${guard.username}:${secret}`);
  return matchesAny(Buffer.from(encoded, 'base64'), pairs) ? { ok: true } : { ok: false, code: 'secret_mismatch' };
}
