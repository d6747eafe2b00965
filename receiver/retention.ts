import type { Store } from './store/store';
import type { Log } from './telemetry/log';

const DAY_MS = 86_400_000;
const EVERY_MS = 3_600_000;

/** So that a large clean-up leaves room for deliveries in between. */
const PAUSE_MS = 50;

export interface RetentionOptions {
  readonly store: Pick<Store, 'prune'>;
  readonly days: () => number;
  /** Ids of the destinations there are: what is pending for any other holds no event back. */
  readonly destinations: () => readonly string[];
  readonly log: Log;
}

/** Removes events that are older than configured, now and every hour. Returns what ends it. */
export function startRetention({ store, days, destinations, log }: RetentionOptions): () => void {
  let timer = setTimeout(round, PAUSE_MS);
  let stopped = false;

  function round(): void {
    store
      .prune(Date.now() - days() * DAY_MS, destinations())
      .then(
        (removed) => {
          if (removed > 0) log.info({ removed }, 'old events were removed');
          return removed > 0 ? PAUSE_MS : EVERY_MS;
        },
        () => {
          log.warn({}, 'old events could not be removed: trying again in an hour');
          return EVERY_MS;
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
