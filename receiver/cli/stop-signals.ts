export interface StopSignalsOptions {
  /** Ends in order. Called once. */
  readonly stop: () => void;
  /** Ends at once, while {@link stop} is under way. */
  readonly cutShort: () => void;
  /** Milliseconds of a clock that is never set. */
  readonly monotonic: () => number;
}

/**
 * One Ctrl-C is often heard twice: a terminal sends it to all that it runs, and npm, being one of them, passes it on. So
 * does a service manager that signals every process of a service. What comes within this time is no second one.
 */
const ONE_PRESS_MS = 1_000;

/** What to do at each signal that says to stop: end in order, and at a second one, somebody's who will not wait, at once. */
export function createStopSignals({ stop, cutShort, monotonic }: StopSignalsOptions): () => void {
  let stoppingSince: number | undefined;
  return () => {
    if (stoppingSince === undefined) {
      stoppingSince = monotonic();
      stop();
    } else if (monotonic() - stoppingSince >= ONE_PRESS_MS) cutShort();
  };
}
