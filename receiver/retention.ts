import type { Config } from './config/config';
import type { Store } from './store/store';
import { errorName } from './telemetry/log';
import type { Log } from './telemetry/log';

const DAY_MS = 86_400_000;

/** Age comes slowly. */
const EVERY_MS = 3_600_000;
/** Size can come fast: a flood fills a disk within an hour. A look that finds nothing to do costs next to nothing. */
const EVERY_WITH_BYTES_MS = 60_000;
/** So that a large clean-up leaves room for deliveries in between. */
const PAUSE_MS = 50;

export interface RetentionOptions {
  readonly store: Pick<Store, 'prune'>;
  readonly retention: () => Config['retention'];
  /** Ids of the destinations there are: what is pending for any other holds no event back. */
  readonly destinations: () => readonly string[];
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Log;
}

export interface Retention {
  /** Looks soon, and not when the time comes: something else is to be kept now. */
  look(): void;
  stop(): void;
}

/** Removes events that are older than configured, and the oldest of those that are too many bytes, now and at intervals. */
export function startRetention({ store, retention, destinations, now, log }: RetentionOptions): Retention {
  let timer: NodeJS.Timeout | undefined;
  let isAtIt = false;
  let isOvertaken = false;
  let isStopped = false;
  wait(PAUSE_MS);

  function wait(ms: number): void {
    clearTimeout(timer);
    if (!isStopped) timer = setTimeout(() => void round(), ms).unref();
  }

  async function round(): Promise<void> {
    isAtIt = true;
    isOvertaken = false;
    const next = await prune();
    isAtIt = false;
    wait(isOvertaken ? PAUSE_MS : next);
  }

  /** Resolves to the milliseconds until the next round. */
  async function prune(): Promise<number> {
    const { days, bytes } = retention();
    const interval = bytes === undefined ? EVERY_MS : EVERY_WITH_BYTES_MS;
    try {
      const removed = await store.prune({ olderThan: now() - days * DAY_MS, known: destinations(), ...(bytes === undefined ? {} : { keepBytes: bytes }) });
      if (removed > 0) log.info({ removed }, 'old events were removed');
      return removed > 0 ? PAUSE_MS : interval;
    } catch (error) {
      log.warn({ againInSeconds: interval / 1000, error: errorName(error) }, 'old events could not be removed: trying again later');
      return interval;
    }
  }

  return {
    look() {
      if (isAtIt) isOvertaken = true;
      else wait(PAUSE_MS);
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
