import { randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { attemptOf, type AttemptRow } from '../attempt-row';
import { StoreOpenError } from '../open-error';
import type { DestinationRecord } from '../store';
import type { MovedAttempt, MovedDelivery, MovedEvent, MovedFingerprint, MovedForward, MovedRequest, StoreExport } from '../transfer';
import { connectWriter, type Connection } from './connection';
import { listDestinations } from './forward-queries';
import { lockDatabase } from './lock';
import { statusOf, type State } from './state';

// Kept in the store itself, so that it goes where the file goes.
const ID = "SELECT destination AS id FROM tallies WHERE what = 'store id'";
const SET_ID = "INSERT INTO tallies (what, destination, count) VALUES ('store id', ?, 0)";
/** From an event to its fingerprint there is no way otherwise, and only a move goes it. */
const PRINTS = `
  PRAGMA temp_store = FILE;
  CREATE TEMP TABLE prints AS SELECT seq, fingerprint, seen_at, renamed FROM fingerprints;
  CREATE INDEX temp.prints_seq ON prints (seq)`;
const SIZES = `
  SELECT (SELECT count(*) FROM deliveries) AS deliveries, (SELECT count(*) FROM attempts) AS attempts,
    (SELECT count(*) FROM prints WHERE NOT EXISTS (SELECT 1 FROM events WHERE events.seq = prints.seq)) AS fingerprints`;
const PLACES = 'SELECT first FROM deliveries WHERE first > ? ORDER BY first LIMIT ?';
const DELIVERY = 'SELECT first, last, headers, issues, body_redacted, body FROM deliveries WHERE first = ?';
const EVENTS = 'SELECT seq, received_at, hook, provider, type, source, event FROM events WHERE seq BETWEEN ? AND ? AND delivery = ?1 ORDER BY seq';
const PRINT = 'SELECT fingerprint, seen_at, renamed FROM prints WHERE seq = ?';
const FORWARDS = 'SELECT position, destination, state, attempts, request, conversation FROM forwards WHERE event = ? ORDER BY position';
const EARLIER = 'SELECT request FROM earlier_requests WHERE forward = ? ORDER BY request';
const TOMBSTONES = 'SELECT fingerprint, seen_at, renamed FROM prints WHERE NOT EXISTS (SELECT 1 FROM events WHERE events.seq = prints.seq)';
const ATTEMPTS = 'SELECT request, number, at, latency_ms, status, error, answer FROM attempts ORDER BY request, number';
// Whoever held a lease is dead, or the lock could not have been had.
const REQUESTS = 'SELECT webhook_id, destination, attempts, CASE leased WHEN 1 THEN 0 ELSE due_at END AS due_at FROM requests ORDER BY webhook_id';

const DELIVERIES_AT_ONCE = 200;
const BYTES_AT_ONCE = 8 * 1_048_576;
const ROWS_AT_ONCE = 2_000;

interface DeliveryRow {
  readonly first: number;
  readonly last: number;
  readonly headers: string;
  readonly issues: string;
  readonly body_redacted: 0 | 1;
  readonly body: Uint8Array;
}

interface PrintRow {
  readonly fingerprint: Uint8Array;
  readonly seen_at: number;
  readonly renamed: 0 | 1;
}

/**
 * Opens the database at a path to be moved out of; its schema is brought up to date as at any start.
 * @throws StoreOpenError when there is none, or when a receiver has it open
 */
export function exportSqliteStore(path: string): StoreExport {
  const file = findFile(path);
  const unlock = lockDatabase(file);
  let connection: Connection;
  try {
    connection = connectWriter(file, undefined);
    connection.database.exec(PRINTS);
  } catch (error) {
    unlock();
    throw error;
  }
  return {
    id: idOf(connection),
    sizes: sizesOf(connection),
    deliveries: (after) => deliveriesAfter(connection, after),
    tombstones: () => inParts(connection.iterate<PrintRow>(TOMBSTONES), printOf),
    attempts: () => inParts(connection.iterate<AttemptRow & { readonly number: number }>(ATTEMPTS), movedAttemptOf),
    requests: () => connection.all<{ readonly webhook_id: string; readonly destination: string; readonly attempts: number; readonly due_at: number }>(REQUESTS)
      .map(({ webhook_id: webhookId, destination, attempts, due_at: dueAt }): MovedRequest => ({ webhookId, destination, attempts, dueAt })),
    destinations: (): readonly DestinationRecord[] => listDestinations(connection),
    close() {
      connection.close();
      unlock();
    },
  };
}

function findFile(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw new StoreOpenError('store_cannot_open', `There is no database ${path}. Check the path.`, { cause: error });
  }
}

