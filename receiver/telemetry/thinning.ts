/** Lines of one kind that are written within a window; the rest are only counted. */
const MOST_LINES = 100;
const WINDOW_MS = 1_000;

/** Keeps lines that strangers can cause from filling the log: metrics count each, and a log need not tell each. */
export interface Thinning {
  /**
   * Asked before each line. Undefined: it is left out.
   * @param kind one of few.
   * @returns how many of its kind were left out since the last one.
   */
  line(kind: string): number | undefined;
}

/** @param monotonic milliseconds of a clock that is never set. */
export function createThinning(monotonic: () => number): Thinning {
  const kinds = new Map<string, { since: number; written: number; leftOut: number }>();
  return {
    line(kind) {
      const now = monotonic();
      const window = kinds.get(kind);
      if (window === undefined || now - window.since >= WINDOW_MS) {
        kinds.set(kind, { since: now, written: 1, leftOut: 0 });
        return window?.leftOut ?? 0;
      }
      if (window.written >= MOST_LINES) {
        window.leftOut += 1;
        return undefined;
      }
      window.written += 1;
      return 0;
    },
  };
}
