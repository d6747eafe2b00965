import type { DestinationRecord } from '../store';
import { columnText } from './column-text';
import type { Transaction } from './database';

/** Told, with who changed them and how often they were changed, whenever destinations have changed. */
export const CHANNEL = 'chathooks_destinations';

const LIST = 'SELECT id, registration, disabled_at FROM chathooks.destinations ORDER BY id COLLATE "C"';
const PUT = `
  INSERT INTO chathooks.destinations (id, registration, disabled_at) VALUES ($1, $2, $3)
  ON CONFLICT (id) DO UPDATE SET registration = excluded.registration, disabled_at = excluded.disabled_at`;
const DROP = 'DELETE FROM chathooks.destinations WHERE id = $1 RETURNING id';
const REVISION = "SELECT revision FROM chathooks.revisions WHERE what = 'destinations'";
const CHANGE = "UPDATE chathooks.revisions SET revision = revision + 1 WHERE what = 'destinations' RETURNING revision";
const TELL = `SELECT pg_notify('${CHANNEL}', $1 || ' ' || $2)`;

export async function listDestinations(transaction: Transaction): Promise<readonly DestinationRecord[]> {
  const rows = await transaction.query<{ readonly id: string; readonly registration: string | null; readonly disabled_at: number | null }>(LIST);
  return rows.map(({ id, registration, disabled_at: disabledAt }) => ({ id, ...(registration === null ? {} : { registration }), ...(disabledAt === null ? {} : { disabledAt }) }));
}

/** Returns the revision of the destinations that it makes. */
export async function putDestination(transaction: Transaction, { id, registration, disabledAt }: DestinationRecord, by: string): Promise<number> {
  await transaction.query(PUT, [columnText(id), registration ?? null, disabledAt ?? null]);
  return change(transaction, by);
}

/** Returns the revision of the destinations that it makes; nothing when there was no such record. */
export async function dropDestination(transaction: Transaction, id: string, by: string): Promise<number | undefined> {
  return (await transaction.query(DROP, [columnText(id)])).length === 0 ? undefined : change(transaction, by);
}

export async function revisionOf(transaction: Transaction): Promise<number> {
  const [row] = await transaction.query<{ readonly revision: number }>(REVISION);
  return row?.revision ?? 0;
}

async function change(transaction: Transaction, by: string): Promise<number> {
  const [row] = await transaction.query<{ readonly revision: number }>(CHANGE);
  const revision = row?.revision ?? 0;
  await transaction.query(TELL, [by, String(revision)]);
  return revision;
}
