import { matchesAny } from './compare';
import type { Authentication } from './guard';

/**
 * Checks a secret that is sent as it is. Some senders put a scheme in front when the header is Authorization
 * (`Bearer`, `ApiKey`): the secret counts with it and without.
 */
export function verifySecret(expected: readonly string[], presented: string): Authentication {
  const secrets = expected.filter((secret) => secret !== '');
  if (secrets.length === 0) return { ok: false, code: 'secret_not_configured' };
  const bare = presented.replace(/^(?:bearer|apikey) +/i, '');
  const matches = Number(matchesAny(presented, secrets)) | Number(matchesAny(bare, secrets));
  return matches === 1 ? { ok: true } : { ok: false, code: 'secret_mismatch' };
}
