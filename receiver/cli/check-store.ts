import { randomBytes } from 'node:crypto';
import { access, constants, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { errorCode } from '../config/error-code';
import { isPostgres, sqlitePath } from '../store/open';
import { fail, ok, warn } from './check';
import type { Check } from './check';

/** A slower disk still works; each acknowledged delivery waits for it, though. */
const SLOW_FSYNC_MS = 20;
const FSYNC_ROUNDS = 9;

/** Looks at a store from outside: it is not changed, and may be in use. */
export async function checkStore(store: string): Promise<readonly Check[]> {
  if (isPostgres(store)) {
    // Only now: a receiver on SQLite is spared loading pg.
    const { checkPostgres } = await import('./check-postgres.js');
    return checkPostgres(store);
  }
  const path = sqlitePath(store);
  return [await checkDatabase(path), await checkDisk(await nearestFolder(dirname(resolve(path))))];
}

async function checkDatabase(path: string): Promise<Check> {
  const isThere = await stat(path).then(() => true, () => false);
  if (!isThere) return ok('store', `${path} is not there yet; the first start makes it.`);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 2_000 });
    const mode = pragma(database, 'journal_mode');
    const sound = pragma(database, 'quick_check(1)');
    if (sound !== 'ok') return fail('store', `${path} is damaged (${sound}). Stop the receiver and restore a backup, or move the file away to start anew.`);
    if (mode !== 'wal') return warn('store', `${path} opens, but its journal mode is ${mode} and not wal. Start the receiver once; a network file system cannot have it.`);
    return ok('store', `${path} opens and is sound.`);
  } catch (error) {
    return fail('store', `${path} does not open as a database (${errorCode(error) ?? 'unknown reason'}). Check that it is one, and who may read it.`);
  } finally {
    database?.close();
  }
}

function pragma(database: DatabaseSync, name: string): string {
  const row = database.prepare(`PRAGMA ${name}`).get();
  return String(Object.values(row ?? {})[0]);
}

/** How long the disk takes to make a write durable, which every answer to a provider waits for. */
async function checkDisk(folder: string): Promise<Check> {
  let probe: string | undefined;
  try {
    await access(folder, constants.W_OK);
    probe = await mkdtemp(join(folder, '.chathooks-probe-'));
    const median = await medianFsync(join(probe, 'file'));
    const took = `A write to ${folder} is durable after ${median.toFixed(1)} ms.`;
    return median > SLOW_FSYNC_MS ? warn('disk', `${took} Use a faster disk if many deliveries come at once.`) : ok('disk', took);
  } catch (error) {
    return fail('disk', `${folder} cannot be written to (${errorCode(error) ?? 'unknown reason'}). Check who owns it and whether it is full.`);
  } finally {
    if (probe !== undefined) await rm(probe, { recursive: true, force: true });
  }
}

async function medianFsync(path: string): Promise<number> {
  const file = await open(path, 'w');
  try {
    const times: number[] = [];
    for (let round = 0; round < FSYNC_ROUNDS; round += 1) {
      const startedAt = performance.now();
      await file.write(randomBytes(4096));
      await file.sync();
      times.push(performance.now() - startedAt);
    }
    return times.toSorted((one, other) => one - other)[Math.floor(FSYNC_ROUNDS / 2)] ?? 0;
  } finally {
    await file.close();
  }
}

/** The folder, or the nearest above it that is there: the receiver makes the rest. */
async function nearestFolder(folder: string): Promise<string> {
  const isThere = await stat(folder).then((found) => found.isDirectory(), () => false);
  return isThere || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}
