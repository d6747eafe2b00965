import type { Config } from './config/config';
import type { Store } from './store/store';
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

/** Removes events that are older than configured, and the oldest of those that are too many bytes, now and at intervals. Returns what ends it. */
export function startRetention({ store, retention, destinations, now, log }: RetentionOptions): () => void {
  let timer = setTimeout(round, PAUSE_MS);
  let stopped = false;

  function round(): void {
    const { days, bytes } = retention();
    const interval = bytes === undefined ? EVERY_MS : EVERY_WITH_BYTES_MS;
    store
      .prune({ olderThan: now() - days * DAY_MS, known: destinations(), ...(bytes === undefined ? {} : { keepBytes: bytes }) })
      .then(
        (removed) => {
          if (removed > 0) log.info({ removed }, 'old events were removed');
          return removed > 0 ? PAUSE_MS : interval;
        },
        () => {
          log.warn({ againInSeconds: interval / 1000 }, 'old events could not be removed: trying again later');
          return interval;
        },
      )
      .then((wait) => {
        if (!stopped) timer = setTimeout(round, wait).unref();
      })
      .catch(() => undefined);
  }

  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
