import type { Settlement } from '../store';
import { NOW } from './clock';
import { columnText } from './column-text';
import type { Transaction } from './database';
import type { DeliveryJobs, Queued } from './jobs';
import { IS_PENDING } from './pending';
import { addedUp, count } from './tally';

const OPEN = `
  SELECT webhook_id, destination, attempts, leased, job, in_order, held, forwards,
    (SELECT count(*)::int FROM chathooks.forwards WHERE position = ANY(requests.forwards) AND request = webhook_id) AS carried
  FROM chathooks.requests WHERE webhook_id = ANY($1::text[]) ORDER BY webhook_id FOR UPDATE`;
// Numbered here and not by the claim: a claim that nobody settled leaves no gap.
const RECORD = `
  INSERT INTO chathooks.attempts (request, number, at, latency_ms, status, error, answer)
  SELECT request, 1 + coalesce((SELECT max(number) FROM chathooks.attempts WHERE attempts.request = new.request), 0), at, latency_ms, status, error, answer
  FROM unnest($1::text[], $2::bigint[], $3::double precision[], $4::integer[], $5::text[], $6::text[]) AS new (request, at, latency_ms, status, error, answer)`;
const TRIED = `
  UPDATE chathooks.forwards SET attempts = forwards.attempts + 1, state = coalesce(outcome, state)
  FROM (SELECT id, outcome, unnest(forwards) AS part FROM unnest($1::text[], $2::text[]) AS tried (id, outcome) JOIN chathooks.requests ON webhook_id = id) AS trying
  WHERE position = ANY($3::bigint[]) AND position = part AND request = id AND ${IS_PENDING} RETURNING position, destination, conversation, outcome`;
const CLOSE = 'DELETE FROM chathooks.requests WHERE webhook_id = ANY($1::text[])';
const DEFER = `
  UPDATE chathooks.requests SET due_at = ${NOW} + wait, leased = false, holder = NULL
  FROM unnest($1::text[], $2::bigint[]) AS deferred (id, wait) WHERE webhook_id = id RETURNING webhook_id, due_at`;

/** Longer answers are cut: they are for people to read. */
const ANSWER_CHARACTERS = 2_048;

interface Open {
  readonly webhook_id: string;
  readonly destination: string;
  /** The number that its last claim gave. */
  readonly attempts: number;
  readonly leased: boolean;
  readonly job: string;
  readonly in_order: boolean;
  readonly held: readonly string[];
  /** The forwards that it was cut of, and how many of them are there. */
  readonly forwards: readonly string[];
  readonly carried: number;
}

/** A settlement and its request; `ends` is what becomes of it for good. */
interface Settled {
  readonly settlement: Settlement;
  readonly request: Open;
  readonly ends: 'delivered' | 'dead' | null;
  /** In how many milliseconds it is to be sent again. */
  readonly wait?: number;
}

/**
 * Keeps what became of attempts. Left alone is a request that is not open, or no more: somebody has settled it; and one
 * that was claimed anew since: it is somebody else's.
 * @param now epoch milliseconds, by the clock that says when something is due again
 */
export async function settle(transaction: Transaction, jobs: DeliveryJobs, settlements: readonly Settlement[], now: number): Promise<readonly undefined[]> {
  for (let left = settlements; left.length > 0; ) {
    // Two of one request, one after the other: the first may end it.
    const ids = new Set<string>();
    const first = left.filter(({ webhookId }) => !ids.has(webhookId) && ids.add(webhookId));
    await settleEach(transaction, jobs, first, now);
    left = left.filter((one) => !first.includes(one));
  }
  return settlements.map(() => undefined);
}

async function settleEach(transaction: Transaction, jobs: DeliveryJobs, settlements: readonly Settlement[], now: number): Promise<void> {
  const open = new Map((await transaction.query<Open>(OPEN, [settlements.map(({ webhookId }) => webhookId)])).map((row) => [row.webhook_id, row]));
  const settled = settlements.flatMap((settlement) => {
    const request = open.get(settlement.webhookId);
    return request === undefined || !isHeld(request, settlement) ? [] : [settledOf(settlement, request, now)];
  });
  if (settled.length === 0) return;
  await record(transaction, settled);
  const tried = await transaction.query<Queued & { readonly outcome: Settled['ends'] }>(TRIED, [settled.map(({ request }) => request.webhook_id), settled.map(({ ends }) => ends), settled.flatMap(({ request }) => request.forwards)]);
  await end(transaction, jobs, settled.filter(({ ends }) => ends !== null), tried);
  await defer(transaction, jobs, settled);
}

/** By the very claim that is settled. A retry that was kept before, and its answer lost, has ended the lease. */
function isHeld({ attempts, leased }: Open, { attemptNumber }: Settlement): boolean {
  return leased && attempts === attemptNumber;
}

function settledOf(settlement: Settlement, request: Open, now: number): Settled {
  switch (settlement.outcome) {
    case 'delivered':
    case 'dead':
      return { settlement, request, ends: settlement.outcome };
    case 'retry':
      return { settlement, request, ends: null, wait: Math.round(settlement.dueAt - now) };
  }
}

async function record(transaction: Transaction, settled: readonly Settled[]): Promise<void> {
  const attempts = settled.map(({ settlement }) => settlement.attempt);
  await transaction.query(RECORD, [
    settled.map(({ request }) => request.webhook_id),
    attempts.map(({ at }) => Math.round(at)),
    attempts.map(({ latencyMs }) => latencyMs),
    attempts.map(({ status }) => status ?? null),
    attempts.map(({ error }) => (error === undefined ? null : columnText(error))),
    settled.map(answerOf),
  ]);
}

/** It may quote an event that was erased while it was on its way. */
function answerOf({ settlement: { attempt }, request: { forwards, carried } }: Settled): string | null {
  return attempt.answer === undefined || carried < forwards.length ? null : columnText(attempt.answer.slice(0, ANSWER_CHARACTERS));
}

async function end(transaction: Transaction, jobs: DeliveryJobs, ended: readonly Settled[], tried: readonly (Queued & { readonly outcome: Settled['ends'] })[]): Promise<void> {
  if (ended.length === 0) return;
  await transaction.query(CLOSE, [ended.map(({ request }) => request.webhook_id)]);
  const changes = tried.flatMap(({ destination, outcome }) => (outcome === null ? [] : ([{ what: 'pending', destination, by: -1 }, { what: outcome, destination, by: 1 }] as const)));
  await count(transaction, addedUp(changes));
  await jobs.bury(transaction, tried.filter(({ outcome }) => outcome === 'dead'));
  for (const [destination, requests] of Map.groupBy(ended.map(({ request }) => request), ({ destination }) => destination)) {
    await jobs.release(transaction, destination, requests);
  }
}

async function defer(transaction: Transaction, jobs: DeliveryJobs, settled: readonly Settled[]): Promise<void> {
  const deferred = new Map(settled.flatMap(({ request, wait }) => (wait === undefined ? [] : [[request.webhook_id, { request, wait }] as const])));
  if (deferred.size === 0) return;
  const due = await transaction.query<{ readonly webhook_id: string; readonly due_at: number }>(DEFER, [[...deferred.keys()], [...deferred.values()].map(({ wait }) => wait)]);
  for (const { webhook_id: webhookId, due_at: dueAt } of due) {
    const request = deferred.get(webhookId)?.request;
    if (request !== undefined) await jobs.defer(transaction, request.in_order ? 'in-order' : 'forwards', request.destination, request.job, dueAt);
  }
}
