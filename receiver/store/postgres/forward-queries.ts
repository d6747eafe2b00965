import { boundOf } from '../key';
import type { ForwardFilter, ForwardStatus, StoredForward } from '../store';
import { lastAttemptsOf } from './attempt-queries';
import { columnText } from './column-text';
import type { Transaction } from './database';

interface Row {
  readonly position: number;
  readonly destination: string;
  readonly state: ForwardStatus;
  readonly attempts: number;
  readonly seq: number;
  readonly event: string;
}

export async function findForwards(transaction: Transaction, { status, destination, before, limit }: ForwardFilter): Promise<readonly StoredForward[]> {
  const where = ['position < $1'];
  const values: unknown[] = [boundOf(before), Math.max(0, limit)];
  if (status !== undefined) where.push(`state = $${values.push(status)}${status === 'delivered' ? '' : " AND state <> 'delivered'"}`);
  if (destination !== undefined) where.push(`destination = $${values.push(columnText(destination))}`);
  // Chosen by position alone first: a sort of a hundred thousand positions is quick, of as many whole events it is not.
  const sql = `
    SELECT position, destination, state, attempts, seq, events.event
    FROM (SELECT position FROM chathooks.forwards WHERE ${where.join(' AND ')} ORDER BY position DESC LIMIT $2) AS chosen
    JOIN chathooks.forwards USING (position) JOIN chathooks.events ON seq = forwards.event ORDER BY position DESC`;
  const rows = await transaction.query<Row>(sql, values);
  const attempts = await lastAttemptsOf(transaction, rows.map(({ position }) => position));
  return rows.map((row) => {
    // From the event itself: a column can't hold every text that an id may be.
    const { type, id, source } = JSON.parse(row.event) as { readonly type: string; readonly id: string; readonly source: string };
    const lastAttempt = attempts.get(row.position);
    return {
      position: String(row.position),
      key: String(row.seq),
      destination: row.destination,
      status: row.state,
      attempts: row.attempts,
      type,
      id,
      source,
      ...(lastAttempt === undefined ? {} : { lastAttempt }),
    };
  });
}
