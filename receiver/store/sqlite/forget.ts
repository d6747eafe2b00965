import type { Session } from './session';
import { webhookIdsFrom } from './claim';

const PENDING = "SELECT 1 FROM forwards WHERE event = ? AND state IN ('uncut', 'cut')";
const FORWARDS = 'SELECT position, destination, state FROM forwards WHERE event = ?';
const DROP_EARLIER = 'DELETE FROM earlier_requests WHERE forward = ?';
const DROP_FORWARD = 'DELETE FROM forwards WHERE position = ?';
const DROP_EVENT = 'DELETE FROM events WHERE seq = ? RETURNING delivery';
const DROP_DELIVERY = 'DELETE FROM deliveries WHERE first = ?1 AND NOT EXISTS (SELECT 1 FROM events WHERE seq BETWEEN deliveries.first AND deliveries.last)';
const DROP_ATTEMPTS = `DELETE FROM attempts WHERE (request, number) IN
  (SELECT request, number FROM attempts WHERE request < ? AND NOT EXISTS (SELECT 1 FROM requests WHERE webhook_id = request) ORDER BY request LIMIT ?)`;
const DROP_FINGERPRINTS = 'DELETE FROM fingerprints WHERE fingerprint IN (SELECT fingerprint FROM fingerprints WHERE seen_at < ? ORDER BY seen_at LIMIT ?)';
const WAITING = `SELECT position, destination, state FROM forwards WHERE state = ? AND state <> 'delivered' AND destination = ? LIMIT ?`;
const DROP_REQUESTS = 'DELETE FROM requests WHERE destination = ?';
const DROP_DESTINATION = 'DELETE FROM destinations WHERE id = ?';

/**
 * How long a fingerprint outlives the retention of its event. Providers give up retrying within days, but a queue that
 * was stuck, or a person who presses "resend" in a dashboard, can bring back an event weeks later; one row is some
 * 100 bytes, so that a month of a hundred thousand events a day costs 300 MB at most.
 */
const FINGERPRINT_MS = 30 * 86_400_000;
const ATTEMPTS_AT_ONCE = 5_000;
const FINGERPRINTS_AT_ONCE = 2_000;
const FORWARDS_AT_ONCE = 1_000;

interface Kept {
  readonly position: number;
  readonly destination: string;
  readonly state: 'uncut' | 'cut' | 'delivered' | 'dead';
}

/** Removes events, those that have not become pending since they were chosen, and what is left of older ones. */
export function prune(session: Session, seqs: readonly number[], olderThan: number): number {
  const { connection, tally } = session;
  const removed = seqs.filter((seq) => {
    if (connection.sql(PENDING).get(seq) !== undefined) return false;
    const forwards = connection.sql(FORWARDS).all(seq) as unknown as readonly Kept[];
    for (const forward of forwards) dropForward(session, forward);
    const event = connection.sql(DROP_EVENT).get(seq);
    if (event === undefined) return false;
    connection.sql(DROP_DELIVERY).run(event.delivery as number);
    return true;
  }).length;
  tally.add('events', '', -removed);
  // Whatever was cut before that time carried events that are older still.
  connection.sql(DROP_ATTEMPTS).run(webhookIdsFrom(olderThan), ATTEMPTS_AT_ONCE);
  connection.sql(DROP_FINGERPRINTS).run(Math.round(olderThan - FINGERPRINT_MS), FINGERPRINTS_AT_ONCE);
  return removed;
}

/** Drops pending forwards of a destination, a bounded number at once. Returns whether there are more. */
export function dropForwards(session: Session, destination: string): boolean {
  const waiting = (['uncut', 'cut'] as const).flatMap((state) => session.connection.sql(WAITING).all(state, destination, FORWARDS_AT_ONCE) as unknown as readonly Kept[]);
  for (const forward of waiting) dropForward(session, forward);
  return waiting.length >= FORWARDS_AT_ONCE;
}

/** Forgets a destination, and what came up for it since its forwards were dropped. */
export function deleteDestination(session: Session, id: string): boolean {
  while (dropForwards(session, id));
  session.connection.sql(DROP_REQUESTS).run(id);
  return session.connection.sql(DROP_DESTINATION).run(id).changes === 1;
}

function dropForward({ connection, tally }: Session, { position, destination, state }: Kept): void {
  connection.sql(DROP_EARLIER).run(position);
  connection.sql(DROP_FORWARD).run(position);
  tally.add(state, destination, -1);
}
