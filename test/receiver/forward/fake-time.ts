import type { After } from '../../../receiver/forward/leaving';

export interface FakeTime {
  readonly clock: () => number;
  readonly after: After;
  /** Lets time pass and calls what falls due. */
  pass(ms: number): void;
  /** Sets the clock on by so much, or back, as while no program runs: nothing is called. */
  set(ms: number): void;
  /** How many timers run. */
  timers(): number;
}

/** A clock that stands still until it is told otherwise; timers don't follow the clock when it is set. */
export function fakeTime(): FakeTime {
  const timers = new Set<{ left: number; readonly call: () => void }>();
  let now = Date.parse('2026-11-21T10:00:00Z');
  return {
    clock: () => now,
    after(ms, call) {
      const timer = { left: ms, call };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    pass(ms) {
      now += ms;
      for (const timer of [...timers]) {
        timer.left -= ms;
        if (timer.left <= 0 && timers.delete(timer)) timer.call();
      }
    },
    set(ms) {
      now += ms;
    },
    timers: () => timers.size,
  };
}
