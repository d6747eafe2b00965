import { compileGlobs } from '../../event-globs';
import type { EventFilter, ForwardSummary, StoredEvent, StoredEventDetail } from '../store';
import { attemptsOf } from './attempt-queries';
import type { Connection } from './connection';
import { boundOf } from '../key';
import { STATUS_SQL, statusOf, type State } from './state';

const FORWARDS = 'SELECT destination, state, attempts FROM forwards WHERE event = ? ORDER BY position';
const EVENT = `SELECT seq, event, received_at, headers, issues, body, body_redacted
  FROM events JOIN deliveries ON deliveries.first = events.delivery WHERE seq = ?`;

interface DetailRow {
  readonly event: string;
  readonly received_at: number;
  readonly headers: string;
  readonly issues: string;
  readonly body: Uint8Array;
  readonly body_redacted: 0 | 1;
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
  const sql = `SELECT seq, event FROM events WHERE ${where.join(' AND ')} ORDER BY seq DESC LIMIT ?`;
  const found: StoredEvent[] = [];
  let left = filter.bytes ?? Infinity;
  // One by one: what is not listed is not read either.
  for (const { seq, event } of connection.iterate<{ readonly seq: number; readonly event: string }>(sql, ...values, Math.max(0, filter.limit))) {
    found.push({ key: String(seq), event, forwards: forwardsOf(connection, seq) });
    left -= Buffer.byteLength(event);
    if (left < 0) break;
  }
  return found;
}

export function findEvent(connection: Connection, seq: number): StoredEventDetail | undefined {
  const row = connection.get<DetailRow>(EVENT, seq);
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
  if (status === 'delivered') add(`EXISTS (SELECT 1 FROM forwards WHERE event = seq AND ${STATUS_SQL.delivered})`);
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
  const rows = connection.all<{ readonly destination: string; readonly state: State; readonly attempts: number }>(FORWARDS, seq);
  return rows.map(({ destination, state, attempts }) => ({ destination, status: statusOf(state), attempts }));
}
