import type { ForwardStatus, StoreCounts } from '../store';
import type { Transaction } from './database';

const ADD = 'INSERT INTO chathooks.tallies (what, destination, change) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])';
const SUMS = 'SELECT what, destination, sum(change)::bigint AS count FROM chathooks.tallies GROUP BY what, destination HAVING sum(change) > 0 ORDER BY destination, what';
const BYTES = "SELECT coalesce(sum(change), 0)::bigint AS bytes FROM chathooks.tallies WHERE what = 'bytes'";
// Takes what is committed and leaves what comes up meanwhile, so that nobody who writes waits for it.
const ADD_UP = `
  WITH changes AS (DELETE FROM chathooks.tallies RETURNING what, destination, change)
  INSERT INTO chathooks.tallies (what, destination, change) SELECT what, destination, sum(change) FROM changes GROUP BY what, destination HAVING sum(change) <> 0`;
const MANY = 'SELECT count(*)::int AS rows FROM (SELECT 1 FROM chathooks.tallies LIMIT $1) AS first_ones';
const WORTH_ADDING_UP = 500;
const ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('chathooks.tallies')) AS alone";

/** What is counted: events, the bytes that they and their bodies take, and forwards by their status. */
export type Tallied = 'events' | 'bytes' | ForwardStatus;

export interface Change {
  readonly what: Tallied;
  /** Empty for what is of no destination. */
  readonly destination: string;
  readonly by: number;
}

/** Keeps changes of counts, in the transaction that makes them. */
export async function count(transaction: Transaction, changes: readonly Change[]): Promise<void> {
  const real = changes.filter(({ by }) => by !== 0);
  if (real.length === 0) return;
  await transaction.query(ADD, [real.map(({ what }) => what), real.map(({ destination }) => destination), real.map(({ by }) => by)]);
}

/** Changes of the same count, as one. */
export function addedUp(changes: readonly Change[]): readonly Change[] {
  const sums = new Map<string, Change>();
  for (const change of changes) {
    const key = `${change.what} ${change.destination}`;
    sums.set(key, { ...change, by: change.by + (sums.get(key)?.by ?? 0) });
  }
  return [...sums.values()];
}

export async function counts(transaction: Transaction): Promise<StoreCounts> {
  const totals = { events: 0, bytes: 0 };
  const forwards: { destination: string; status: ForwardStatus; count: number }[] = [];
  for (const { what, destination, count } of await transaction.query<{ readonly what: Tallied; readonly destination: string; readonly count: number }>(SUMS)) {
    if (what === 'events' || what === 'bytes') totals[what] = count;
    else forwards.push({ destination, status: what, count });
  }
  return { ...totals, forwards };
}

export async function bytesKept(transaction: Transaction): Promise<number> {
  const [row] = await transaction.query<{ readonly bytes: number }>(BYTES);
  return row?.bytes ?? 0;
}

/** Makes few rows of many changes. One receiver at a time, and not before it is worth it. */
export async function addUpTallies(transaction: Transaction): Promise<void> {
  const [many] = await transaction.query<{ readonly rows: number }>(MANY, [WORTH_ADDING_UP]);
  if (many === undefined || many.rows < WORTH_ADDING_UP) return;
  const [lock] = await transaction.query<{ readonly alone: boolean }>(ALONE);
  if (lock?.alone === true) await transaction.query(ADD_UP);
}
