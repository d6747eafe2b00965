import type { Session } from './session';

const ADD = "INSERT INTO forwards (position, event, destination, state) VALUES (?, ?, ?, 'uncut') ON CONFLICT (event, destination) DO NOTHING";

/** Has an event forwarded to a destination, unless it was or is being already. Returns whether that is new. */
export function addForward({ connection, tally }: Session, event: number, destination: string): boolean {
  if (connection.run(ADD, tally.next('forwards ever'), event, destination) !== 1) return false;
  tally.took('forwards ever');
  tally.add('uncut', destination, 1);
  return true;
}
