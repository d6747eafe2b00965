import type { DestinationRecord, ForwardFilter, ForwardStatus, StoreCounts, StoredForward } from '../store';
import { lastAttemptOf } from './attempt-queries';
import type { Connection } from './connection';
import { HEAD_CHARACTERS, eventHeadOf, wholeEventHeadOf } from '../event-head';
import { boundOf } from '../key';
import { STATUS_SQL, statusOf, type State } from './state';

const EVENT = 'SELECT event FROM events WHERE seq = ?';
const DESTINATIONS = 'SELECT id, registration, disabled_at FROM destinations ORDER BY id';
const TALLIES = "SELECT what, destination, count FROM tallies WHERE count > 0 AND what IN ('events', 'bytes', 'uncut', 'cut', 'delivered', 'dead') ORDER BY destination, what";

interface Row {
  readonly position: number;
  readonly destination: string;
  readonly state: State;
  readonly attempts: number;
  readonly seq: number;
  readonly beginning: string;
}

export function findForwards(connection: Connection, { status, destination, before, limit }: ForwardFilter): readonly StoredForward[] {
  const where = ['position < ?'];
  const values: (string | number)[] = [boundOf(before)];
  if (status !== undefined) where.push(STATUS_SQL[status]);
  if (destination !== undefined) {
    where.push('destination = ?');
    values.push(destination);
  }
  // Chosen by position alone first: a sort of a hundred thousand positions is quick, of as many whole events it is not.
  const sql = `SELECT position, destination, state, attempts, seq, substr(events.event, 1, ${HEAD_CHARACTERS}) AS beginning
    FROM (SELECT position FROM forwards WHERE ${where.join(' AND ')} ORDER BY position DESC LIMIT ?)
    JOIN forwards USING (position) JOIN events ON seq = forwards.event ORDER BY position DESC`;
  const rows = connection.all<Row>(sql, ...values, Math.max(0, limit));
  return rows.map((row) => {
    const { type, id, source } = eventHeadOf(row.beginning) ?? wholeEventHeadOf(connection.get<{ readonly event: string }>(EVENT, row.seq)?.event ?? '');
    const lastAttempt = lastAttemptOf(connection, row.position);
    return {
      position: String(row.position),
      key: String(row.seq),
      destination: row.destination,
      status: statusOf(row.state),
      attempts: row.attempts,
      type,
      id,
      source,
      ...(lastAttempt === undefined ? {} : { lastAttempt }),
    };
  });
}

export function listDestinations(connection: Connection): readonly DestinationRecord[] {
  const rows = connection.all<{ readonly id: string; readonly registration: string | null; readonly disabled_at: number | null }>(DESTINATIONS);
  return rows.map(({ id, registration, disabled_at: disabledAt }) => ({ id, ...(registration === null ? {} : { registration }), ...(disabledAt === null ? {} : { disabledAt }) }));
}

export function count(connection: Connection): StoreCounts {
  const tallies = connection.all<{ readonly what: State | 'events' | 'bytes'; readonly destination: string; readonly count: number }>(TALLIES);
  const totals = { events: 0, bytes: 0 };
  const forwards = new Map<string, { destination: string; status: ForwardStatus; count: number }>();
  for (const tally of tallies) {
    if (tally.what === 'events' || tally.what === 'bytes') {
      totals[tally.what] = tally.count;
      continue;
    }
    const { destination } = tally;
    const status = statusOf(tally.what);
    const key = `${status} ${destination}`;
    const known = forwards.get(key);
    if (known === undefined) forwards.set(key, { destination, status, count: tally.count });
    else known.count += tally.count;
  }
  return { ...totals, forwards: [...forwards.values()] };
}
