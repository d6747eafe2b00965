import { addForward } from './add-forward';
import { standInLine } from './line';
import type { WriteOperation, WriteResults } from './protocol';
import type { Session } from './session';
import { STATUS_SQL, statusOf, type State } from './state';

const EVENT = 'SELECT 1 FROM events WHERE seq = ?';
const FORWARD = 'SELECT position, event, state, destination, conversation FROM forwards WHERE event = ? AND destination = ?';
const REMEMBER = 'INSERT INTO earlier_requests (forward, request) SELECT position, request FROM forwards WHERE position = ? AND request IS NOT NULL ON CONFLICT DO NOTHING';
const RESET = "UPDATE forwards SET state = 'uncut', request = NULL WHERE position = ?";
const STAND = 'UPDATE forwards SET conversation = ? WHERE position = ?';
const DEAD = `SELECT position, event, state, destination, conversation FROM forwards
  WHERE ${STATUS_SQL.dead} AND destination = ? AND behind = 0 AND event > ? ORDER BY event LIMIT ?`;

/** Dead letters by the transaction: all at once could be a million, and every sender would wait for them. */
const REDRIVEN_AT_ONCE = 1_000;

interface Ended {
  readonly position: number;
  readonly event: number;
  readonly state: State;
  readonly destination: string;
  readonly conversation: Uint8Array | null;
}

/**
 * Makes forwards of an event pending again, or new ones. Where its conversation's order is kept by now, they go by it. One
 * that is pending is on its way already, and left alone: to take it out of the request that carries it would change a
 * batch under the same webhook-id.
 */
export function replay(session: Session, { seq, destinations, inOrder }: WriteOperation & { readonly kind: 'replay' }): number {
  const { connection } = session;
  if (connection.get(EVENT, seq) === undefined) return 0;
  return destinations.filter((destination) => {
    const conversation = inOrder?.destinations.includes(destination) === true ? Buffer.from(inOrder.conversation, 'hex') : undefined;
    const forward = connection.get<Ended>(FORWARD, seq, destination);
    if (forward === undefined) return addForward(session, seq, destination, conversation);
    if (statusOf(forward.state) === 'pending') return false;
    if (conversation !== undefined) connection.run(STAND, conversation, forward.position);
    reset(session, { ...forward, conversation: conversation ?? forward.conversation });
    return true;
  }).length;
}

/** Makes some dead letters of a destination pending again: those of events after one. */
export function redrive(session: Session, destination: string, after: number): WriteResults['redrive'] {
  const dead = session.connection.all<Ended>(DEAD, destination, after, REDRIVEN_AT_ONCE);
  for (const forward of dead) reset(session, forward);
  const last = dead.at(-1);
  return { count: dead.length, ...(last !== undefined && dead.length === REDRIVEN_AT_ONCE ? { after: last.event } : {}) };
}

/** Its next request gets a webhook-id of its own; the attempts under the old one stay findable. */
function reset(session: Session, { position, event, state, destination, conversation }: Ended): void {
  const { connection, tally } = session;
  connection.run(REMEMBER, position);
  connection.run(RESET, position);
  tally.add(state, destination, -1);
  tally.add('uncut', destination, 1);
  if (conversation !== null) standInLine(session, { position, event, destination, conversation });
}
