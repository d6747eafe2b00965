import type { Claimed, ClaimOptions, OutgoingRequest } from '../store';
import { NOW } from './clock';
import { cut } from './cut';
import type { Transaction } from './database';
import type { DeliveryJobs, Fetched } from './jobs';
import { IS_IN_LINE } from './pending';

/** A request that nobody has taken up long after it fell due: its job is gone, or has waited its turn for long enough. */
const IS_LEFT = `(leased OR due_at <= ${NOW} - 60000)`;
const LATE = `
  SELECT count(*) FILTER (WHERE ${IS_LEFT})::int AS lapsed, count(*) FILTER (WHERE NOT ${IS_LEFT})::int AS due,
    EXISTS (SELECT 1 FROM chathooks.forwards WHERE destination = $1 AND ${IS_IN_LINE} AND request IS NULL) AS in_order
  FROM (SELECT leased, due_at FROM chathooks.requests WHERE destination = $1 AND due_at <= ${NOW} ORDER BY due_at LIMIT $2) AS late`;
const TAKE_OVER = `
  UPDATE chathooks.requests SET attempts = attempts + 1, due_at = ${NOW} + $3, leased = true, holder = $4
  WHERE webhook_id IN (
    SELECT webhook_id FROM chathooks.requests WHERE destination = $1 AND due_at <= ${NOW} AND ${IS_LEFT} ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
  RETURNING webhook_id, forwards, attempts`;
const LEASE = `
  UPDATE chathooks.requests SET attempts = attempts + 1, due_at = ${NOW} + $2, leased = true, holder = $3
  WHERE job = ANY($1::uuid[]) AND NOT (leased AND due_at > ${NOW}) RETURNING webhook_id, forwards, attempts`;
const STANDING = 'SELECT job FROM chathooks.requests WHERE job = ANY($1::uuid[])';
const CARRIED = `
  SELECT webhook_id, events.seq, events.event
  FROM unnest($1::text[]) AS claimed (id) JOIN chathooks.requests ON webhook_id = claimed.id
  CROSS JOIN LATERAL unnest(requests.forwards) WITH ORDINALITY AS part (position, place)
  JOIN chathooks.forwards ON forwards.position = part.position JOIN chathooks.events ON events.seq = forwards.event ORDER BY webhook_id, place`;
const NEXT = `SELECT min(due_at) - ${NOW} AS wait FROM chathooks.requests WHERE destination = $1`;

/** Another receiver may leave something behind at any time: nobody waits longer than this without looking. */
const LOOK_AGAIN_MS = 5_000;

export interface Claiming extends ClaimOptions {
  /** Who claims. */
  readonly holder: string;
  /** Epoch milliseconds, by this process's clock. */
  readonly now: number;
  /** Whether conversations are looked through before what belongs to none; alternating, neither starves. */
  readonly conversationsFirst: boolean;
}

interface Leased {
  readonly webhook_id: string;
  readonly forwards: readonly string[];
  readonly attempts: number;
}

/** Leases what is due: what a dead receiver held, then retries, then requests that are cut from what waits. */
export async function claim(transaction: Transaction, jobs: DeliveryJobs, claiming: Claiming): Promise<Claimed> {
  const { destination, requests: most, batch, now } = claiming;
  const [late] = await transaction.query<{ readonly lapsed: number; readonly due: number; readonly in_order: boolean }>(LATE, [destination, most]);
  const early = claiming.freshFirst === true ? await fetchNew(transaction, jobs, claiming, most * batch, late?.in_order === true) : [];
  const repeats = late === undefined || early.length > 0 ? [] : await claimRepeats(transaction, jobs, claiming, late);
  const room = most - repeats.length;
  const fetched = early.length > 0 ? early : await fetchNew(transaction, jobs, claiming, room * batch, late?.in_order === true);
  const { again, fresh } = await sift(transaction, fetched, claiming);
  const { requests: cuts, isRest } = await cut(transaction, jobs, claiming, fresh, room - again.length);
  const requests = [...(await carried(transaction, [...repeats, ...again], destination)), ...cuts];
  // Where all that was asked for was found, there is likely to be more; and jobs that led to nothing stood before others.
  const isMore = requests.length >= most || isRest;
  return { requests, nextDueAt: isMore ? now : await nextDue(transaction, claiming) };
}

async function claimRepeats(transaction: Transaction, jobs: DeliveryJobs, { destination, requests, leaseMs, holder }: Claiming, late: { readonly lapsed: number; readonly due: number }): Promise<readonly Leased[]> {
  const lapsed = late.lapsed === 0 ? [] : await transaction.query<Leased>(TAKE_OVER, [destination, requests, leaseMs, holder]);
  if (late.due === 0) return lapsed;
  const repeats: Leased[] = [...lapsed];
  for (const kind of ['forwards', 'in-order'] as const) {
    const due = await jobs.fetch(transaction, kind, destination, { most: Math.min(late.due, requests - repeats.length), repeats: true });
    if (due.length > 0) repeats.push(...(await transaction.query<Leased>(LEASE, [due.map(({ id }) => id), leaseMs, holder])));
  }
  return repeats;
}

async function fetchNew(transaction: Transaction, jobs: DeliveryJobs, { destination, conversationsFirst }: Claiming, most: number, inOrder: boolean): Promise<readonly Fetched[]> {
  const kinds = !inOrder ? (['forwards'] as const) : conversationsFirst ? (['in-order', 'forwards'] as const) : (['forwards', 'in-order'] as const);
  const fetched: Fetched[] = [];
  for (const kind of kinds) fetched.push(...(await jobs.fetch(transaction, kind, destination, { most: most - fetched.length, repeats: false })));
  return fetched;
}

/**
 * Most jobs are taken for the first time. One that stands for a request was given back by pg-boss, a day after it was
 * taken: the request goes on, unless somebody has it.
 */
async function sift(transaction: Transaction, fetched: readonly Fetched[], { leaseMs, holder }: Claiming): Promise<{ readonly again: readonly Leased[]; readonly fresh: readonly Fetched[] }> {
  const known = fetched.filter(({ fetchedBefore }) => fetchedBefore > 0).map(({ id }) => id);
  if (known.length === 0) return { again: [], fresh: fetched };
  const standing = new Set((await transaction.query<{ readonly job: string }>(STANDING, [known])).map(({ job }) => job));
  const again = standing.size === 0 ? [] : await transaction.query<Leased>(LEASE, [[...standing], leaseMs, holder]);
  return { again, fresh: fetched.filter(({ id }) => !standing.has(id)) };
}

/** The requests as they were cut, but for what was removed meanwhile. */
async function carried(transaction: Transaction, leased: readonly Leased[], destination: string): Promise<readonly OutgoingRequest[]> {
  if (leased.length === 0) return [];
  const rows = await transaction.query<{ readonly webhook_id: string; readonly seq: number; readonly event: string }>(CARRIED, [leased.map(({ webhook_id }) => webhook_id)]);
  const byRequest = Map.groupBy(rows, ({ webhook_id }) => webhook_id);
  return leased.flatMap(({ webhook_id: webhookId, attempts }) => {
    const events = byRequest.get(webhookId)?.map(({ seq, event }) => ({ key: String(seq), event })) ?? [];
    return events.length === 0 ? [] : [{ webhookId, destination, attempt: attempts, events }];
  });
}

async function nextDue(transaction: Transaction, { destination, now }: Claiming): Promise<number> {
  const [next] = await transaction.query<{ readonly wait: number | null }>(NEXT, [destination]);
  return now + Math.min(next?.wait ?? Infinity, LOOK_AGAIN_MS);
}
