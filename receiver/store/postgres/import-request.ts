import type { MovedRequest } from '../transfer';
import { NOW } from './clock';
import { columnText } from './column-text';
import type { Transaction } from './database';
import type { DeliveryJobs, Queued } from './jobs';

const CLOCK = `SELECT ${NOW} AS now`;
const IS_THERE = 'SELECT 1 FROM chathooks.requests WHERE webhook_id = $1';
// In the order in which they were cut: of events, the oldest first.
const CARRIED = `
  SELECT position, destination, conversation FROM chathooks.forwards
  WHERE state = 'pending' AND destination = $1 AND request = $2 ORDER BY event FOR UPDATE`;
const OPEN = `
  INSERT INTO chathooks.requests (webhook_id, destination, forwards, attempts, due_at, leased, job, in_order, held) VALUES ($1, $2, $3, $4, $5, false, $6, $7, $8)`;

/**
 * Opens a request that was moved, as it was: whoever claims it next sends what it carries, under its webhook-id.
 * @param now epoch milliseconds, by the clock that says when it is due
 */
export async function importRequest(transaction: Transaction, jobs: DeliveryJobs, { webhookId, destination: id, attempts, dueAt }: MovedRequest, now: number): Promise<void> {
  const destination = columnText(id);
  if ((await transaction.query(IS_THERE, [webhookId])).length > 0) return;
  const carried = await transaction.query<Queued>(CARRIED, [destination, webhookId]);
  if (carried.length === 0) return;
  const loose = carried.find(({ conversation }) => conversation === null);
  const [clock] = await transaction.query<{ readonly now: number }>(CLOCK);
  const at = (clock?.now ?? now) + Math.max(0, Math.round(dueAt - now));
  const conversations = [...new Set(carried.flatMap(({ conversation }) => (conversation === null ? [] : [conversation])))];
  const heads = conversations.length === 0 ? [] : await jobs.takeHeads(transaction, destination, conversations);
  const [first, ...others] = heads;
  const job = loose === undefined ? first : await jobs.addRepeat(transaction, loose, at);
  // Each conversation had a job when its events were moved.
  if (job === undefined) throw new Error('A conversation has no job.');
  if (loose === undefined) await jobs.defer(transaction, 'in-order', destination, job, at);
  const held = loose === undefined ? others : heads;
  await transaction.query(OPEN, [webhookId, destination, carried.map(({ position }) => position), attempts, at, job, loose === undefined, held]);
}
