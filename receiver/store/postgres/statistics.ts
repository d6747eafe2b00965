import type { Transaction } from './database';

const ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('chathooks.statistics')) AS alone";
const LOOK = `
  SELECT reltuples::bigint AS counted, (SELECT coalesce(sum(change), 0)::bigint FROM chathooks.tallies WHERE what = 'pending') AS pending
  FROM pg_class WHERE oid = 'chathooks_jobs.job_common'::regclass`;
const COUNT_ANEW = 'ANALYZE chathooks_jobs.job_common';

/** Fewer are read in no time, whatever Postgres thinks. */
const MANY = 2_000;
const FAR_OFF = 4;

/**
 * Has Postgres count the jobs anew when it is far off. It plans by what it counted last, and its own upkeep comes
 * by once a minute: after a night without jobs, a burst of a hundred thousand would have each fetch of pg-boss read all of
 * them, a thousand times slower than by the index.
 */
export async function keepStatistics(transaction: Transaction): Promise<void> {
  const [found] = await transaction.query<{ readonly counted: number; readonly pending: number }>(LOOK);
  if (found === undefined || found.pending < MANY || found.pending < FAR_OFF * found.counted) return;
  const [lock] = await transaction.query<{ readonly alone: boolean }>(ALONE);
  if (lock?.alone === true) await transaction.query(COUNT_ANEW);
}
