/** So many a second on the average, and so many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Counts what happens against a rate. */
export interface TokenBucket {
  /** Takes one token. 0: there was one; otherwise the seconds, above 0, until there will be one. */
  take(rate: Rate): number;
}

/**
 * A bucket that is full at first and fills at the rate.
 * @param now monotonic milliseconds: a clock that is set back must not empty the bucket.
 */
export function createTokenBucket(now: () => number): TokenBucket {
  let tokens = Infinity;
  let filledAt = now();
  return {
    take({ perSecond, burst }) {
      const at = now();
      // Asked each time, so that another rate after a reload counts from now on, with what has been saved up so far.
      tokens = Math.min(burst, tokens + ((at - filledAt) / 1_000) * perSecond);
      filledAt = at;
      if (tokens < 1) return (1 - tokens) / perSecond;
      tokens -= 1;
      return 0;
    },
  };
}
