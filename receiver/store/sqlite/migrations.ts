import type { DatabaseSync } from 'node:sqlite';
import { StoreOpenError } from '../open-error';
import { FIRST_SCHEMA, ORDER_IN_CONVERSATIONS, SIZE_OF_WHAT_IS_KEPT } from './schema';

/** Each one brings the schema a version further. What was released is never edited: a change is a new entry. */
const MIGRATIONS: readonly string[] = [FIRST_SCHEMA, ORDER_IN_CONVERSATIONS, SIZE_OF_WHAT_IS_KEPT];

/**
 * Applies what a database lacks, in one transaction: it is at the old version or at the new one, never between. Run
 * again, it does nothing.
 *
 * @throws StoreOpenError when a newer program has written the database
 */
export function migrate(database: DatabaseSync): void {
  if (versionOf(database) === MIGRATIONS.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf(database);
    if (version > MIGRATIONS.length) {
      throw new StoreOpenError('store_too_new', `The database is at schema version ${version}, this program knows up to ${MIGRATIONS.length}. Start the newer version of chathooks that wrote it.`);
    }
    for (const migration of MIGRATIONS.slice(version)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}
