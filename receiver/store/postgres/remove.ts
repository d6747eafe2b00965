import type { Transaction } from './database';
import type { DeliveryJobs, Standing } from './jobs';
import { IS_PENDING } from './pending';
import { jobIdOf } from './queues';
import { addedUp, count, type Change } from './tally';
import type { ForwardStatus } from '../store';

// Two who remove events of one delivery at once would each leave it for the other's sake.
const TOGETHER = `
  SELECT first FROM chathooks.deliveries WHERE first IN (SELECT delivery FROM chathooks.events WHERE seq = ANY($1::bigint[])) ORDER BY first FOR UPDATE`;
// Whoever adds a forward holds its event meanwhile: it is waited for, so that no forward comes between and stays without one.
const HOLD = 'SELECT seq FROM chathooks.events WHERE seq = ANY($1::bigint[]) ORDER BY seq FOR UPDATE';
// Requests, then forwards, then jobs: in the order in which settlements take them.
const REQUESTS = `
  SELECT webhook_id FROM chathooks.requests WHERE webhook_id IN
    (SELECT request FROM chathooks.forwards WHERE event = ANY($1::bigint[]) AND ${IS_PENDING} AND request IS NOT NULL)
  ORDER BY webhook_id FOR UPDATE`;
const FORWARDS = `
  DELETE FROM chathooks.forwards WHERE position IN (SELECT position FROM chathooks.forwards WHERE event = ANY($1::bigint[]) ORDER BY position FOR UPDATE)
  RETURNING position, destination, state, conversation, request`;
const EARLIER = 'DELETE FROM chathooks.earlier_requests WHERE forward = ANY($1::bigint[])';
const CLOSE_EMPTY = `
  DELETE FROM chathooks.requests WHERE webhook_id = ANY($1::text[]) AND NOT EXISTS (SELECT 1 FROM chathooks.forwards WHERE position = ANY(requests.forwards))
  RETURNING destination, job, in_order, held`;
const EVENTS = 'DELETE FROM chathooks.events WHERE seq = ANY($1::bigint[]) RETURNING delivery, octet_length(event) AS bytes';
const DELIVERIES = `
  DELETE FROM chathooks.deliveries WHERE first = ANY($1::bigint[])
  AND NOT EXISTS (SELECT 1 FROM chathooks.events WHERE seq BETWEEN deliveries.first AND deliveries.last AND delivery = deliveries.first) RETURNING octet_length(body) AS bytes`;

interface Dropped {
  readonly position: number;
  readonly destination: string;
  readonly state: ForwardStatus;
  readonly conversation: string | null;
  readonly request: string | null;
}

/** Has nobody else add a forward to some events, or remove them, until the transaction ends. */
export async function holdEvents(transaction: Transaction, seqs: readonly number[]): Promise<void> {
  await transaction.query(TOGETHER, [seqs]);
  await transaction.query(HOLD, [seqs]);
}

/**
 * Removes events with their forwards. A request that carries nothing any more is closed, a delivery without events goes
 * too. Returns how many events; another receiver may have been quicker with some.
 */
export async function removeEvents(transaction: Transaction, jobs: DeliveryJobs, seqs: readonly number[]): Promise<number> {
  if (seqs.length === 0) return 0;
  await holdEvents(transaction, seqs);
  const requests = (await transaction.query<{ readonly webhook_id: string }>(REQUESTS, [seqs])).map(({ webhook_id }) => webhook_id);
  const dropped = await transaction.query<Dropped>(FORWARDS, [seqs]);
  await transaction.query(EARLIER, [dropped.map(({ position }) => position)]);
  await closeEmpty(transaction, jobs, requests);
  await dropJobs(transaction, jobs, dropped);
  const events = await transaction.query<{ readonly delivery: number; readonly bytes: number }>(EVENTS, [seqs]);
  const deliveries = await transaction.query<{ readonly bytes: number }>(DELIVERIES, [events.map(({ delivery }) => delivery)]);
  const bytes = [...events, ...deliveries].reduce((sum, one) => sum + one.bytes, 0);
  await count(transaction, addedUp([
    { what: 'events', destination: '', by: -events.length },
    { what: 'bytes', destination: '', by: -bytes },
    ...dropped.map(({ state, destination }): Change => ({ what: state, destination, by: -1 })),
  ]));
  return events.length;
}

/** Closes those of some requests that carry nothing any more. */
async function closeEmpty(transaction: Transaction, jobs: DeliveryJobs, webhookIds: readonly string[]): Promise<void> {
  if (webhookIds.length === 0) return;
  const closed = await transaction.query<Standing & { readonly destination: string }>(CLOSE_EMPTY, [webhookIds]);
  for (const [destination, requests] of Map.groupBy(closed, (request) => request.destination)) await jobs.release(transaction, destination, requests);
}

/** The jobs of conversations stay, for any of them may be under way with another event. */
async function dropJobs(transaction: Transaction, jobs: DeliveryJobs, dropped: readonly Dropped[]): Promise<void> {
  for (const [destination, forwards] of Map.groupBy(dropped, (forward) => forward.destination)) {
    const waiting = forwards.filter(({ state, request, conversation }) => state === 'pending' && request === null && conversation === null);
    await jobs.remove(transaction, 'forwards', destination, waiting.map(({ position }) => jobIdOf(position)));
    await jobs.remove(transaction, 'dead', destination, forwards.filter(({ state }) => state === 'dead').map(({ position }) => jobIdOf(position)));
  }
}
