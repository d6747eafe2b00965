import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;

/**
 * Waits until this process is the only one to have `file`: an open exclusive transaction, which the operating system
 * drops with the process, so that a killed installer leaves no lock behind.
 *
 * @param waiting called once, when another process has it
 * @returns what releases it
 */
export async function lock(file: string, waiting: () => void): Promise<() => void> {
  let told = false;
  for (;;) {
    const database = new DatabaseSync(file);
    try {
      database.exec('BEGIN EXCLUSIVE');
      return () => database.close();
    } catch (error) {
      database.close();
      if (!isBusy(error)) throw error;
    }
    if (!told) waiting();
    told = true;
    await sleep(500);
  }
}

/** No `instanceof`: under jest, Node's errors are of another realm. */
function isBusy(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === SQLITE_BUSY;
}
