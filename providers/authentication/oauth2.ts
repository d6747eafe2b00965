import { claimsFault } from './claims';
import type { Authentication, OAuth2Guard } from './guard';
import { parseToken, readClaims, verifySignature } from './jwt';

export type { KeyLookup, KeySource } from './guard';
export { createKeySource } from './jwks';

/**
 * Checks a bearer token: a JWT (RFC 7519) in a compact JWS (RFC 7515), signed with RSA. The algorithm is the configured
 * one, whatever the token says, so that neither `none` nor an HMAC under the public key gets in; and no claim is looked
 * at before the signature holds.
 */
export async function verifyToken(guard: OAuth2Guard, token: string, now: Date): Promise<Authentication> {
  if (guard.issuer === '') return { ok: false, code: 'secret_not_configured' };
  const parsed = parseToken(token);
  if (parsed === undefined) return { ok: false, code: 'token_malformed' };
  if (parsed.algorithm !== guard.algorithm) return { ok: false, code: 'token_algorithm' };
  const found = await guard.keys.find(parsed.kid, now);
  if (!found.ok) return found;
  if (!verifySignature(parsed, guard.algorithm, found.key)) return { ok: false, code: 'token_signature' };
  const claims = readClaims(parsed);
  if (claims === undefined) return { ok: false, code: 'token_malformed' };
  const fault = claimsFault(guard, claims, now);
  return fault === undefined ? { ok: true } : { ok: false, code: fault };
}
