import { at, list } from '../fields';
import type { JsonObject, JsonValue } from '../json/json';
import type { Diagnosis } from '../refusals';
import type { OAuth2Guard } from './guard';

/**
 * What is wrong with the claims of a token whose signature holds; undefined when nothing is. `sub` is not looked at: a
 * client-credentials token has no user, and cidaas writes `ANONYMOUS`.
 */
export function claimsFault(guard: OAuth2Guard, claims: JsonObject, now: Date): Diagnosis | undefined {
  // Each comparison is written so that NaN refuses.
  const seconds = Math.floor(now.getTime() / 1000);
  const tolerance = guard.clockToleranceSeconds;
  const [exp, nbf, iat] = [at(claims, 'exp'), at(claims, 'nbf'), at(claims, 'iat')];
  if (typeof exp !== 'number' || !isNumberOrAbsent(nbf) || !isNumberOrAbsent(iat)) return 'token_claims';
  if (at(claims, 'iss') !== guard.issuer) return 'token_issuer';
  if (!(exp > seconds - tolerance)) return 'token_expired';
  if (nbf !== undefined && !(nbf <= seconds + tolerance)) return 'token_not_yet_valid';
  if (guard.audience !== undefined && !strings(at(claims, 'aud')).includes(guard.audience)) return 'token_audience';
  const granted = grantedScopes(claims);
  return guard.scopes.every((scope) => granted.includes(scope)) ? undefined : 'token_scope';
}

function isNumberOrAbsent(value: JsonValue | undefined): value is number | undefined {
  return value === undefined || typeof value === 'number';
}

/** cidaas grants in `scopes`, an array (`Cidaas/go-interceptor`, signature.go); RFC 9068 in `scope`, separated by spaces. */
function grantedScopes(claims: JsonObject): readonly string[] {
  return ['scopes', 'scope'].flatMap((name) => strings(at(claims, name))).flatMap((scope) => scope.split(' '));
}

function strings(value: JsonValue | undefined): readonly string[] {
  return (typeof value === 'string' ? [value] : list(value)).filter((item) => typeof item === 'string');
}
