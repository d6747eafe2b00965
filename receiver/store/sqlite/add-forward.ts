import { standInLine } from './line';
import type { Session } from './session';

const ADD = "INSERT INTO forwards (position, event, destination, state, conversation) VALUES (?, ?, ?, 'uncut', ?) ON CONFLICT (event, destination) DO NOTHING";

/**
 * Has an event forwarded to a destination, unless it was or is being already; in the line of a conversation, if there
 * is one. Returns whether that is new.
 */
export function addForward(session: Session, event: number, destination: string, conversation?: Uint8Array): boolean {
  const { connection, tally } = session;
  const position = tally.next('forwards ever');
  if (connection.run(ADD, position, event, destination, conversation ?? null) !== 1) return false;
  tally.took('forwards ever');
  tally.add('uncut', destination, 1);
  if (conversation !== undefined) standInLine(session, { position, event, destination, conversation });
  return true;
}
