import { webhookIdsFrom } from './claim';
import { dropForward, type KeptForward } from './forget';
import type { WriteOperation, WriteResults } from './protocol';
import type { Session } from './session';
import { IS_PENDING } from './state';

// From the oldest on, and only as far as it is old: a few rows read, however many there are.
const BY_AGE = `SELECT seq, received_at, EXISTS
  (SELECT 1 FROM forwards WHERE event = seq AND ${IS_PENDING} AND (?2 IS NULL OR destination IN (SELECT value FROM json_each(?2)))) AS held
  FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?3`;
const FORWARDS = 'SELECT position, destination, state, request FROM forwards WHERE event = ?';
const CLOSE_EMPTY = `DELETE FROM requests WHERE webhook_id = ?
  AND NOT EXISTS (SELECT 1 FROM json_each(requests.forwards) AS part JOIN forwards ON forwards.position = part.value)`;
const DROP_EVENT = 'DELETE FROM events WHERE seq = ? RETURNING delivery';
const DROP_DELIVERY = 'DELETE FROM deliveries WHERE first = ?1 AND NOT EXISTS (SELECT 1 FROM events WHERE seq BETWEEN deliveries.first AND deliveries.last)';
const DROP_ATTEMPTS = `DELETE FROM attempts WHERE (request, number) IN
  (SELECT request, number FROM attempts WHERE request < ? AND NOT EXISTS (SELECT 1 FROM requests WHERE webhook_id = request) ORDER BY request LIMIT ?)`;
const DROP_FINGERPRINTS = 'DELETE FROM fingerprints WHERE fingerprint IN (SELECT fingerprint FROM fingerprints WHERE seen_at < ? ORDER BY seen_at LIMIT ?)';

/** By the transaction: senders wait for some tens of milliseconds meanwhile. Looking costs less than removing. */
const LOOKED_AT_ONCE = 2_000;
const PRUNED_AT_ONCE = 500;

/**
 * How long a fingerprint outlives the retention of its event. Providers give up retrying within days, but a queue that
 * was stuck, or a person who presses "resend" in a dashboard, can bring back an event weeks later; one row is some
 * 100 bytes, so that a month of a hundred thousand events a day costs 300 MB at most.
 */
const FINGERPRINT_MS = 30 * 86_400_000;
const ATTEMPTS_AT_ONCE = 5_000;
const FINGERPRINTS_AT_ONCE = 2_000;

interface Old {
  readonly seq: number;
  readonly received_at: number;
  readonly held: 0 | 1;
}

/** Removes some events that are older than a time, those that come after one and that nothing holds back. */
export function prune(session: Session, { olderThan, known, after }: WriteOperation & { readonly kind: 'prune' }): WriteResults['prune'] {
  const { removable, end } = choose(session, olderThan, known, after);
  for (const seq of removable) removeEvent(session, seq);
  session.tally.add('events', '', -removable.length);
  if (removable.length > 0 || end === undefined) removeTraces(session, olderThan);
  return { removed: removable.length, ...(end === undefined ? {} : { after: end }) };
}

/** `end`: where to go on; absent when nothing more is old enough. */
function choose({ connection }: Session, olderThan: number, known: readonly string[] | undefined, after: number): { readonly removable: readonly number[]; readonly end: number | undefined } {
  const removable: number[] = [];
  let looked = 0;
  let last = after;
  for (const { seq, received_at: receivedAt, held } of connection.iterate<Old>(BY_AGE, after, known === undefined ? null : JSON.stringify(known), LOOKED_AT_ONCE)) {
    if (receivedAt >= olderThan) return { removable, end: undefined };
    looked++;
    last = seq;
    if (held === 0) removable.push(seq);
    if (removable.length === PRUNED_AT_ONCE) return { removable, end: last };
  }
  return { removable, end: looked === LOOKED_AT_ONCE ? last : undefined };
}

/** What may be pending of it belongs to destinations that are no more. A request that carries nothing any more is closed. */
function removeEvent(session: Session, seq: number): void {
  const { connection } = session;
  for (const forward of connection.all<KeptForward & { readonly request: string | null }>(FORWARDS, seq)) {
    dropForward(session, forward);
    if (forward.state === 'cut') connection.run(CLOSE_EMPTY, forward.request);
  }
  const event = connection.get<{ readonly delivery: number }>(DROP_EVENT, seq);
  if (event !== undefined) connection.run(DROP_DELIVERY, event.delivery);
}

/** Whatever was cut before that time carried events that are older still. */
function removeTraces({ connection }: Session, olderThan: number): void {
  connection.run(DROP_ATTEMPTS, webhookIdsFrom(olderThan), ATTEMPTS_AT_ONCE);
  connection.run(DROP_FINGERPRINTS, Math.round(olderThan - FINGERPRINT_MS), FINGERPRINTS_AT_ONCE);
}
