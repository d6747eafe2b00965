import { setTimeout as delay } from 'node:timers/promises';
import { StoreError } from '../store';
import type { WriteQueue } from './write-queue';

/** By the transaction; each is a whole delivery. */
const ERASED_AT_ONCE = 200;

/** A search can hold on to the log for seconds; the writer waits a little for it at each try, and works in between. */
const SCRUB_TRIES = 100;
const SCRUB_PAUSE_MS = 100;

/**
 * Erases events, some at a time, and scrubs the files; also when there is nothing to erase, since the call before may
 * not have come that far. Returns how many events.
 */
export async function eraseAll(writes: WriteQueue, seqs: readonly number[]): Promise<number> {
  let erased = 0;
  for (let at = 0; at < seqs.length; at += ERASED_AT_ONCE) erased += await writes.write({ kind: 'erase', seqs: seqs.slice(at, at + ERASED_AT_ONCE) });
  await scrubFiles(writes);
  return erased;
}

async function scrubFiles(writes: WriteQueue): Promise<void> {
  for (let tries = 1; ; tries++) {
    const scrubbed = await writes.write({ kind: 'scrub' });
    if (scrubbed === 'clean') return;
    if (scrubbed === 'failed') throw new StoreError('not_scrubbed', 'The events are removed, but their bytes are in the database file still: it could not be written anew. Check that the disk and the folder for temporary files have room for it, and erase once more.');
    if (tries === SCRUB_TRIES) throw new StoreError('not_scrubbed', 'The events are removed, but their bytes are in the log of the database still: somebody reads it. Check what has it open (a backup, sqlite3), and erase once more.');
    await delay(SCRUB_PAUSE_MS);
  }
}
