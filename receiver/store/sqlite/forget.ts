import type { WriteResults } from './protocol';
import type { Session } from './session';
import { IS_UNDELIVERED, type State } from './state';

const DROP_EARLIER = 'DELETE FROM earlier_requests WHERE forward = ?';
const DROP_FORWARD = 'DELETE FROM forwards WHERE position = ?';
const WAITING = `SELECT position, destination, state FROM forwards WHERE state = ? AND ${IS_UNDELIVERED} AND destination = ? LIMIT ?`;
const DROP_REQUESTS = 'DELETE FROM requests WHERE destination = ?';
const DROP_DESTINATION = 'DELETE FROM destinations WHERE id = ?';

const FORWARDS_AT_ONCE = 1_000;

export interface KeptForward {
  readonly position: number;
  readonly destination: string;
  readonly state: State;
}

/** Drops pending forwards of a destination, a bounded number at once. */
export function dropForwards(session: Session, destination: string): WriteResults['drop-forwards'] {
  const waiting = (['uncut', 'cut'] as const).flatMap((state) => session.connection.all<KeptForward>(WAITING, state, destination, FORWARDS_AT_ONCE));
  for (const forward of waiting) dropForward(session, forward);
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

export function dropForward({ connection, tally }: Session, { position, destination, state }: KeptForward): void {
  connection.run(DROP_EARLIER, position);
  connection.run(DROP_FORWARD, position);
  tally.add(state, destination, -1);
}
