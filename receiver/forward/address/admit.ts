import type { LookupAddress } from 'node:dns';
import { isIPv6 } from 'node:net';
import { ADDRESS_REFUSED } from '../failure';
import { bare, isAddress } from './ranges';
import type { Resolve } from './resolve';
import type { AddressRule, Target } from './rule';

/** A target has an address that the rule does not allow. The message names it, and says what to write. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
  readonly code = ADDRESS_REFUSED;
}

/**
 * The addresses of a target, all of them allowed: to be connected to as they are, for whoever asked for them again
 * might be given others. One that is not allowed condemns them all, as which of them is tried is not known before.
 *
 * Rejects with an {@link AddressRefusedError}, or as `resolve` does.
 */
export async function admit(target: Target, rule: AddressRule, resolve: Resolve, timeoutMs: number): Promise<readonly LookupAddress[]> {
  const host = bare(target.host);
  const addresses = isAddress(target.host) ? [{ address: host, family: isIPv6(host) ? 6 : 4 }] : await resolve(host, timeoutMs);
  for (const { address } of addresses) {
    const refusal = rule.refusal(target, address);
    if (refusal !== undefined) throw new AddressRefusedError(refusal);
  }
  return addresses;
}
