import type { Transaction } from './database';
import type { DeliveryJobs, Standing } from './jobs';
import { count } from './tally';

const REQUESTS = 'SELECT webhook_id FROM chathooks.requests WHERE destination = $1 ORDER BY webhook_id LIMIT $2 FOR UPDATE';
const CLOSE = 'DELETE FROM chathooks.requests WHERE webhook_id = ANY($1::text[]) RETURNING job, in_order, held';
const PENDING = `
  DELETE FROM chathooks.forwards WHERE position IN (SELECT position FROM chathooks.forwards WHERE state = 'pending' AND destination = $1 LIMIT $2 FOR UPDATE) RETURNING position`;
const EARLIER = 'DELETE FROM chathooks.earlier_requests WHERE forward = ANY($1::bigint[])';

const AT_ONCE = 1_000;

/** Drops requests and pending forwards of a destination, a bounded number at once. */
export async function dropForwards(transaction: Transaction, jobs: DeliveryJobs, destination: string): Promise<{ readonly dropped: number; readonly more: boolean }> {
  const requests = (await transaction.query<{ readonly webhook_id: string }>(REQUESTS, [destination, AT_ONCE])).map(({ webhook_id }) => webhook_id);
  await jobs.release(transaction, destination, await transaction.query<Standing>(CLOSE, [requests]));
  const dropped = (await transaction.query<{ readonly position: number }>(PENDING, [destination, AT_ONCE])).map(({ position }) => position);
  await transaction.query(EARLIER, [dropped]);
  await count(transaction, [{ what: 'pending', destination, by: -dropped.length }]);
  return { dropped: dropped.length, more: dropped.length === AT_ONCE || requests.length === AT_ONCE };
}
