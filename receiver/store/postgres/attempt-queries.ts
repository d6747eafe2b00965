import { attemptOf, type AttemptRow } from '../attempt-row';
import type { Attempt, StoredEventDetail } from '../store';
import type { Transaction } from './database';

const OF_EVENT = `
  WITH carried (destination, request) AS (
    SELECT destination, request FROM chathooks.forwards WHERE event = $1 AND request IS NOT NULL
    UNION SELECT destination, earlier_requests.request FROM chathooks.forwards JOIN chathooks.earlier_requests ON forward = position WHERE event = $1
  )
  SELECT destination, attempts.* FROM carried JOIN chathooks.attempts ON attempts.request = carried.request ORDER BY at, number`;
const LAST = `
  SELECT position, last.* FROM unnest($1::bigint[]) AS listed (position) CROSS JOIN LATERAL (
    SELECT attempts.* FROM chathooks.attempts WHERE request IN (
      SELECT forwards.request FROM chathooks.forwards WHERE forwards.position = listed.position
      UNION SELECT earlier_requests.request FROM chathooks.earlier_requests WHERE forward = listed.position
    ) ORDER BY at DESC, number DESC LIMIT 1
  ) AS last`;

/** Every attempt at an event, oldest first, those from before a replay included. */
export async function attemptsOf(transaction: Transaction, seq: number): Promise<StoredEventDetail['attempts']> {
  const rows = await transaction.query<AttemptRow & { readonly destination: string }>(OF_EVENT, [seq]);
  return rows.map((row) => ({ ...attemptOf(row), destination: row.destination, webhookId: row.request }));
}

/** The latest attempt at each of some forwards, by their positions. */
export async function lastAttemptsOf(transaction: Transaction, positions: readonly number[]): Promise<ReadonlyMap<number, Attempt>> {
  const rows = await transaction.query<AttemptRow & { readonly position: number }>(LAST, [positions]);
  return new Map(rows.map((row) => [row.position, attemptOf(row)]));
}
