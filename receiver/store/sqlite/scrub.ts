import { BUSY_MS } from './connection';
import type { Scrubbed } from './protocol';
import type { Session } from './session';

/** Deliveries wait for the writer meanwhile. */
const READERS_WAITED_FOR_MS = 50;

const UNSCRUBBED = "SELECT count FROM tallies WHERE what = 'unscrubbed' AND count > 0";
const NOTE_SCRUBBED = "UPDATE tallies SET count = 0 WHERE what = 'unscrubbed'";

/**
 * Rids the files of what was erased; outside any transaction. A removed row is overwritten where it is (secure_delete),
 * but while rows around it come and go SQLite moves rows from page to page, and what they were moved from stays readable
 * in the unused middle of a page. Only VACUUM writes every page anew: some seconds for a gigabyte, in which deliveries
 * wait. Then the log goes, and with it all earlier versions of the pages.
 */
export function scrub({ connection }: Session): Scrubbed {
  const { database } = connection;
  try {
    database.exec(`PRAGMA busy_timeout = ${READERS_WAITED_FOR_MS}`);
    if (connection.get(UNSCRUBBED) !== undefined) {
      // Its copy of everything would not fit into memory.
      database.exec('PRAGMA temp_store = FILE; VACUUM');
      connection.run(NOTE_SCRUBBED);
    }
    return database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy === 0 ? 'clean' : 'held';
  } catch {
    // The events are gone for whoever asks the database, and other operations of the batch are kept: no reason to fail them.
    return 'failed';
  } finally {
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA temp_store = MEMORY`);
  }
}
