import type { OutgoingRequest } from '../store';
import { newWebhookId } from '../webhook-id';
import type { Claiming } from './claim';
import { NOW } from './clock';
import type { Transaction } from './database';
import type { DeliveryJobs, Fetched } from './jobs';
import { IS_IN_LINE, IS_PENDING } from './pending';

const WAITING = `
  SELECT position, seq, octet_length(events.event) AS bytes FROM chathooks.forwards JOIN chathooks.events ON seq = forwards.event
  WHERE position = ANY($1::bigint[]) AND ${IS_PENDING} AND request IS NULL ORDER BY seq FOR UPDATE OF forwards`;
// One job of a conversation is under way at a time, so that nobody else looks for its oldest event meanwhile.
const HEADS = `
  SELECT key AS conversation, head.* FROM unnest($2::text[]) AS wanted (key) CROSS JOIN LATERAL (
    SELECT position, seq, octet_length(events.event) AS bytes FROM chathooks.forwards JOIN chathooks.events ON seq = forwards.event
    WHERE destination = $1 AND conversation = key AND ${IS_IN_LINE} AND request IS NULL ORDER BY forwards.event LIMIT 1 FOR UPDATE OF forwards
  ) AS head`;
const UNDER_WAY = `
  SELECT DISTINCT conversation FROM chathooks.forwards WHERE destination = $1 AND conversation = ANY($2::text[]) AND ${IS_IN_LINE} AND request IS NOT NULL`;
const CUT = `
  WITH cuts AS (
    SELECT * FROM json_to_recordset($1::json) AS cut (webhook_id text, forwards bigint[], job uuid, in_order boolean, held uuid[])
  ), opened AS (
    INSERT INTO chathooks.requests (webhook_id, destination, forwards, attempts, due_at, leased, holder, job, in_order, held)
    SELECT webhook_id, $2, forwards, 1, ${NOW} + $3, true, $4, job, in_order, held FROM cuts
  ), carried AS (
    UPDATE chathooks.forwards SET request = webhook_id FROM (SELECT webhook_id, unnest(forwards) AS position FROM cuts) AS part
    WHERE forwards.position = ANY($5::bigint[]) AND forwards.position = part.position
  )
  SELECT seq, event FROM chathooks.events WHERE seq = ANY($6::bigint[])`;

/** A batch ends early at this size, so that a destination is never sent hundreds of megabytes at once. */
const REQUEST_BYTES = 4 * 1_048_576;

interface Waiting {
  readonly position: number;
  readonly seq: number;
  readonly bytes: number;
}

/** A forward that waits, and the job that was taken for it. */
interface Taken extends Waiting {
  readonly job: Fetched;
}

/** Cuts new requests from jobs that were taken. `isRest`: some led to nothing, or found no place. */
export async function cut(transaction: Transaction, jobs: DeliveryJobs, claiming: Claiming, fetched: readonly Fetched[], most: number): Promise<{ readonly requests: readonly OutgoingRequest[]; readonly isRest: boolean }> {
  if (fetched.length === 0) return { requests: [], isRest: false };
  const { destination, batch } = claiming;
  const loose = fetched.filter(({ kind }) => kind === 'forwards');
  const taken = [...(await takeLoose(transaction, jobs, destination, loose)), ...(await takeHeads(transaction, jobs, destination, fetched.filter(({ kind }) => kind === 'in-order')))];
  const oldestFirst = taken.sort((one, other) => one.seq - other.seq);
  const batches = split(oldestFirst, batch, Math.max(0, most));
  const rest = oldestFirst.slice(batches.reduce((sum, { length }) => sum + length, 0));
  for (const kind of ['forwards', 'in-order'] as const) await jobs.giveBack(transaction, kind, destination, rest.filter(({ job }) => job.kind === kind).map(({ job }) => job.id));
  return { requests: await open(transaction, jobs, claiming, batches), isRest: rest.length > 0 || taken.length < fetched.length };
}

