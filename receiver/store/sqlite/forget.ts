import { moveUp } from './line';
import type { WriteResults } from './protocol';
import type { Session } from './session';
import { IS_UNDELIVERED, statusOf, type State } from './state';

const DROP_EARLIER = 'DELETE FROM earlier_requests WHERE forward = ?';
const DROP_FORWARD = 'DELETE FROM forwards WHERE position = ? RETURNING destination, state, conversation, behind';
const WAITING = `SELECT position FROM forwards WHERE state = ? AND ${IS_UNDELIVERED} AND destination = ? LIMIT ?`;
const DROP_REQUESTS = 'DELETE FROM requests WHERE destination = ?';
const DROP_DESTINATION = 'DELETE FROM destinations WHERE id = ?';

const FORWARDS_AT_ONCE = 1_000;

interface Dropped {
  readonly destination: string;
  readonly state: State;
  readonly conversation: Uint8Array | null;
  readonly behind: 0 | 1;
}

/** Drops pending forwards of a destination, a bounded number at once. */
export function dropForwards(session: Session, destination: string): WriteResults['drop-forwards'] {
  const waiting = (['uncut', 'cut'] as const).flatMap((state) => session.connection.all<{ readonly position: number }>(WAITING, state, destination, FORWARDS_AT_ONCE));
  for (const { position } of waiting) dropForward(session, position);
  return { dropped: waiting.length, more: waiting.length >= FORWARDS_AT_ONCE };
}

/** Forgets a destination, and what came up for it since its forwards were dropped. Returns whether there was anything. */
export function deleteDestination(session: Session, id: string): boolean {
  let any = false;
  for (let more = true; more; ) {
    const part = dropForwards(session, id);
    any ||= part.dropped > 0;
    more = part.more;
  }
  session.connection.run(DROP_REQUESTS, id);
  return session.connection.run(DROP_DESTINATION, id) === 1 || any;
}

/** Drops a forward. Whether it is the head of a line shows only now: what was dropped before it may have let it move up. */
export function dropForward(session: Session, position: number): void {
  const { connection, tally } = session;
  connection.run(DROP_EARLIER, position);
  const dropped = connection.get<Dropped>(DROP_FORWARD, position);
  if (dropped === undefined) return;
  const { destination, state, conversation, behind } = dropped;
  tally.add(state, destination, -1);
  if (conversation !== null && behind === 0 && statusOf(state) === 'pending') moveUp(session, destination, conversation);
}
