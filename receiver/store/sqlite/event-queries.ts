import { compileGlobs } from '../../event-globs';
import type { EventFilter, ForwardStatus, ForwardSummary, StoredEvent, StoredEventDetail } from '../store';
import { attemptsOf } from './attempt-queries';
import type { Connection } from './connection';
import { boundOf } from './key';

const FORWARDS = 'SELECT destination, state, attempts FROM forwards WHERE event = ? ORDER BY position';
const EVENT = `SELECT seq, event, received_at, headers, issues, body, body_redacted
  FROM events JOIN deliveries ON deliveries.first = events.delivery WHERE seq = ?`;
// From the oldest on, and only as far as it is old: a few rows read, however many there are.
const BY_AGE = `SELECT seq, received_at, EXISTS (SELECT 1 FROM forwards WHERE event = seq AND state IN ('uncut', 'cut')) AS pending FROM events ORDER BY seq`;

/** Events removed by the transaction: senders wait for some tens of milliseconds meanwhile. */
const PRUNED_AT_ONCE = 500;

/** The SQL for a forward being of a status. The undelivered ones are found by their partial index, hence its condition. */
export const STATUS_SQL: Readonly<Record<ForwardStatus, string>> = {
  pending: "state IN ('uncut', 'cut') AND state <> 'delivered'",
  dead: "state = 'dead' AND state <> 'delivered'",
  delivered: "state = 'delivered'",
};

export type State = 'uncut' | 'cut' | 'delivered' | 'dead';

/** What a state is to the outside. */
export function statusOf(state: State): ForwardStatus {
  return state === 'uncut' || state === 'cut' ? 'pending' : state;
}

/** Gives SQL a function that tells whether a type fits a glob, by the very code that routes events. */
export function addTypeFits(connection: Connection): void {
  let compiled: { readonly glob: string; readonly fits: (type: string) => boolean } = { glob: '', fits: () => false };
  connection.database.function('type_fits', { deterministic: true }, (glob, type) => {
    const text = String(glob);
    if (compiled.glob !== text) compiled = { glob: text, fits: compileGlobs([text]) };
    return compiled.fits(String(type)) ? 1 : 0;
  });
}

export function findEvents(connection: Connection, filter: EventFilter): readonly StoredEvent[] {
  const { where, values } = conditionsOf(filter);
  const rows = connection.sql(`SELECT seq, event FROM events WHERE ${where.join(' AND ')} ORDER BY seq DESC LIMIT ?`).all(...values, Math.max(0, filter.limit));
  return (rows as unknown as readonly { seq: number; event: string }[]).map(({ seq, event }) => ({ key: String(seq), event, forwards: forwardsOf(connection, seq) }));
}

export function findEvent(connection: Connection, seq: number): StoredEventDetail | undefined {
  const row = connection.sql(EVENT).get(seq) as
    | { event: string; received_at: number; headers: string; issues: string; body: Uint8Array; body_redacted: number }
    | undefined;
  if (row === undefined) return undefined;
  return {
    key: String(seq),
    event: row.event,
    forwards: forwardsOf(connection, seq),
    receivedAt: row.received_at,
    headers: JSON.parse(row.headers) as StoredEventDetail['headers'],
    issues: JSON.parse(row.issues) as StoredEventDetail['issues'],
    body: row.body,
    bodyRedacted: row.body_redacted === 1,
    attempts: attemptsOf(connection, seq),
  };
}

/** The oldest events received before a time that nothing is pending of. */
export function findPrunable(connection: Connection, olderThan: number): readonly number[] {
  const seqs: number[] = [];
  for (const row of connection.sql(BY_AGE).iterate()) {
    if (Number(row.received_at) >= olderThan || seqs.length === PRUNED_AT_ONCE) break;
    if (row.pending === 0) seqs.push(Number(row.seq));
  }
  return seqs;
}

function conditionsOf({ provider, type, source, status, q, before }: EventFilter): { readonly where: readonly string[]; readonly values: readonly (string | number)[] } {
  const where = ['seq < ?'];
  const values: (string | number)[] = [boundOf(before)];
  const add = (condition: string, ...bound: readonly (string | number)[]): void => {
    where.push(condition);
    values.push(...bound);
  };
  if (provider !== undefined) add('provider = ?', provider);
  if (type !== undefined) add(type.includes('*') ? 'type_fits(?, type)' : 'type = ?', type);
  if (source !== undefined) add('(hook = ? OR source = ?)', source, source);
  if (status === 'delivered') add("EXISTS (SELECT 1 FROM forwards WHERE event = seq AND state = 'delivered')");
  else if (status !== undefined) add(`seq IN (SELECT event FROM forwards WHERE ${STATUS_SQL[status]})`);
  if (q !== undefined && q !== '') {
    const spellings = spellingsOf(q);
    add(`(${spellings.map(() => 'instr(event, ?) > 0').join(' OR ')})`, ...spellings);
  }
  return { where, values };
}

/**
 * Events are searched as the JSON text that they are kept as. So a text counts as it stands, for who pastes a piece of
 * JSON, and as JSON spells it, for who looks for a message with quotes or line breaks in it. A lone surrogate stands
 * in no text that SQLite keeps, only its escape does.
 */
function spellingsOf(q: string): readonly string[] {
  const spelled = JSON.stringify(q).slice(1, -1);
  return q === spelled || !q.isWellFormed() ? [spelled] : [q, spelled];
}

function forwardsOf(connection: Connection, seq: number): readonly ForwardSummary[] {
  const rows = connection.sql(FORWARDS).all(seq) as unknown as readonly { destination: string; state: State; attempts: number }[];
  return rows.map(({ destination, state, attempts }) => ({ destination, status: statusOf(state), attempts }));
}
