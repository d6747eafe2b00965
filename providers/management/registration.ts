import type { Outcome } from './failure';
import type { Send } from './request';

/**
 * How a host has its webhook registered with a provider. `Wanted` is the webhook as it should stand, the same on every
 * call for the same node, so that whatever an earlier call left half done is found again by its URL.
 */
export interface Registration<Wanted> {
  /**
   * Whether a webhook stands as wanted: its URL, its events, that it is enabled, and the secret where it can be told.
   * False only when the provider says so: trouble while asking is a failure, since a webhook that is taken for missing
   * would be made twice.
   */
  check(wanted: Wanted, send: Send): Promise<Outcome<boolean>>;
  /**
   * Makes it stand as wanted: creates it, or mends in place what stands under its URL. Called again after any failure,
   * it ends in the same state. What it began and could not finish it takes away again.
   */
  register(wanted: Wanted, send: Send): Promise<Outcome<Registered>>;
  /** Removes every webhook with this URL and no other. One that is gone already counts as removed. */
  remove(wanted: Wanted, send: Send): Promise<Outcome<undefined>>;
}

export interface Registered {
  /** The provider's id of the webhook. */
  readonly id: string;
  /** A secret that the provider issued, where it is the provider who does. */
  readonly secret?: string;
  /** What went otherwise than asked and is no reason to fail, for the log. */
  readonly notes: readonly string[];
}
