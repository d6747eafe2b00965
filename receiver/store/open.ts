import { StoreOpenError } from './open-error';
import type { StoreOptions } from './options';
import { openSqliteStore } from './sqlite/store';
import type { Store } from './store';

export type { StoreOptions } from './options';

const SCHEME = 'sqlite:';

/**
 * Opens the store that a URL names, `sqlite:<path>`, and creates it where there is none.
 * Rejects with a {@link StoreOpenError}.
 */
export async function openStore(url: string, options: StoreOptions = {}): Promise<Store> {
  return openSqliteStore(sqlitePath(url), options);
}

/**
 * The path of the database that a store's URL names. `sqlite:///var/x` is /var/x, like `sqlite:/var/x`.
 *
 * @throws StoreOpenError when it names none
 */
export function sqlitePath(url: string): string {
  // The URL of another engine may hold a password: only its scheme is ever quoted.
  if (!url.startsWith(SCHEME)) {
    const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(url)?.[0] ?? 'no scheme';
    throw new StoreOpenError('store_url_invalid', `There is no store for this URL (${scheme}). Write sqlite:<path>, for example sqlite:./data/chathooks.db.`);
  }
  const path = url.slice(SCHEME.length).replace(/^\/\/(?=\/)/, '');
  if (path === '' || path.startsWith(':')) {
    throw new StoreOpenError('store_url_invalid', 'A store needs a file, so that what was acknowledged outlives the process. Write sqlite:<path>, for example sqlite:./data/chathooks.db.');
  }
  return path;
}
