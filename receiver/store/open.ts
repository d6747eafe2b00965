import type { Log } from '../telemetry/log';
import { StoreOpenError } from './open-error';
import { openSqliteStore } from './sqlite/store';
import type { Store } from './store';

export interface StoreOptions {
  readonly log?: Log;
  /** Appends waiting to be written beyond this many are refused with `store_busy`. */
  readonly maxQueuedAppends?: number;
  /** The same, by the bytes that they hold. */
  readonly maxQueuedBytes?: number;
  /** The database never grows past this size: it says `store_unavailable` then, until events were pruned. */
  readonly maxBytes?: number;
}

const SCHEME = 'sqlite:';

/**
 * Opens the store that a URL names, `sqlite:<path>`, and creates it where there is none.
 * Rejects with a {@link StoreOpenError}.
 */
export async function openStore(url: string, options: StoreOptions = {}): Promise<Store> {
  // The URL of another engine may hold a password: only its scheme is ever quoted.
  if (!url.startsWith(SCHEME)) {
    const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(url)?.[0] ?? 'no scheme';
    throw new StoreOpenError('store_url_invalid', `There is no store for this URL (${scheme}). Write sqlite:<path>, for example sqlite:./data/chathooks.db.`);
  }
  const path = url.slice(SCHEME.length).replace(/^\/\/(?=\/)/, '');
  if (path === '' || path.startsWith(':')) {
    throw new StoreOpenError('store_url_invalid', 'A store needs a file, so that what was acknowledged outlives the process. Write sqlite:<path>, for example sqlite:./data/chathooks.db.');
  }
  return openSqliteStore(path, options);
}
