import type { MovedDelivery, MovedEvent } from '../transfer';
import type { ForwardStatus } from '../store';
import { Bytes } from './bytes';
import { columnText } from './column-text';
import type { Transaction } from './database';
import type { DeliveryJobs, Queued } from './jobs';
import { addedUp, count, type Change } from './tally';

const PLACE = 'SELECT place FROM chathooks.moves WHERE id = $1 FOR UPDATE';
const ADVANCE = 'UPDATE chathooks.moves SET place = $2 WHERE id = $1';
const NUMBERS = "SELECT nextval('chathooks.event_numbers') AS seq FROM generate_series(1, $1)";
const PRINTS = `
  INSERT INTO chathooks.fingerprints (fingerprint, seq, seen_at, renamed)
  SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::boolean[]) AS moved (fingerprint, seq, seen_at, renamed) ORDER BY fingerprint
  ON CONFLICT DO NOTHING RETURNING seq`;
const DELIVERIES = `
  INSERT INTO chathooks.deliveries (first, last, headers, issues, body_redacted, body)
  SELECT first, last, headers, issues, body_redacted, substring($1::bytea FROM start FOR length)
  FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::boolean[], $7::int[], $8::int[]) AS moved (first, last, headers, issues, body_redacted, start, length)`;
const EVENTS = `
  INSERT INTO chathooks.events (seq, delivery, received_at, hook, provider, type, source, event)
  SELECT seq, delivery, received_at, hook, provider, type, source, convert_from(substring($1::bytea FROM start FOR length), 'UTF8')
  FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], $10::int[])
    AS moved (seq, delivery, received_at, hook, provider, type, source, start, length)`;
const FORWARDS = `
  INSERT INTO chathooks.forwards (event, destination, state, attempts, request, conversation)
  SELECT event, destination, state, attempts, request, conversation
  FROM unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[]) WITH ORDINALITY AS moved (event, destination, state, attempts, request, conversation, place)
  ORDER BY place RETURNING position, event, destination, state, request, conversation`;
const EARLIER = `
  INSERT INTO chathooks.earlier_requests (forward, request)
  SELECT position, moved.request FROM unnest($1::bigint[], $2::text[], $3::text[]) AS moved (event, destination, request) JOIN chathooks.forwards USING (event, destination) ON CONFLICT DO NOTHING`;

interface Numbered {
  readonly moved: MovedEvent;
  readonly delivery: MovedDelivery;
  readonly seq: number;
}

/** How far the move of a store has come; nobody else goes on with it meanwhile. */
export async function placeOf(transaction: Transaction, id: string): Promise<number> {
  const [move] = await transaction.query<{ readonly place: number }>(PLACE, [id]);
  return move?.place ?? 0;
}

/** Keeps deliveries that were moved. Returns how many of their events were new. */
export async function importDeliveries(transaction: Transaction, jobs: DeliveryJobs, id: string, deliveries: readonly MovedDelivery[]): Promise<number> {
  const place = await placeOf(transaction, id);
  const left = deliveries.filter((delivery) => delivery.place > place);
  const last = left.at(-1);
  if (last === undefined) return 0;
  const events = await keepUnknown(transaction, left);
  await keepRows(transaction, events);
  await keepForwards(transaction, jobs, events);
  await transaction.query(ADVANCE, [id, last.place]);
  return events.length;
}

/** Numbers the events, and leaves out those whose fingerprint is known: they came here by themselves. */
async function keepUnknown(transaction: Transaction, deliveries: readonly MovedDelivery[]): Promise<readonly Numbered[]> {
  const all = deliveries.flatMap((delivery) => delivery.events.map((moved) => ({ moved, delivery })));
  const numbers = await transaction.query<{ readonly seq: number }>(NUMBERS, [all.length]);
  const numbered = all.map((one, index) => ({ ...one, seq: numbers[index]?.seq ?? 0 }));
  const printed = numbered.flatMap(({ moved: { fingerprint }, seq }) => (fingerprint === undefined ? [] : [{ ...fingerprint, seq }]));
  const fresh = await transaction.query<{ readonly seq: number }>(PRINTS, [
    printed.map(({ fingerprint }) => Buffer.from(fingerprint)), printed.map(({ seq }) => seq), printed.map(({ seenAt }) => seenAt), printed.map(({ renamed }) => renamed),
  ]);
  const known = new Set(fresh.map(({ seq }) => seq));
  return numbered.filter(({ moved, seq }) => moved.fingerprint === undefined || known.has(seq));
}

async function keepRows(transaction: Transaction, events: readonly Numbered[]): Promise<void> {
  const bytes = new Bytes();
  const groups = [...Map.groupBy(events, ({ delivery }) => delivery)];
  const firsts = new Map(groups.map(([delivery, [first]]) => [delivery, first?.seq ?? 0]));
  const bodies = groups.map(([delivery, of]) => ({ delivery, first: firsts.get(delivery), last: of.at(-1)?.seq, ...bytes.place(delivery.body) }));
  const texts = events.map(({ moved, delivery, seq }) => ({ moved, seq, first: firsts.get(delivery), ...bytes.place(Buffer.from(moved.event)) }));
  const run = bytes.joined();
  await transaction.query(DELIVERIES, [
    run, bodies.map(({ first }) => first), bodies.map(({ last }) => last), bodies.map(({ delivery }) => delivery.headers), bodies.map(({ delivery }) => delivery.issues),
    bodies.map(({ delivery }) => delivery.bodyRedacted), bodies.map(({ start }) => start), bodies.map(({ length }) => length),
  ]);
  await transaction.query(EVENTS, [
    run, texts.map(({ seq }) => seq), texts.map(({ first }) => first), texts.map(({ moved }) => moved.receivedAt), texts.map(({ moved }) => columnText(moved.hook)), texts.map(({ moved }) => columnText(moved.provider)),
    texts.map(({ moved }) => columnText(moved.type)), texts.map(({ moved }) => columnText(moved.source)), texts.map(({ start }) => start), texts.map(({ length }) => length),
  ]);
  await count(transaction, [{ what: 'events', destination: '', by: events.length }, { what: 'bytes', destination: '', by: bytes.length }]);
}

/**
 * What no request carries is queued, and so is every event of a conversation, carried or not: a job of a conversation
 * stands for any of its events. What a request carries otherwise waits for the request to come.
 */
async function keepForwards(transaction: Transaction, jobs: DeliveryJobs, events: readonly Numbered[]): Promise<void> {
  const forwards = events.flatMap(({ moved, seq }) => moved.forwards.map((forward) => ({ seq, ...forward, destination: columnText(forward.destination) })));
  const kept = await transaction.query<Queued & { readonly state: ForwardStatus; readonly request: string | null }>(FORWARDS, [
    forwards.map(({ seq }) => seq), forwards.map(({ destination }) => destination), forwards.map(({ status }) => status),
    forwards.map(({ attempts }) => attempts), forwards.map(({ request }) => request ?? null), forwards.map(({ conversation }) => conversation ?? null),
  ]);
  const earlier = forwards.flatMap(({ seq, destination, earlierRequests }) => earlierRequests.map((request) => ({ seq, destination, request })));
  await transaction.query(EARLIER, [earlier.map(({ seq }) => seq), earlier.map(({ destination }) => destination), earlier.map(({ request }) => request)]);
  await count(transaction, addedUp(kept.map(({ state, destination }): Change => ({ what: state, destination, by: 1 }))));
  await jobs.bury(transaction, kept.filter(({ state }) => state === 'dead'));
  await jobs.add(transaction, kept.filter(({ state, request, conversation }) => state === 'pending' && (request === null || conversation !== null)));
}
