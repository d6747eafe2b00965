/*
 * Standard Webhooks signatures on what is forwarded.
 */
import { signatureOf, signingKey } from '../../providers/authentication/standard-webhooks';
import type { Signable } from '../../providers/authentication/standard-webhooks';

export { signingKey };

/** The value of `webhook-signature`: one signature for each usable secret, so that a receiver may hold any of them. */
export function sign({ secrets, ...signable }: Signable & { readonly secrets: readonly string[] }): string | undefined {
  const signatures = secrets.flatMap((secret) => {
    const key = signingKey(secret);
    return key === undefined ? [] : signatureOf(key, signable);
  });
  return signatures.length === 0 ? undefined : signatures.join(' ');
}
