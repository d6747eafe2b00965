/** Exponential back-off: `baseMs`, then `factor` times longer each time, up to `capMs`. */
export interface Schedule {
  readonly baseMs: number;
  readonly factor: number;
  readonly capMs: number;
}

/**
 * Between attempts: 2 s, 6 s, 18 s, 54 s, 2.7 min, 8.1 min, 24 min, then 1 h each; jitter takes up to half of each.
 * A restart of the destination is bridged in seconds, and the default of 10 attempts spans 1 h 20 min to 2 h 40 min.
 */
export const BETWEEN_ATTEMPTS: Schedule = { baseMs: 2_000, factor: 3, capMs: 3_600_000 };

/** While the store fails: soon enough to go on at once when it is back, seldom enough not to add to its trouble. */
export const STORE_TROUBLE: Schedule = { baseMs: 100, factor: 2, capMs: 5_000 };

/**
 * How long to wait after a number of failures (1 for the first). Equal jitter: half of the time is certain, so that
 * a failing destination does get its rest, half is random, so that what failed together does not return together.
 *
 * @param random a number in [0, 1)
 */
export function backoffMs({ baseMs, factor, capMs }: Schedule, failures: number, random: number): number {
  const whole = Math.min(capMs, baseMs * factor ** Math.max(0, failures - 1));
  return Math.round(whole / 2 + (whole / 2) * random);
}
