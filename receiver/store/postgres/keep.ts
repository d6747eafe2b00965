import { conversationOf, type ReadyArrival, type ReadyDelivery } from './arrivals';
import { Bytes } from './bytes';
import type { Transaction } from './database';
import type { Queued } from './jobs';

// One statement for all tables. Bodies and events come as one run of bytes, which is cut here: an array of them would
// have every byte spelled in two or four characters.
const KEEP = `
  WITH kept_deliveries AS (
    INSERT INTO chathooks.deliveries (first, last, headers, issues, body_redacted, body)
    SELECT first, last, headers, issues, body_redacted, substring($1::bytea FROM start FOR length)
    FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::boolean[], $7::int[], $8::int[]) AS new (first, last, headers, issues, body_redacted, start, length)
  ), kept_events AS (
    INSERT INTO chathooks.events (seq, delivery, received_at, hook, provider, type, source, event)
    SELECT seq, delivery, received_at, hook, provider, type, source, convert_from(substring($1::bytea FROM start FOR length), 'UTF8')
    FROM unnest($9::bigint[], $10::bigint[], $11::bigint[], $12::text[], $13::text[], $14::text[], $15::text[], $16::int[], $17::int[])
      AS new (seq, delivery, received_at, hook, provider, type, source, start, length)
  ), added AS (
    INSERT INTO chathooks.forwards (event, destination, conversation)
    SELECT event, destination, conversation FROM unnest($18::bigint[], $19::text[], $20::text[]) WITH ORDINALITY AS new (event, destination, conversation, place) ORDER BY place
    ON CONFLICT DO NOTHING RETURNING position, event, destination, conversation
  ), counted AS (
    INSERT INTO chathooks.tallies (what, destination, change)
    SELECT 'pending', destination, count(*) FROM added GROUP BY destination
    UNION ALL SELECT what, '', change FROM (VALUES ('events', $21::bigint), ('bytes', $22::bigint)) AS sums (what, change) WHERE change <> 0
  )
  SELECT position, event, destination, conversation FROM added ORDER BY position`;

/** An event to be kept; or one that is there (`isNew` false), to be forwarded to more destinations. */
export interface Kept {
  readonly ready: ReadyArrival;
  readonly seq: number;
  readonly isNew: boolean;
  readonly event: Uint8Array;
}

interface KeptDelivery {
  readonly delivery: ReadyDelivery;
  first: number;
  last: number;
}

/** Writes events with what they came in, and their forwards. Returns the forwards that are new. */
export async function keepEvents(transaction: Transaction, kept: readonly Kept[]): Promise<readonly (Queued & { readonly event: number })[]> {
  if (kept.length === 0) return [];
  const news = kept.filter(({ isNew }) => isNew);
  const deliveries = deliveriesOf(news);
  const bytes = new Bytes();
  const bodies = [...deliveries.values()].map((one) => ({ ...one, ...bytes.place(one.delivery.body) }));
  const events = news.map(({ ready, seq, event }) => ({ ready, seq, delivery: deliveries.get(ready.delivery)?.first ?? seq, ...bytes.place(event) }));
  const forwards = kept.flatMap(({ ready, seq }) => ready.destinations.map((destination) => ({ event: seq, destination, conversation: conversationOf(ready, destination) })));
  return transaction.query(KEEP, [
    bytes.joined(),
    bodies.map(({ first }) => first), bodies.map(({ last }) => last), bodies.map(({ delivery }) => delivery.headers), bodies.map(({ delivery }) => delivery.issues),
    bodies.map(({ delivery }) => delivery.bodyRedacted), bodies.map(({ start }) => start), bodies.map(({ length }) => length),
    events.map(({ seq }) => seq), events.map(({ delivery }) => delivery), events.map(({ ready }) => ready.arrival.receivedAt), events.map(({ ready }) => ready.hook),
    events.map(({ ready }) => ready.provider), events.map(({ ready }) => ready.type), events.map(({ ready }) => ready.source), events.map(({ start }) => start), events.map(({ length }) => length),
    forwards.map(({ event }) => event), forwards.map(({ destination }) => destination), forwards.map(({ conversation }) => conversation),
    events.length, bytes.length,
  ]);
}

/** A delivery has the least of the numbers of its events that are kept. */
function deliveriesOf(news: readonly Kept[]): ReadonlyMap<ReadyDelivery, KeptDelivery> {
  const deliveries = new Map<ReadyDelivery, KeptDelivery>();
  for (const { ready: { delivery }, seq } of news) {
    const known = deliveries.get(delivery);
    if (known === undefined) deliveries.set(delivery, { delivery, first: seq, last: seq });
    else Object.assign(known, { first: Math.min(known.first, seq), last: Math.max(known.last, seq) });
  }
  return deliveries;
}
