import { DatabaseSync } from 'node:sqlite';
import { StoreOpenError } from '../open-error';
import { createFile } from './files';
import { isBusy } from './failure';

/**
 * One receiver per database, for as long as the process lives: an open exclusive transaction on a file beside the
 * database. The operating system drops the lock with the process, SIGKILL included, so there is never a stale one to
 * clean up; and because of it, every lease found at start-up belonged to a process that is dead.
 *
 * A file of its own, because a lock on the database itself would keep `sqlite3` and backups from reading it.
 *
 * @returns what releases it
 * @throws StoreOpenError when another receiver has it
 */
export function lockDatabase(path: string): () => void {
  const file = `${path}.lock`;
  createFile(file);
  const lock = new DatabaseSync(file);
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new StoreOpenError(
      'store_in_use',
      `Another receiver has ${path} open: a database belongs to one receiver at a time. Stop the other one, or give this one a database of its own.`,
    );
  }
  return () => lock.close();
}
