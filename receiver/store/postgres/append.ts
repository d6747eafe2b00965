import type { Appended } from '../store';
import { renamedId } from '../key';
import type { ReadyArrival } from './arrivals';
import type { Transaction } from './database';
import { decide, type Decision, type Noted } from './decide';
import type { DeliveryJobs, Queued } from './jobs';
import { keepEvents, type Kept } from './keep';

// Numbered in the order of arrival, written in the order of fingerprints: two batches that have some in common wait for
// each other in one direction only.
const NOTE = `
  INSERT INTO chathooks.fingerprints (fingerprint, seq, seen_at, renamed)
  SELECT fingerprint, seq, seen_at, false FROM (
    SELECT fingerprint, seen_at, nextval('chathooks.event_numbers') AS seq
    FROM unnest($1::bytea[], $2::bigint[]) WITH ORDINALITY AS arrived (fingerprint, seen_at, place) ORDER BY place
  ) AS numbered ORDER BY fingerprint
  ON CONFLICT DO NOTHING RETURNING fingerprint, seq`;
const NOTED = `
  SELECT fingerprint, noted.seq, seen_at, renamed, hook FROM chathooks.fingerprints AS noted LEFT JOIN chathooks.events ON events.seq = noted.seq
  WHERE fingerprint = ANY($1::bytea[]) ORDER BY fingerprint`;
// An event that gets more destinations must not be removed before they are written.
const BODIES = `
  SELECT seq, sha256(body) AS hash FROM chathooks.events JOIN chathooks.deliveries ON first = delivery
  WHERE seq = ANY($1::bigint[]) ORDER BY seq FOR KEY SHARE OF events`;
const NUMBERS = "SELECT nextval('chathooks.event_numbers') AS seq FROM generate_series(1, $1)";
const RENEW = `
  UPDATE chathooks.fingerprints AS noted SET seq = renewed.seq, seen_at = renewed.seen_at, renamed = true
  FROM unnest($1::bytea[], $2::bigint[], $3::bigint[]) AS renewed (fingerprint, seq, seen_at) WHERE noted.fingerprint = renewed.fingerprint`;

interface NotedRow {
  readonly fingerprint: Buffer;
  readonly seq: number;
  readonly seen_at: number;
  readonly renamed: boolean;
  readonly hook: string | null;
}

/** Keeps the arrivals of several calls, those that are not known yet, and queues what is to be forwarded. */
export async function append(transaction: Transaction, jobs: DeliveryJobs, calls: readonly (readonly ReadyArrival[])[]): Promise<readonly (readonly Appended[])[]> {
  const arrivals = calls.flat();
  const fresh = await note(transaction, arrivals);
  const late = arrivals.filter(({ print }) => !fresh.has(print));
  const noted = await look(transaction, late);
  const numbers = await numbersFor(transaction, late);
  const decisions = decide(arrivals, fresh, noted, () => numbers.shift() ?? 0);
  await renew(transaction, arrivals, decisions);
  const added = await keepEvents(transaction, arrivals.flatMap((ready, index) => keptOf(ready, decisions[index])));
  await jobs.add(transaction, added);
  const appended = answer(arrivals, decisions, added);
  let from = 0;
  return calls.map(({ length }) => appended.slice(from, (from += length)));
}

/** Returns the numbers of those that were not known, the first of several copies. */
async function note(transaction: Transaction, arrivals: readonly ReadyArrival[]): Promise<ReadonlyMap<string, number>> {
  const seen = new Set<string>();
  const first = arrivals.filter(({ print }) => !seen.has(print) && seen.add(print));
  const rows = await transaction.query<{ readonly fingerprint: Buffer; readonly seq: number }>(NOTE, [first.map(({ fingerprint }) => fingerprint), first.map(({ arrival }) => arrival.receivedAt)]);
  return new Map(rows.map(({ fingerprint, seq }) => [fingerprint.toString('hex'), seq]));
}

