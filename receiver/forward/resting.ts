import type { DestinationConfig } from '../config/config';

/**
 * Destinations that were deleted a moment ago: gone for everybody, and events still wait for them, so that who replaces
 * one in two steps loses nothing. In memory: after a restart they are gone.
 */
export interface Resting {
  has(id: string): boolean;
  list(): readonly DestinationConfig[];
  /** @param ended called when the time is over and nobody has woken it up. It does not keep the process alive. */
  begin(config: DestinationConfig, graceMs: number, ended: () => void): void;
  /** It is registered again, or forgotten before its time. False: it was not resting. */
  wakeUp(id: string): boolean;
}

/** None rests yet. */
export function createResting(): Resting {
  const resting = new Map<string, { readonly config: DestinationConfig; readonly timer: NodeJS.Timeout }>();
  return {
    has: (id) => resting.has(id),
    list: () => [...resting.values()].map(({ config }) => config),
    begin(config, graceMs, ended) {
      resting.set(config.id, { config, timer: setTimeout(ended, graceMs).unref() });
    },
    wakeUp(id) {
      clearTimeout(resting.get(id)?.timer);
      return resting.delete(id);
    },
  };
}
