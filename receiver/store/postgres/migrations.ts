import { StoreOpenError } from '../open-error';
import type { Database, Transaction } from './database';
import { FIRST_SCHEMA } from './schema';

/** Each one brings the schema a version further. What was released is never edited: a change is a new entry. */
const MIGRATIONS: readonly string[] = [FIRST_SCHEMA];

/** Any number does, so long as it is always the same: "chathooks" in hexadecimal digits, as far as they go. */
const LOCK = "x'63686174686f6f6b'::bigint";
const PREPARE = 'CREATE SCHEMA IF NOT EXISTS chathooks; CREATE TABLE IF NOT EXISTS chathooks.migrations (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())';
const IS_THERE = "SELECT to_regclass('chathooks.migrations') IS NOT NULL AS there";
const VERSION = 'SELECT coalesce(max(version), 0)::int AS version FROM chathooks.migrations';

/**
 * Applies what a database lacks, in one transaction: it is at the old version or at the new one, never between. Run
 * again, it does nothing; run at once by several receivers, one does the work and the others wait for it.
 *
 * @throws StoreOpenError when a newer program has written the database
 */
export async function migrate(database: Database): Promise<void> {
  await database.write('work', async (transaction) => {
    if ((await versionOf(transaction)) === MIGRATIONS.length) return;
    // Of the transaction, not of the session, so that it holds through a pooler. Creating a table takes longer than a look at it.
    await transaction.query(`SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(${LOCK})`);
    await transaction.query(PREPARE);
    const version = await versionOf(transaction);
    if (version > MIGRATIONS.length) {
      throw new StoreOpenError('store_too_new', `The database is at schema version ${version}, this program knows up to ${MIGRATIONS.length}. Start the newer version of chathooks that wrote it.`);
    }
    for (const [index, migration] of MIGRATIONS.slice(version).entries()) {
      await transaction.query(migration);
      await transaction.query('INSERT INTO chathooks.migrations (version) VALUES ($1)', [version + index + 1]);
    }
  });
}

/** 0 before the first one. */
async function versionOf(transaction: Transaction): Promise<number> {
  const [found] = await transaction.query<{ readonly there: boolean }>(IS_THERE);
  if (found?.there !== true) return 0;
  const [row] = await transaction.query<{ readonly version: number }>(VERSION);
  return row?.version ?? 0;
}
