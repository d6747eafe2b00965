/** How fast a body has to come, since whoever dribbles holds a connection and a place for the price of nothing. */
export interface Pace {
  /** Within this time any pace will do. */
  readonly graceMs: number;
  /** Afterwards it has to have come at this rate on the average. */
  readonly bytesPerSecond: number;
}

/** A thousandth of what a slow line between two servers does. */
export const USUAL_PACE: Pace = { graceMs: 5_000, bytesPerSecond: 1_000 };

const LOOKED_AT_EVERY_MS = 1_000;

/**
 * Watches over a body that is being read.
 * @param received how many bytes there are so far.
 * @param onTooSlow called once, unless the watch was ended before.
 * @returns what ends the watch.
 */
export function watchPace({ graceMs, bytesPerSecond }: Pace, received: () => number, onTooSlow: () => void): () => void {
  let elapsedMs = graceMs;
  let isOver = false;
  const look = (): void => {
    if (isOver) return;
    if (received() * 1_000 < bytesPerSecond * elapsedMs) return onTooSlow();
    elapsedMs += LOOKED_AT_EVERY_MS;
    alarm = setTimeout(lookSoon, LOOKED_AT_EVERY_MS);
  };
  // Timers come before sockets. When it was this process that was busy, what waits in the socket is to be read first.
  const lookSoon = (): void => void setImmediate(look);
  let alarm = setTimeout(lookSoon, graceMs);
  return () => {
    isOver = true;
    clearTimeout(alarm);
  };
}
