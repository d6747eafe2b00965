import type { Log } from '../telemetry/log';

export interface StoreOptions {
  readonly log?: Log;
  /** Appends waiting to be written beyond this many are refused with `store_busy`. */
  readonly maxQueuedAppends?: number;
  /** The same, by the bytes that they hold. */
  readonly maxQueuedBytes?: number;
  /** SQLite only. The database never grows past this size: it says `store_unavailable` then, until events were pruned. */
  readonly maxBytes?: number;
  /** SQLite only, for tests: how long what searches is kept ready without being asked anything. */
  readonly readerIdleMs?: number;
}
