import { StoreOpenError } from '../store/open-error';
import { inspectDatabase, type Inspected } from '../store/postgres/inspect';
import { fail, ok, warn } from './check';
import type { Check } from './check';

/** A slower database still works; each acknowledged delivery waits for it, though. */
const SLOW_COMMIT_MS = 20;
/** When a retry is due is agreed on by the clocks of all machines. */
const CLOCK_TOLERANCE_MS = 2_000;

/** Looks at a database of Postgres: whether a receiver can use it, how quick it is, what time it is there. */
export async function checkPostgres(url: string): Promise<readonly Check[]> {
  try {
    const inspected = await inspectDatabase(url);
    return [checkTables(inspected), ...checkCommit(inspected), checkDatabaseClock(inspected)];
  } catch (error) {
    if (!(error instanceof StoreOpenError)) throw error;
    return [fail('store', error.message)];
  }
}

function checkTables({ place, isPrepared }: Inspected): Check {
  return ok('store', isPrepared ? `${place} opens and has the tables.` : `${place} opens; the first start makes the tables.`);
}

function checkCommit({ place, commitMs }: Inspected): readonly Check[] {
  if (commitMs === undefined) return [];
  const took = `A commit to ${place} is durable after ${commitMs.toFixed(1)} ms.`;
  return [commitMs > SLOW_COMMIT_MS ? warn('database', `${took} Move the receiver closer to it, or give it a faster disk, if many deliveries come at once.`) : ok('database', took)];
}

function checkDatabaseClock({ place, clockAheadMs }: Inspected): Check {
  const apart = Math.abs(clockAheadMs);
  const text = `The clocks of ${place} and of this machine are ${apart} ms apart`;
  return apart > CLOCK_TOLERANCE_MS ? warn('clocks', `${text}. Set them (NTP): retries come that much too early or too late.`) : ok('clocks', `${text}.`);
}
