import { createGuesses } from '../../providers/authentication/guesses';
import type { Authentication } from '../../providers/authentication/guard';
import { refusalOf } from '../../providers/refusals';
import type { Diagnosis, RefusalCode } from '../../providers/refusals';
import { createTokenBucket } from '../token-bucket';
import type { TokenBucket } from '../token-bucket';
import type { LiveSource } from './source';

/** Why somebody whose credentials were looked at goes no further. */
export interface Turned {
  readonly code: RefusalCode;
  readonly diagnosis?: Diagnosis;
  readonly retryAfterSeconds?: number;
}

/** What stands between the credentials of a delivery and its way in. */
export interface Gate {
  /**
   * Asked once for each delivery. Undefined lets it pass.
   * @param authentication absent for a ping that may have needed no credentials: strangers must not use up a rate.
   * @param now epoch milliseconds, the clock of one-time passwords.
   */
  pass(source: LiveSource, authentication: Authentication | undefined, now: number): Turned | undefined;
}

/** @param monotonic milliseconds, for the rates. */
export function createGate(monotonic: () => number): Gate {
  const guesses = createGuesses();
  // Of sources that were configured at some time in this process: they are few.
  const buckets = new Map<string, TokenBucket>();

  function bucketOf(id: string): TokenBucket {
    const known = buckets.get(id);
    if (known !== undefined) return known;
    const made = createTokenBucket(monotonic);
    buckets.set(id, made);
    return made;
  }

  return {
    pass({ config: { id, rate }, source: { guard } }, authentication, now) {
      // Whatever this one was: a hundred guesses that come at once are all looked at before the first of them is counted.
      if (guard.scheme === 'totp' && guesses.areTooMany(id, now)) return { code: 'too_many_guesses', retryAfterSeconds: 30 };
      if (authentication === undefined) return undefined;
      if (!authentication.ok) {
        if (authentication.code === 'totp_mismatch') guesses.count(id, now);
        return { code: refusalOf(authentication.code), diagnosis: authentication.code };
      }
      const wait = rate === undefined ? 0 : bucketOf(id).take(rate);
      return wait === 0 ? undefined : { code: 'rate_limited', retryAfterSeconds: Math.ceil(wait) };
    },
  };
}
