import type { PruneOptions } from '../store';
import { FINGERPRINT_MS } from '../keeping';
import { ATTEMPTS_AT_ONCE, choose, FINGERPRINTS_AT_ONCE, LOOKED_AT_ONCE, STAYING_AT_MOST, type Oldest } from '../pruning';
import { webhookIdsFrom } from '../webhook-id';
import type { Transaction } from './database';
import type { DeliveryJobs } from './jobs';
import { IS_PENDING } from './pending';
import { holdEvents, removeEvents } from './remove';
import { bytesKept } from './tally';

/** One receiver at a time: two would remove the same events, one waiting for the other. */
const ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('chathooks.prune')) AS alone";
// From the oldest on, and only as far as there is something to remove: a few rows read, however many there are.
const OLDEST = `
  SELECT seq, received_at, octet_length(event) + coalesce((SELECT octet_length(body) FROM chathooks.deliveries WHERE first = delivery AND last = seq), 0) AS bytes,
    EXISTS (SELECT 1 FROM chathooks.forwards WHERE forwards.event = seq AND ${IS_PENDING} AND ($2::text[] IS NULL OR destination = ANY($2))) AS held
  FROM chathooks.events WHERE seq > $1 ORDER BY seq LIMIT $3`;
const STILL_HELD = `
  SELECT DISTINCT event AS seq FROM chathooks.forwards WHERE event = ANY($1::bigint[]) AND ${IS_PENDING} AND ($2::text[] IS NULL OR destination = ANY($2))`;
// An event that is held back has had its attempts at other destinations, or before a replay.
const DROP_ATTEMPTS = `
  WITH staying AS (
    SELECT forwards.position, forwards.request
    FROM (SELECT seq, received_at FROM chathooks.events ORDER BY seq LIMIT ${STAYING_AT_MOST}) AS oldest JOIN chathooks.forwards ON forwards.event = seq WHERE received_at < $1
  )
  DELETE FROM chathooks.attempts WHERE (request, number) IN (
    SELECT request, number FROM chathooks.attempts WHERE request < $2 AND NOT EXISTS (SELECT 1 FROM chathooks.requests WHERE webhook_id = request)
    AND request NOT IN (
      SELECT request FROM staying WHERE request IS NOT NULL UNION ALL SELECT earlier_requests.request FROM staying JOIN chathooks.earlier_requests ON forward = staying.position)
    ORDER BY request LIMIT $3)`;
const DROP_FINGERPRINTS = `
  DELETE FROM chathooks.fingerprints WHERE fingerprint IN
    (SELECT fingerprint FROM chathooks.fingerprints WHERE seen_at < $1 ORDER BY seen_at LIMIT $2 FOR UPDATE SKIP LOCKED)`;

/** Removes some of the oldest events, those that come after one and that nothing holds back: what is too old, and what is too much. `after`: where to go on. */
export async function prune(transaction: Transaction, jobs: DeliveryJobs, options: PruneOptions, after: number): Promise<{ readonly removed: number; readonly after?: number }> {
  const [lock] = await transaction.query<{ readonly alone: boolean }>(ALONE);
  if (lock?.alone !== true) return { removed: 0 };
  const tooMuch = options.keepBytes === undefined ? 0 : (await bytesKept(transaction)) - options.keepBytes;
  const oldest = await transaction.query<Oldest>(OLDEST, [after, options.known ?? null, LOOKED_AT_ONCE]);
  const { seqs, until, end } = choose(oldest, options.olderThan, tooMuch);
  const removed = await removeEvents(transaction, jobs, await withoutForwards(transaction, seqs, options.known));
  if (seqs.length > 0 || end === undefined) await removeTraces(transaction, options.olderThan, until);
  return { removed, ...(end === undefined ? {} : { after: end }) };
}

/** Those that got no forward since they were chosen, and get none any more. */
async function withoutForwards(transaction: Transaction, seqs: readonly number[], known: PruneOptions['known']): Promise<readonly number[]> {
  if (seqs.length === 0) return [];
  await holdEvents(transaction, seqs);
  const held = new Set((await transaction.query<{ readonly seq: number }>(STILL_HELD, [seqs, known ?? null])).map(({ seq }) => seq));
  return seqs.filter((seq) => !held.has(seq));
}

/**
 * Whatever was cut before such a time carried events that are older still: they are gone, or held back. A fingerprint goes by its age alone: room
 * for events is no reason to take a repeat for something new.
 */
async function removeTraces(transaction: Transaction, olderThan: number, until: number): Promise<void> {
  const before = Math.max(olderThan, until);
  await transaction.query(DROP_ATTEMPTS, [Math.round(before), webhookIdsFrom(before), ATTEMPTS_AT_ONCE]);
  await transaction.query(DROP_FINGERPRINTS, [Math.round(olderThan - FINGERPRINT_MS), FINGERPRINTS_AT_ONCE]);
}
