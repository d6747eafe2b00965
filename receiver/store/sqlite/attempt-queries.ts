import { attemptOf, type AttemptRow } from '../attempt-row';
import type { Attempt, StoredEventDetail } from '../store';
import type { Connection } from './connection';

const OF_EVENT = `
  WITH carried (destination, request) AS (
    SELECT destination, request FROM forwards WHERE event = ?1 AND request IS NOT NULL
    UNION SELECT destination, earlier_requests.request FROM forwards JOIN earlier_requests ON forward = position WHERE event = ?1
  )
  SELECT destination, attempts.* FROM carried JOIN attempts ON attempts.request = carried.request ORDER BY at, number`;
const LAST = `
  WITH carried (request) AS (
    SELECT request FROM forwards WHERE position = ?1 AND request IS NOT NULL
    UNION SELECT request FROM earlier_requests WHERE forward = ?1
  )
  SELECT attempts.* FROM carried JOIN attempts ON attempts.request = carried.request ORDER BY at DESC, number DESC LIMIT 1`;

/** Every attempt at an event, oldest first, those from before a replay included. */
export function attemptsOf(connection: Connection, seq: number): StoredEventDetail['attempts'] {
  const rows = connection.all<AttemptRow & { readonly destination: string }>(OF_EVENT, seq);
  return rows.map((row) => ({ ...attemptOf(row), destination: row.destination, webhookId: row.request }));
}

/** The latest attempt at a forward. */
export function lastAttemptOf(connection: Connection, position: number): Attempt | undefined {
  const row = connection.get<AttemptRow>(LAST, position);
  return row === undefined ? undefined : attemptOf(row);
}