/** A job whose forward waits no more is dropped: it was queued twice, or the event was removed. */
async function takeLoose(transaction: Transaction, jobs: DeliveryJobs, destination: string, fetched: readonly Fetched[]): Promise<readonly Taken[]> {
  if (fetched.length === 0) return [];
  const rows = await transaction.query<Waiting>(WAITING, [fetched.map(({ position }) => position)]);
  const byPosition = new Map(rows.map((row) => [row.position, row]));
  const taken: Taken[] = [];
  const idle: string[] = [];
  for (const job of fetched) {
    const waiting = byPosition.get(job.position);
    byPosition.delete(job.position);
    if (waiting === undefined) idle.push(job.id);
    else taken.push({ ...waiting, job });
  }
  await jobs.remove(transaction, 'forwards', destination, idle);
  return taken;
}

/**
 * A job of a conversation stands for the oldest event of it that waits. One that pg-boss gave back while an event of its
 * conversation is under way holds the place of that one, and is left where it is.
 */
async function takeHeads(transaction: Transaction, jobs: DeliveryJobs, destination: string, fetched: readonly Fetched[]): Promise<readonly Taken[]> {
  if (fetched.length === 0) return [];
  const keys = (some: readonly Fetched[]): readonly string[] => some.map(({ conversation }) => conversation ?? '');
  const known = fetched.filter(({ fetchedBefore }) => fetchedBefore > 0);
  const underWay = known.length === 0 ? [] : await transaction.query<{ readonly conversation: string }>(UNDER_WAY, [destination, keys(known)]);
  const busy = new Set(underWay.map(({ conversation }) => conversation));
  const free = fetched.filter(({ conversation }) => !busy.has(conversation ?? ''));
  const heads = await transaction.query<Waiting & { readonly conversation: string }>(HEADS, [destination, keys(free)]);
  const byKey = new Map(heads.map((head) => [head.conversation, head]));
  await jobs.remove(transaction, 'in-order', destination, free.filter(({ conversation }) => !byKey.has(conversation ?? '')).map(({ id }) => id));
  return free.flatMap((job) => {
    const head = byKey.get(job.conversation ?? '');
    return head === undefined ? [] : [{ ...head, job }];
  });
}

function split(taken: readonly Taken[], size: number, most: number): readonly (readonly Taken[])[] {
  const batches: Taken[][] = [];
  let open: Taken[] | undefined;
  let bytes = 0;
  for (const one of taken) {
    if (open === undefined || open.length >= size || bytes + one.bytes > REQUEST_BYTES) {
      if (batches.length === most) break;
      batches.push((open = []));
      bytes = 0;
    }
    open.push(one);
    bytes += one.bytes;
  }
  return batches;
}

/**
 * One job goes on standing for the request. Those of conversations are held, so that no other event of them is taken;
 * the others have served.
 */
async function open(transaction: Transaction, jobs: DeliveryJobs, { destination, leaseMs, holder, now }: Claiming, batches: readonly (readonly Taken[])[]): Promise<readonly OutgoingRequest[]> {
  if (batches.length === 0) return [];
  const served: string[] = [];
  const cuts = batches.map((taken) => {
    const carrier = taken.find(({ job }) => job.kind === 'forwards') ?? taken[0];
    const others = taken.filter((one) => one !== carrier);
    served.push(...others.filter(({ job }) => job.kind === 'forwards').map(({ job }) => job.id));
    const held = others.filter(({ job }) => job.kind === 'in-order').map(({ job }) => job.id);
    return { webhook_id: newWebhookId(now), forwards: taken.map(({ position }) => position), job: carrier?.job.id, in_order: carrier?.job.kind === 'in-order', held };
  });
  const rows = await transaction.query<{ readonly seq: number; readonly event: string }>(CUT, [JSON.stringify(cuts), destination, leaseMs, holder, batches.flat().map(({ position }) => position), batches.flat().map(({ seq }) => seq)]);
  await jobs.remove(transaction, 'forwards', destination, served);
  const events = new Map(rows.map(({ seq, event }) => [seq, event]));
  return cuts.map(({ webhook_id: webhookId }, index) => ({
    webhookId,
    destination,
    attempt: 1,
    events: (batches[index] ?? []).map(({ seq }) => ({ key: String(seq), event: events.get(seq) ?? '' })),
  }));
}
