import { HEAD_CHARACTERS, eventHeadOf, wholeEventHeadOf, type EventHead } from '../event-head';
import { boundOf } from '../key';
import type { ForwardFilter, ForwardStatus, StoredForward } from '../store';
import { lastAttemptsOf } from './attempt-queries';
import { columnText } from './column-text';
import type { Transaction } from './database';

const EVENT = 'SELECT event FROM chathooks.events WHERE seq = $1';

interface Row {
  readonly position: number;
  readonly destination: string;
  readonly state: ForwardStatus;
  readonly attempts: number;
  readonly seq: number;
  readonly beginning: string;
}

export async function findForwards(transaction: Transaction, { status, destination, before, limit }: ForwardFilter): Promise<readonly StoredForward[]> {
  const where = ['position < $1'];
  const values: unknown[] = [boundOf(before), Math.max(0, limit)];
  if (status !== undefined) where.push(`state = $${values.push(status)}${status === 'delivered' ? '' : " AND state <> 'delivered'"}`);
  if (destination !== undefined) where.push(`destination = $${values.push(columnText(destination))}`);
  // Chosen by position alone first: a sort of a hundred thousand positions is quick, of as many whole events it is not.
  const sql = `
    SELECT position, destination, state, attempts, seq, left(events.event, ${HEAD_CHARACTERS}) AS beginning
    FROM (SELECT position FROM chathooks.forwards WHERE ${where.join(' AND ')} ORDER BY position DESC LIMIT $2) AS chosen
    JOIN chathooks.forwards USING (position) JOIN chathooks.events ON seq = forwards.event ORDER BY position DESC`;
  const rows = await transaction.query<Row>(sql, values);
  const attempts = await lastAttemptsOf(transaction, rows.map(({ position }) => position));
  const listed: StoredForward[] = [];
  for (const row of rows) {
    const { type, id, source } = eventHeadOf(row.beginning) ?? (await readHead(transaction, row.seq));
    const lastAttempt = attempts.get(row.position);
    listed.push({
      position: String(row.position),
      key: String(row.seq),
      destination: row.destination,
      status: row.state,
      attempts: row.attempts,
      type,
      id,
      source,
      ...(lastAttempt === undefined ? {} : { lastAttempt }),
    });
  }
  return listed;
}

async function readHead(transaction: Transaction, seq: number): Promise<EventHead> {
  const [row] = await transaction.query<{ readonly event: string }>(EVENT, [seq]);
  return wholeEventHeadOf(row?.event ?? '');
}
