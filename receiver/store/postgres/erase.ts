import type { Database, Transaction } from './database';
import type { DeliveryJobs } from './jobs';
import { removeEvents } from './remove';

const OF_DELIVERIES = `
  SELECT events.seq FROM chathooks.events JOIN chathooks.deliveries ON events.seq BETWEEN first AND last AND delivery = first
  WHERE first IN (SELECT delivery FROM chathooks.events WHERE seq = ANY($1::bigint[])) ORDER BY events.seq`;
/** Not the attempts themselves: the other events of a batch have had them too, and their figures say nothing of what was sent. */
const DROP_ANSWERS = `
  UPDATE chathooks.attempts SET answer = NULL WHERE answer IS NOT NULL AND request IN (
    SELECT request FROM chathooks.forwards WHERE event = ANY($1::bigint[])
    UNION SELECT earlier_requests.request FROM chathooks.forwards JOIN chathooks.earlier_requests ON forward = position WHERE event = ANY($1::bigint[]))`;
const TABLES = ['events', 'deliveries', 'attempts', 'forwards'] as const;
/** Of one table. It may hold hundreds of gigabytes, and all of it is read. */
const VACUUM_MS = 6 * 3_600_000;

/** Removes events, the whole delivery of each. Returns how many. */
export async function erase(transaction: Transaction, jobs: DeliveryJobs, seqs: readonly number[]): Promise<number> {
  const all = (await transaction.query<{ readonly seq: number }>(OF_DELIVERIES, [seqs])).map(({ seq }) => seq);
  if (all.length === 0) return 0;
  await transaction.query(DROP_ANSWERS, [all]);
  return removeEvents(transaction, jobs, all);
}

/**
 * Postgres keeps removed rows in its files until it cleans up. This has it do so now: what no open transaction may still
 * see is gone from the tables then; not from the write-ahead log, its archive, and backups, which have terms of their own.
 */
export async function cleanUp(database: Database): Promise<void> {
  const client = database.lasting(VACUUM_MS);
  client.on('error', () => undefined);
  try {
    await client.connect();
    for (const table of TABLES) await client.query(`VACUUM (INDEX_CLEANUP ON) chathooks.${table}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}
