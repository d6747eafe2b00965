import type { InOrder } from '../store';
import { columnText } from './column-text';
import type { Transaction } from './database';
import type { DeliveryJobs, Queued } from './jobs';
import { jobIdOf } from './queues';
import { addedUp, count } from './tally';

const EVENT = 'SELECT seq FROM chathooks.events WHERE seq = $1 FOR KEY SHARE';
const ENDED = `
  SELECT position, destination, conversation, state FROM chathooks.forwards
  WHERE event = $1 AND destination = ANY($2::text[]) AND state <> 'pending' ORDER BY position FOR UPDATE`;
const ADD = `
  INSERT INTO chathooks.forwards (event, destination, conversation) SELECT $1, destination, conversation FROM unnest($2::text[], $3::text[]) AS new (destination, conversation)
  ON CONFLICT DO NOTHING RETURNING position, destination, conversation`;
const DEAD = `
  SELECT position, destination, conversation, state, event FROM chathooks.forwards
  WHERE state = 'dead' AND destination = $1 AND event > $2 ORDER BY event LIMIT $3 FOR UPDATE`;
const REMEMBER = `
  INSERT INTO chathooks.earlier_requests (forward, request)
  SELECT position, request FROM chathooks.forwards WHERE position = ANY($1::bigint[]) AND request IS NOT NULL ON CONFLICT DO NOTHING`;
const RESET = `
  UPDATE chathooks.forwards SET state = 'pending', request = NULL, conversation = again.conversation
  FROM unnest($1::bigint[], $2::text[]) AS again (position, conversation) WHERE forwards.position = again.position`;
const DESTINATIONS = "SELECT DISTINCT destination FROM chathooks.forwards WHERE state = 'dead' ORDER BY destination";

/** Dead letters by the transaction: a million at once would hold up everything that waits for one of them. */
const REDRIVEN_AT_ONCE = 1_000;

interface Ended extends Queued {
  readonly state: 'delivered' | 'dead';
}

export interface Replay {
  readonly seq: number;
  readonly destinations: readonly string[];
  readonly inOrder?: InOrder;
}

/**
 * Makes forwards of an event pending again, or new ones. Where the order is kept by now, they get a place in it. One
 * that is pending is on its way already, and left alone: to take it out of the request that carries it would change a
 * batch under the same webhook-id.
 */
export async function replay(transaction: Transaction, jobs: DeliveryJobs, { seq, destinations, inOrder }: Replay): Promise<number> {
  const wanted = destinations.map(columnText);
  const conversations = new Map(inOrder?.destinations.map((destination) => [columnText(destination), inOrder.conversation]));
  if ((await transaction.query(EVENT, [seq])).length === 0) return 0;
  const rows = await transaction.query<Ended>(ENDED, [seq, wanted]);
  const ended = rows.map((row) => ({ ...row, conversation: row.conversation ?? conversations.get(row.destination) ?? null }));
  const dead = Map.groupBy(ended.filter(({ state }) => state === 'dead'), ({ destination }) => destination);
  for (const [destination, forwards] of dead) await jobs.remove(transaction, 'dead', destination, forwards.map(({ position }) => jobIdOf(position)));
  await reset(transaction, ended);
  const added = await transaction.query<Queued>(ADD, [seq, wanted, wanted.map((destination) => conversations.get(destination) ?? null)]);
  await count(transaction, addedUp(added.map(({ destination }) => ({ what: 'pending', destination, by: 1 }))));
  await jobs.add(transaction, [...ended, ...added]);
  return ended.length + added.length;
}

/** The destinations that there are dead letters for. */
export async function destinationsOfDead(transaction: Transaction): Promise<readonly string[]> {
  return (await transaction.query<{ readonly destination: string }>(DESTINATIONS)).map(({ destination }) => destination);
}

/** Makes some dead letters of a destination pending again: those of events after one. `after`: where to go on. */
export async function redrive(transaction: Transaction, jobs: DeliveryJobs, destination: string, after: number): Promise<{ readonly count: number; readonly after?: number }> {
  const dead = await transaction.query<Ended & { readonly event: number }>(DEAD, [destination, after, REDRIVEN_AT_ONCE]);
  if (dead.length === 0) return { count: 0 };
  await reset(transaction, dead);
  await jobs.redrive(transaction, dead);
  const last = dead.at(-1);
  return { count: dead.length, ...(last !== undefined && dead.length === REDRIVEN_AT_ONCE ? { after: last.event } : {}) };
}

/** Its next request gets a webhook-id of its own; the attempts under the old one stay findable. */
async function reset(transaction: Transaction, ended: readonly Ended[]): Promise<void> {
  if (ended.length === 0) return;
  const positions = ended.map(({ position }) => position);
  await transaction.query(REMEMBER, [positions]);
  await transaction.query(RESET, [positions, ended.map(({ conversation }) => conversation)]);
  await count(transaction, addedUp(ended.flatMap(({ destination, state }) => [{ what: state, destination, by: -1 }, { what: 'pending', destination, by: 1 }])));
}
