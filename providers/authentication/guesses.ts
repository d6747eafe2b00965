/** Nobody who knows the key gets it wrong that often; whoever guesses needs some 300,000 tries. */
const MOST_WRONG = 20;

/** Of a one-time password's life. */
const WINDOW_MS = 30_000;

const MOST_PLACES = 1_000;

/**
 * How often one-time passwords were wrong lately, by the place that was tried: a node, or a source of a receiver. A few
 * of a million are right at any time, so that guessing has to be slow (RFC 4226, section 7.3). Counted in one process.
 */
export interface Guesses {
  /** True while a place has seen so many wrong ones that no more count there. */
  areTooMany(place: string, now: number): boolean;
  /** Counts a wrong one. */
  count(place: string, now: number): void;
}

/** Has counted none yet. */
export function createGuesses(): Guesses {
  const windows = new Map<string, { readonly since: number; wrong: number }>();
  const current = (place: string, now: number): { readonly since: number; wrong: number } | undefined => {
    const window = windows.get(place);
    return window !== undefined && Math.abs(now - window.since) < WINDOW_MS ? window : undefined;
  };
  return {
    areTooMany: (place, now) => (current(place, now)?.wrong ?? 0) >= MOST_WRONG,
    count(place, now) {
      const window = current(place, now);
      if (window !== undefined) {
        window.wrong += 1;
        return;
      }
      windows.delete(place);
      windows.set(place, { since: now, wrong: 1 });
      if (windows.size > MOST_PLACES) windows.delete(windows.keys().next().value ?? '');
    },
  };
}
