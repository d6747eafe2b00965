import { AddressRefusedError, admit } from './admit';
import type { Resolve } from './resolve';
import { targetOf, type AddressRule } from './rule';

/** A name whose servers are slow is not waited for: each connection is checked anyway. */
const TIMEOUT_MS = 3_000;

/**
 * Why a URL may not be connected to, as things stand, and what to write if it may; undefined when it may, or when its
 * name does not resolve now. Never rejects; connects to nothing.
 */
export async function checkAddress(url: string, rule: AddressRule, resolve: Resolve): Promise<string | undefined> {
  try {
    await admit(targetOf(url), rule, resolve, TIMEOUT_MS);
    return undefined;
  } catch (error) {
    return error instanceof AddressRefusedError ? error.message : undefined;
  }
}
