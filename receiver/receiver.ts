import type { RequestListener } from 'node:http';
import type { Router } from 'express';
import { compose } from './compose';
import type { LibraryConfig } from './config/assemble';
import type { EventHandler } from './forward/in-process';
import type { ConnectionObserver } from './http/connections';
import { USUAL_PACE } from './http/pace';
import type { Pace } from './http/pace';
import { openStore } from './store/open';
import type { Log } from './telemetry/log';

export interface Receiver {
  /** Deliveries, for mounting in an Express app: `POST <mount>/<source>`, and `POST <mount>/hooks/<source>`. */
  readonly router: Router;
  /** Everything: deliveries under /hooks, the API, the inspector, health, metrics. For a server of its own. */
  readonly app: RequestListener;
  /**
   * Has a handler called with each event after it is durable, one that this process did not live to handle included.
   * A handler that throws or rejects gets the event again, later.
   */
  on(name: 'event', handler: EventHandler): void;
  /** Takes over another configuration. What it listens on and its store stay as they are. */
  reload(config: LibraryConfig): void;
  /** To be told of the connections of a server around {@link app}. */
  readonly connections: ConnectionObserver;
  /** Says under which URL a server serves {@link app}: the API shows it where no publicUrl is configured. */
  listensOn(url: string): void;
  /** Refuses new deliveries from now on; readiness turns red. */
  drain(): void;
  /** Drains, waits for what is under way, closes the store. False: requests to destinations took too long and were cut off; they are sent again at the next start. */
  close(): Promise<boolean>;
}

/** How long requests under way to destinations are waited for at the end. */
const LAST_REQUESTS_MS = 15_000;

/** For whoever brings parts of its own: a store, a slower pace, a clock. */
export interface ReceiverParts {
  readonly open?: typeof openStore;
  readonly pace?: Pace;
  /** Milliseconds of a clock that is never set. */
  readonly monotonic?: () => number;
  /** How long requests under way to destinations are waited for at the end. */
  readonly lastRequestsMs?: number;
}

/**
 * Opens the store and composes the parts around it. Rejects when one of them can't be had; nothing is left open then.
 * @param parts what is not to be the receiver's own.
 */
export async function openReceiver(config: LibraryConfig, log: Log, parts: ReceiverParts = {}): Promise<Receiver> {
  const { open = openStore, pace = USUAL_PACE, monotonic = () => performance.now(), lastRequestsMs = LAST_REQUESTS_MS } = parts;
  const store = await open(config.store, { log });
  try {
    return await compose(config, store, log, { pace, monotonic, lastRequestsMs });
  } catch (error) {
    await store.close();
    throw error;
  }
}
