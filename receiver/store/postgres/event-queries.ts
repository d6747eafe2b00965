import { compileGlobs } from '../../event-globs';
import { boundOf } from '../key';
import type { EventFilter, ForwardStatus, ForwardSummary, StoredEvent, StoredEventDetail } from '../store';
import { attemptsOf } from './attempt-queries';
import { columnText } from './column-text';
import type { Transaction } from './database';

const FORWARDS = 'SELECT event, destination, state, attempts FROM chathooks.forwards WHERE event = ANY($1::bigint[]) ORDER BY position';
const EVENTS = 'SELECT seq, event FROM chathooks.events WHERE seq = ANY($1::bigint[]) ORDER BY seq DESC';
const EVENT = `
  SELECT event, received_at, headers, issues, body, body_redacted FROM chathooks.events JOIN chathooks.deliveries ON first = delivery WHERE seq = $1`;
// From one type to the next along the index: as many steps as there are types, however many events there are.
const TYPES = `
  WITH RECURSIVE found AS (
    (SELECT left(type, 100) AS type FROM chathooks.events ORDER BY left(type, 100) LIMIT 1)
    UNION ALL SELECT (SELECT left(events.type, 100) FROM chathooks.events WHERE left(events.type, 100) > found.type ORDER BY left(events.type, 100) LIMIT 1) FROM found WHERE found.type IS NOT NULL
  ) SELECT type FROM found WHERE type IS NOT NULL`;

/** Of a listing, how many events are looked at first. */
const FIRST_STEP = 8;

interface DetailRow {
  readonly event: string;
  readonly received_at: number;
  readonly headers: string;
  readonly issues: string;
  readonly body: Buffer;
  readonly body_redacted: boolean;
}

/** @param from only events with this number or a later one */
export async function findEvents(transaction: Transaction, filter: EventFilter, from = 0): Promise<readonly StoredEvent[]> {
  const { where, values } = await conditionsOf(transaction, filter, from);
  const sql = `SELECT seq, octet_length(event) AS bytes FROM chathooks.events WHERE ${where.join(' AND ')} ORDER BY seq DESC LIMIT $${values.length + 1}`;
  const listed = await listedOf(transaction, sql, [...values, Math.max(0, filter.limit)], filter.bytes);
  const rows = await transaction.query<{ readonly seq: number; readonly event: string }>(EVENTS, [listed]);
  const forwards = await forwardsOf(transaction, rows.map(({ seq }) => seq));
  return rows.map(({ seq, event }) => ({ key: String(seq), event, forwards: forwards.get(seq) ?? [] }));
}

export async function findEvent(transaction: Transaction, seq: number): Promise<StoredEventDetail | undefined> {
  const [row] = await transaction.query<DetailRow>(EVENT, [seq]);
  if (row === undefined) return undefined;
  return {
    key: String(seq),
    event: row.event,
    forwards: (await forwardsOf(transaction, [seq])).get(seq) ?? [],
    receivedAt: row.received_at,
    headers: JSON.parse(row.headers) as StoredEventDetail['headers'],
    issues: JSON.parse(row.issues) as StoredEventDetail['issues'],
    body: row.body,
    bodyRedacted: row.body_redacted,
    attempts: await attemptsOf(transaction, seq),
  };
}

/**
 * The numbers of the events that a listing has. A cursor walks through them, sizes only, ever longer steps at a time: the
 * texts are not read before it is known how many are wanted, and a search goes not much further than that.
 */
async function listedOf(transaction: Transaction, sql: string, values: readonly unknown[], bytes = Infinity): Promise<readonly number[]> {
  await transaction.query(`DECLARE listing NO SCROLL CURSOR FOR ${sql}`, values);
  const listed: number[] = [];
  let left = bytes;
  for (let step = FIRST_STEP; ; step *= 4) {
    const sizes = await transaction.query<{ readonly seq: number; readonly bytes: number }>(`FETCH ${step} FROM listing`);
    for (const { seq, bytes: size } of sizes) {
      listed.push(seq);
      left -= size;
      if (left < 0) return listed;
    }
    if (sizes.length < step) return listed;
  }
}

async function conditionsOf(transaction: Transaction, { provider, type, source, status, q, before }: EventFilter, from: number): Promise<{ readonly where: readonly string[]; readonly values: readonly unknown[] }> {
  const where = ['seq < $1', 'seq >= $2'];
  const values: unknown[] = [boundOf(before), from];
  const add = (condition: (place: string) => string, value: unknown): void => {
    values.push(value);
    where.push(condition(`$${values.length}`));
  };
  if (provider !== undefined) add((place) => `provider = ${place}`, columnText(provider));
  if (type?.includes('*') === true) add((place) => `left(type, 100) = ANY(${place}::text[])`, await typesThatFit(transaction, type));
  else if (type !== undefined) add((place) => `left(type, 100) = left(${place}, 100) AND type = ${place}`, columnText(type));
  if (source !== undefined) add((place) => `(hook = ${place} OR source = ${place})`, columnText(source));
  if (status === 'delivered') add((place) => `EXISTS (SELECT 1 FROM chathooks.forwards WHERE forwards.event = seq AND state = ${place})`, status);
  else if (status !== undefined) add((place) => `seq IN (SELECT forwards.event FROM chathooks.forwards WHERE state <> 'delivered' AND state = ${place})`, status);
  if (q !== undefined && q !== '') add((place) => `EXISTS (SELECT 1 FROM unnest(${place}::text[]) AS spelling WHERE position(spelling IN event) > 0)`, spellingsOf(q));
  return { where, values };
}

/** The types that there are and that a glob fits, by the very code that routes events. Types that long are told apart by their beginning. */
async function typesThatFit(transaction: Transaction, glob: string): Promise<readonly string[]> {
  const fits = compileGlobs([glob]);
  return (await transaction.query<{ readonly type: string }>(TYPES)).map(({ type }) => type).filter(fits);
}

/**
 * Events are searched as the JSON text that they are kept as. So a text counts as it stands, for who pastes a piece of
 * JSON, and as JSON spells it, for who looks for a message with quotes or line breaks in it. NUL and a lone surrogate
 * stand in no text that Postgres keeps, only their escapes do.
 */
function spellingsOf(q: string): readonly string[] {
  const spelled = JSON.stringify(q).slice(1, -1);
  return q === spelled || columnText(q) !== q ? [spelled] : [q, spelled];
}

async function forwardsOf(transaction: Transaction, seqs: readonly number[]): Promise<ReadonlyMap<number, readonly ForwardSummary[]>> {
  const rows = await transaction.query<{ readonly event: number; readonly destination: string; readonly state: ForwardStatus; readonly attempts: number }>(FORWARDS, [seqs]);
  const byEvent = Map.groupBy(rows, ({ event }) => event);
  return new Map([...byEvent].map(([event, forwards]) => [event, forwards.map(({ destination, state, attempts }) => ({ destination, status: state, attempts }))]));
}
