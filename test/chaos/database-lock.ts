import { DatabaseSync } from 'node:sqlite';
import { until } from './wait';

/** A lock that keeps all others from writing to an SQLite database, as a backup or a person may hold one. */
export interface DatabaseLock {
  /** Resolves once the lock is had: others may be quicker. */
  take(): Promise<void>;
  release(): void;
  close(): void;
}

export function databaseLock(file: string): DatabaseLock {
  const database = new DatabaseSync(file);
  const begin = (): boolean => {
    try {
      database.exec('BEGIN IMMEDIATE');
      return true;
    } catch {
      return false;
    }
  };
  return {
    take: () => until('the lock is had', begin).then(() => undefined),
    release: () => database.exec('ROLLBACK'),
    close: () => database.close(),
  };
}
