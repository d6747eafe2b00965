import type { Claimed, ClaimOptions, OutgoingRequest } from '../store';
import { newWebhookId } from '../webhook-id';
import type { Session } from './session';
import { IS_UNDELIVERED } from './state';

const DUE = 'SELECT webhook_id, forwards, attempts FROM requests WHERE destination = ? AND due_at <= ? ORDER BY due_at LIMIT ?';
const LEASE = 'UPDATE requests SET attempts = attempts + 1, due_at = ?, leased = 1 WHERE webhook_id = ?';
const CARRIED = `SELECT events.seq, events.event FROM json_each(?) AS part
  JOIN forwards ON forwards.position = part.value JOIN events ON events.seq = forwards.event ORDER BY part.key`;
const CLOSE = 'DELETE FROM requests WHERE webhook_id = ?';
/** What is new for a destination, the oldest first. */
export const UNCUT = `SELECT forwards.position, events.seq, events.event FROM forwards JOIN events ON events.seq = forwards.event
  WHERE state = 'uncut' AND ${IS_UNDELIVERED} AND destination = ? AND behind = 0 ORDER BY forwards.event LIMIT ?`;
const OPEN = 'INSERT INTO requests (webhook_id, destination, forwards, attempts, due_at, leased) VALUES (?, ?, ?, 1, ?, 1)';
const CUT = "UPDATE forwards SET state = 'cut', request = ? WHERE position = ?";
const NEXT = 'SELECT min(due_at) AS due FROM requests WHERE destination = ?';

/** A batch ends early at this size, in characters, so that a destination is never sent hundreds of megabytes at once. */
const REQUEST_CHARACTERS = 4 * 1_048_576;

interface Due {
  readonly webhook_id: string;
  readonly forwards: string;
  readonly attempts: number;
}

interface Carried {
  readonly seq: number;
  readonly event: string;
}

interface Uncut extends Carried {
  readonly position: number;
}

/**
 * Leases what is due. When that is nothing, nothing is written, and a transaction without a write costs no fsync.
 */
export function claim(session: Session, options: ClaimOptions & { readonly now: number }): Claimed {
  const leasedUntil = options.now + options.leaseMs;
  const early = options.freshFirst === true ? cutRequests(session, options, options.requests, leasedUntil) : [];
  const repeats = claimRepeats(session, options, options.requests - early.length, leasedUntil);
  const cuts = cutRequests(session, options, options.requests - early.length - repeats.length, leasedUntil);
  const next = session.connection.get<{ readonly due: number | null }>(NEXT, options.destination)?.due ?? undefined;
  return { requests: [...early, ...repeats, ...cuts], ...(next === undefined ? {} : { nextDueAt: next }) };
}

function claimRepeats({ connection }: Session, { destination, now }: ClaimOptions & { readonly now: number }, requests: number, leasedUntil: number): readonly OutgoingRequest[] {
  const due = connection.all<Due>(DUE, destination, now, Math.max(0, requests));
  return due.flatMap(({ webhook_id: webhookId, forwards, attempts }) => {
    const carried = connection.all<Carried>(CARRIED, forwards);
    if (carried.length === 0) {
      connection.run(CLOSE, webhookId);
      return [];
    }
    connection.run(LEASE, leasedUntil, webhookId);
    return [{ webhookId, destination, attempt: attempts + 1, events: carried.map(eventOf) }];
  });
}

function cutRequests({ connection, tally }: Session, { destination, batch, now }: ClaimOptions & { readonly now: number }, requests: number, leasedUntil: number): readonly OutgoingRequest[] {
  if (requests <= 0) return [];
  const cuts: OutgoingRequest[] = [];
  const uncut = connection.iterate<Uncut>(UNCUT, destination, requests * batch);
  for (const carried of batches(uncut, batch, requests)) {
    const webhookId = newWebhookId(now);
    connection.run(OPEN, webhookId, destination, JSON.stringify(carried.map(({ position }) => position)), leasedUntil);
    for (const { position } of carried) connection.run(CUT, webhookId, position);
    tally.add('uncut', destination, -carried.length);
    tally.add('cut', destination, carried.length);
    cuts.push({ webhookId, destination, attempt: 1, events: carried.map(eventOf) });
  }
  return cuts;
}

/** Read to the end before anything is written: the rows come from an index that the cut changes. */
function batches(rows: Iterable<Uncut>, size: number, most: number): readonly (readonly Uncut[])[] {
  const all: Uncut[][] = [];
  let open: Uncut[] | undefined;
  let characters = 0;
  for (const row of rows) {
    if (open === undefined || open.length >= size || characters + row.event.length > REQUEST_CHARACTERS) {
      if (all.length === most) break;
      all.push((open = []));
      characters = 0;
    }
    open.push(row);
    characters += row.event.length;
  }
  return all;
}

function eventOf({ seq, event }: Carried): { readonly key: string; readonly event: string } {
  return { key: String(seq), event };
}