async function look(transaction: Transaction, late: readonly ReadyArrival[]): Promise<ReadonlyMap<string, Noted>> {
  if (late.length === 0) return new Map();
  // Whoever may move a fingerprint on to another event does so alone.
  const lock = late.some(mayHappenAgain) ? ' FOR UPDATE OF noted' : '';
  const rows = await transaction.query<NotedRow>(NOTED + lock, [late.map(({ fingerprint }) => fingerprint)]);
  const byPrint = new Map(rows.map((row) => [row.fingerprint.toString('hex'), row]));
  const others = late.flatMap(({ print, hook }) => {
    const row = byPrint.get(print);
    return row === undefined || row.hook === null || row.hook === hook ? [] : [row.seq];
  });
  const bodies = others.length === 0 ? [] : await transaction.query<{ readonly seq: number; readonly hash: Buffer }>(BODIES, [others]);
  const hashes = new Map(bodies.map(({ seq, hash }) => [seq, hash]));
  return new Map([...byPrint].map(([print, row]) => [print, notedOf(row, hashes.get(row.seq))]));
}

function notedOf({ seq, seen_at: seenAt, renamed, hook }: NotedRow, bodyHash: Buffer | undefined): Noted {
  return { seq, seenAt, renamed, ...(hook === null ? {} : { hook }), ...(bodyHash === undefined ? {} : { bodyHash }) };
}

async function numbersFor(transaction: Transaction, late: readonly ReadyArrival[]): Promise<number[]> {
  const most = late.filter(mayHappenAgain).length;
  return most === 0 ? [] : (await transaction.query<{ readonly seq: number }>(NUMBERS, [most])).map(({ seq }) => seq);
}

function mayHappenAgain({ arrival }: ReadyArrival): boolean {
  return arrival.repeatWindowMs !== undefined;
}

/** A fingerprint that two of one batch renew is left with the later one. */
async function renew(transaction: Transaction, arrivals: readonly ReadyArrival[], decisions: readonly Decision[]): Promise<void> {
  const renewed = new Map<string, readonly [fingerprint: Buffer, seq: number, seenAt: number]>();
  for (const [index, { print, fingerprint, arrival }] of arrivals.entries()) {
    const decision = decisions[index];
    if (decision?.kind === 'keep' && decision.renamed) renewed.set(print, [fingerprint, decision.seq, arrival.receivedAt]);
  }
  if (renewed.size === 0) return;
  const rows = [...renewed.values()];
  await transaction.query(RENEW, [rows.map(([fingerprint]) => fingerprint), rows.map(([, seq]) => seq), rows.map(([, , seenAt]) => seenAt)]);
}

function keptOf(ready: ReadyArrival, decision: Decision | undefined): readonly Kept[] {
  switch (decision?.kind) {
    case 'keep':
      return [{ ready, seq: decision.seq, isNew: true, event: decision.renamed ? renamedEvent(ready) : ready.event }];
    case 'repeat':
      return decision.elsewhere ? [{ ready, seq: decision.noted.seq, isNew: false, event: ready.event }] : [];
    case undefined:
      return [];
  }
}

/** The event under the id by which the two are told apart. */
function renamedEvent({ arrival: { event, id, receivedAt } }: ReadyArrival): Buffer {
  return Buffer.from(JSON.stringify({ ...(JSON.parse(event) as object), id: renamedId(id, receivedAt) }));
}

function answer(arrivals: readonly ReadyArrival[], decisions: readonly Decision[], added: readonly (Queued & { readonly event: number })[]): readonly Appended[] {
  // Of several copies through several hooks, the first to bring a destination has brought it.
  const open = new Set(added.map(({ event, destination }) => `${event} ${destination}`));
  return arrivals.map(({ arrival: { id, receivedAt }, destinations }, index) => {
    const decision = decisions[index];
    if (decision?.kind === 'repeat') {
      const { seq, seenAt, renamed } = decision.noted;
      const brought = decision.elsewhere ? destinations.filter((destination) => open.delete(`${seq} ${destination}`)) : [];
      return { key: String(seq), id: renamed ? renamedId(id, seenAt) : id, duplicate: true, destinations: brought };
    }
    const seq = decision?.seq ?? 0;
    for (const destination of destinations) open.delete(`${seq} ${destination}`);
    return { key: String(seq), id: decision?.renamed === true ? renamedId(id, receivedAt) : id, duplicate: false, destinations };
  });
}
