import type { Transaction } from './database';
import type { DeliveryJobs, Standing } from './jobs';
import { IS_PENDING } from './pending';
import { count } from './tally';

// As many as carry no more than a bounded number of forwards together; one in any case.
const REQUESTS = `
  SELECT webhook_id, forwards FROM chathooks.requests WHERE webhook_id IN (
    SELECT webhook_id FROM (
      SELECT webhook_id, sum(cardinality(forwards)) OVER (ORDER BY webhook_id) - cardinality(forwards) AS carried_before
      FROM (SELECT webhook_id, forwards FROM chathooks.requests WHERE destination = $1 ORDER BY webhook_id LIMIT $2) AS first_ones
    ) AS added_up WHERE carried_before < $2
  ) ORDER BY webhook_id FOR UPDATE`;
const CARRIED = `DELETE FROM chathooks.forwards WHERE position = ANY($1::bigint[]) AND request = ANY($2::text[]) AND ${IS_PENDING} RETURNING position`;
const CLOSE = 'DELETE FROM chathooks.requests WHERE webhook_id = ANY($1::text[]) RETURNING job, in_order, held';
const WAITING = `
  DELETE FROM chathooks.forwards WHERE position IN (
    SELECT position FROM chathooks.forwards WHERE state = 'pending' AND destination = $1
      AND NOT EXISTS (SELECT 1 FROM chathooks.requests WHERE webhook_id = request) LIMIT $2 FOR UPDATE
  ) RETURNING position`;
const EARLIER = 'DELETE FROM chathooks.earlier_requests WHERE forward = ANY($1::bigint[])';

const AT_ONCE = 1_000;

interface Open {
  readonly webhook_id: string;
  readonly forwards: readonly string[];
}

interface Dropped {
  readonly position: number;
}

/**
 * Drops requests and pending forwards of a destination, a bounded number at once. A request goes together with all that it
 * carries: what is cut off between two calls is whole on both sides.
 */
export async function dropForwards(transaction: Transaction, jobs: DeliveryJobs, destination: string): Promise<{ readonly dropped: number; readonly more: boolean }> {
  const requests = await transaction.query<Open>(REQUESTS, [destination, AT_ONCE]);
  const webhookIds = requests.map(({ webhook_id }) => webhook_id);
  const rows = requests.length > 0
    ? await transaction.query<Dropped>(CARRIED, [requests.flatMap(({ forwards }) => forwards), webhookIds])
    : await transaction.query<Dropped>(WAITING, [destination, AT_ONCE]);
  const dropped = rows.map(({ position }) => position);
  await transaction.query(EARLIER, [dropped]);
  await jobs.release(transaction, destination, await transaction.query<Standing>(CLOSE, [webhookIds]));
  await count(transaction, [{ what: 'pending', destination, by: -dropped.length }]);
  // Until there is nothing left: a claim may have cut a request from the last ones just before they went.
  return { dropped: dropped.length, more: requests.length > 0 || dropped.length > 0 };
}
