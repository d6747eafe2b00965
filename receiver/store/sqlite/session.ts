import { type Connection, connectWriter } from './connection';
import { Tally } from './tally';

/** What the operations of the writer share. */
export interface Session {
  readonly connection: Connection;
  readonly tally: Tally;
}

/** Opens the database for writing. */
export function openSession(path: string, maxBytes: number | undefined): Session {
  const connection = connectWriter(path, maxBytes);
  return { connection, tally: new Tally(connection) };
}

/** Closes after trouble, when closing may fail as well. */
export function abandon({ connection }: Session): void {
  try {
    connection.close();
  } catch {
    // It is given up either way.
  }
}
