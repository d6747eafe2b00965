import { StoreOpenError } from './open-error';
import type { StoreOptions } from './options';
import type * as postgresEngine from './postgres/store';
import { openSqliteStore } from './sqlite/store';
import type { Store } from './store';

export type { StoreOptions } from './options';

const SQLITE = 'sqlite:';
const FORMS = 'Write sqlite:<path>, for example sqlite:./data/chathooks.db, or postgres://user:password@host/database.';

/**
 * Opens the store that a URL names, `sqlite:<path>` or `postgres://…`, and creates what it needs where that is not
 * there yet; a Postgres database has to be there.
 * Rejects with a {@link StoreOpenError}.
 */
export async function openStore(url: string, options: StoreOptions = {}): Promise<Store> {
  if (!isPostgres(url)) return openSqliteStore(sqlitePath(url), options);
  // Only now: pg and pg-boss take 25 MB and a tenth of a second, which a receiver on SQLite is spared.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { openPostgresStore } = require('./postgres/store') as typeof postgresEngine;
  return openPostgresStore(url, options);
}

/** Whether a store's URL names a database of Postgres. */
export function isPostgres(url: string): boolean {
  return /^postgres(ql)?:/i.test(url);
}

/**
 * The path of the database that a store's URL names. `sqlite:///var/x` is /var/x, like `sqlite:/var/x`.
 *
 * @throws StoreOpenError when it names none
 */
export function sqlitePath(url: string): string {
  // The URL of another engine may hold a password: only its scheme is ever quoted.
  if (!url.startsWith(SQLITE)) {
    const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(url)?.[0] ?? 'no scheme';
    throw new StoreOpenError('store_url_invalid', `There is no store for this URL (${scheme}). ${FORMS}`);
  }
  const path = url.slice(SQLITE.length).replace(/^\/\/(?=\/)/, '');
  if (path === '' || path.startsWith(':')) {
    throw new StoreOpenError('store_url_invalid', `A store needs a file, so that what was acknowledged outlives the process. ${FORMS}`);
  }
  return path;
}
