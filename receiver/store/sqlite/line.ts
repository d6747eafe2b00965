/*
 * The line of a conversation at a destination: of its pending forwards one may go, the head, and all others are behind
 * it. While the head is cut it stays the head; while it is not, it is the oldest event of the line.
 */
import type { Session } from './session';
import { IS_UNDELIVERED } from './state';

const IN_LINE = `${IS_UNDELIVERED} AND destination = ? AND conversation = ?`;
export const CUT = `SELECT 1 FROM forwards WHERE state = 'cut' AND ${IN_LINE} LIMIT 1`;
export const HEAD = `SELECT position, event FROM forwards WHERE state = 'uncut' AND ${IN_LINE} AND behind = 0`;
export const NEXT = `SELECT position FROM forwards WHERE state = 'uncut' AND ${IN_LINE} AND behind = 1 ORDER BY event LIMIT 1`;
const PLACE = 'UPDATE forwards SET behind = ? WHERE position = ?';

/** A forward that belongs to a line. */
export interface InLine {
  readonly position: number;
  readonly event: number;
  readonly destination: string;
  readonly conversation: Uint8Array;
}

/** Finds its place for a forward that has just become pending: at the head of its line, or behind it. */
export function standInLine({ connection }: Session, { position, event, destination, conversation }: InLine): void {
  if (connection.get(CUT, destination, conversation) !== undefined) {
    connection.run(PLACE, 1, position);
    return;
  }
  for (const head of connection.all<{ readonly position: number; readonly event: number }>(HEAD, destination, conversation)) {
    if (head.position !== position) connection.run(PLACE, 1, head.event < event ? position : head.position);
  }
}

/** The head of a line is pending no more, or is no more: the oldest of the others takes its place. */
export function moveUp({ connection }: Session, destination: string, conversation: Uint8Array): void {
  const next = connection.get<{ readonly position: number }>(NEXT, destination, conversation);
  if (next !== undefined) connection.run(PLACE, 0, next.position);
}
