import { addForward } from './add-forward';
import { renamedId } from '../key';
import type { PackedAppended, PackedArrival, PackedDelivery } from './protocol';
import type { Session } from './session';
import { unpackArrival, unpackDelivery, type UnpackedArrival } from './unpack';

const NOTE = 'INSERT INTO fingerprints (fingerprint, seq, seen_at, renamed) VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING';
const NOTED = 'SELECT seq, seen_at, renamed FROM fingerprints WHERE fingerprint = ?';
const RENEW = 'UPDATE fingerprints SET seq = ?, seen_at = ?, renamed = 1 WHERE fingerprint = ?';
const ADD_EVENT = 'INSERT INTO events (seq, delivery, received_at, hook, provider, type, source, event) VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
const ADD_DELIVERY = 'INSERT INTO deliveries (first, last, headers, issues, body_redacted, body) VALUES (?, ?, ?, ?, ?, ?)';
const EXTEND_DELIVERY = 'UPDATE deliveries SET last = ? WHERE first = ?';
const KEPT = 'SELECT events.hook, deliveries.body = ? AS same FROM events JOIN deliveries ON deliveries.first = events.delivery WHERE events.seq = ?';

interface Noted {
  readonly seq: number;
  readonly seen_at: number;
  readonly renamed: number;
}

/** Keeps arrivals, those that are not known yet. Two copies in one batch: the second finds the first. */
export function append(session: Session, arrivals: readonly PackedArrival[], bytes: Uint8Array): readonly PackedAppended[] {
  const deliveries = new Map<PackedDelivery, number>();
  return arrivals.map((packed) => {
    const { connection, tally } = session;
    const arrival = unpackArrival(packed, bytes);
    const { fingerprint, receivedAt, destinations } = arrival;
    const seq = tally.next('events ever');
    if (connection.run(NOTE, fingerprint, seq, receivedAt) === 1) {
      keep(session, arrival, bytes, deliveries, seq);
      return seq;
    }
    const noted = connection.get<Noted>(NOTED, fingerprint);
    if (noted !== undefined && isRepeat(arrival, noted)) return repeat(session, arrival, bytes, noted);
    connection.run(RENEW, seq, receivedAt, fingerprint);
    keep(session, { ...arrival, event: renamedEvent(arrival) }, bytes, deliveries, seq);
    return { seq, duplicate: false, renamedAt: receivedAt, destinations };
  });
}

/**
 * A repeat does not move `seen_at`: the window runs from the copy that was kept. Otherwise a sender whose keys recur
 * within the window (a status that flips every minute) would be heard once and never again.
 */
function isRepeat({ repeatWindowMs, receivedAt }: UnpackedArrival, { seen_at }: Noted): boolean {
  return repeatWindowMs === undefined || receivedAt - seen_at <= repeatWindowMs;
}

function keep(session: Session, arrival: UnpackedArrival, bytes: Uint8Array, deliveries: Map<PackedDelivery, number>, seq: number): void {
  const { connection, tally } = session;
  const { delivery, receivedAt, hook, provider, type, source, event } = arrival;
  let first = deliveries.get(delivery);
  if (first === undefined) {
    first = seq;
    deliveries.set(delivery, first);
    const { headers, issues, bodyRedacted, body } = unpackDelivery(delivery, bytes);
    connection.run(ADD_DELIVERY, first, seq, headers, issues, bodyRedacted, body);
    tally.add('bytes', '', body.byteLength);
  } else {
    connection.run(EXTEND_DELIVERY, seq, first);
  }
  connection.run(ADD_EVENT, seq, first, receivedAt, hook, provider, type, source, event);
  tally.took('events ever');
  tally.add('events', '', 1);
  tally.add('bytes', '', Buffer.byteLength(event));
  for (const destination of arrival.destinations) addForward(session, seq, destination, lineOf(arrival, destination));
}

/**
 * The same bytes through another hook: its destinations get the one event too, those that have it not yet. Other
 * bytes under the same key are no copy of this event, and must not be forwarded in its name.
 */
function repeat(session: Session, arrival: UnpackedArrival, bytes: Uint8Array, { seq, seen_at, renamed }: Noted): PackedAppended {
  const kept = session.connection.get<{ readonly hook: string; readonly same: 0 | 1 }>(KEPT, unpackDelivery(arrival.delivery, bytes).body, seq);
  const elsewhere = kept?.same === 1 && kept.hook !== arrival.hook;
  const destinations = elsewhere ? arrival.destinations.filter((destination) => addForward(session, seq, destination, lineOf(arrival, destination))) : [];
  return { seq, duplicate: true, ...(renamed === 1 ? { renamedAt: seen_at } : {}), destinations };
}

/** The conversation whose order a destination keeps; none where it keeps no order. */
function lineOf({ inOrder }: UnpackedArrival, destination: string): Uint8Array | undefined {
  return inOrder?.destinations.includes(destination) === true ? inOrder.conversation : undefined;
}

/** The event under the id by which the two are told apart. */
function renamedEvent({ event, id, receivedAt }: UnpackedArrival): string {
  return JSON.stringify({ ...(JSON.parse(event) as object), id: renamedId(id, receivedAt) });
}