function idOf(connection: Connection): string {
  const known = connection.get<{ readonly id: string }>(ID);
  if (known !== undefined) return known.id;
  const id = randomUUID();
  connection.run(SET_ID, id);
  return id;
}

function sizesOf(connection: Connection): StoreExport['sizes'] {
  return connection.get<StoreExport['sizes']>(SIZES) ?? { deliveries: 0, fingerprints: 0, attempts: 0 };
}

function deliveriesAfter(connection: Connection, after: number): readonly MovedDelivery[] {
  const deliveries: MovedDelivery[] = [];
  let bytes = 0;
  for (const row of connection.all<{ readonly first: number }>(PLACES, after, DELIVERIES_AT_ONCE)) {
    const delivery = connection.get<DeliveryRow>(DELIVERY, row.first);
    if (delivery === undefined) continue;
    const moved = deliveryOf(connection, delivery);
    deliveries.push(moved);
    bytes += moved.body.byteLength + moved.events.reduce((sum, { event }) => sum + event.length, 0);
    if (bytes > BYTES_AT_ONCE) break;
  }
  return deliveries;
}

function deliveryOf(connection: Connection, { first, last, headers, issues, body_redacted: redacted, body }: DeliveryRow): MovedDelivery {
  const rows = connection.all<{ readonly seq: number; readonly received_at: number } & Pick<MovedEvent, 'hook' | 'provider' | 'type' | 'source' | 'event'>>(EVENTS, first, last);
  const events = rows.map(({ seq, received_at: receivedAt, hook, provider, type, source, event }) => {
    const print = connection.get<PrintRow>(PRINT, seq);
    return { receivedAt, hook, provider, type, source, event, ...(print === undefined ? {} : { fingerprint: printOf(print) }), forwards: forwardsOf(connection, seq) };
  });
  return { place: first, headers, issues, bodyRedacted: redacted === 1, body, events };
}

function forwardsOf(connection: Connection, seq: number): readonly MovedForward[] {
  const rows = connection.all<{ readonly position: number; readonly destination: string; readonly state: State; readonly attempts: number; readonly request: string | null; readonly conversation: Uint8Array | null }>(FORWARDS, seq);
  return rows.map(({ position, destination, state, attempts, request, conversation }) => ({
    destination,
    status: statusOf(state),
    attempts,
    ...(request === null ? {} : { request }),
    earlierRequests: connection.all<{ readonly request: string }>(EARLIER, position).map((earlier) => earlier.request),
    ...(conversation === null ? {} : { conversation: Buffer.from(conversation).toString('hex') }),
  }));
}

function printOf({ fingerprint, seen_at: seenAt, renamed }: PrintRow): MovedFingerprint {
  return { fingerprint, seenAt, renamed: renamed === 1 };
}

function movedAttemptOf(row: AttemptRow & { readonly number: number }): MovedAttempt {
  return { request: row.request, number: row.number, ...attemptOf(row) };
}

function* inParts<Row, Item>(rows: Iterable<Row>, itemOf: (row: Row) => Item): Iterable<readonly Item[]> {
  let part: Item[] = [];
  for (const row of rows) {
    part.push(itemOf(row));
    if (part.length < ROWS_AT_ONCE) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
