import { removeEvent } from './remove';
import type { Session } from './session';

const OF_ONE_DELIVERY = `SELECT events.seq FROM deliveries JOIN events ON events.seq BETWEEN deliveries.first AND deliveries.last AND events.delivery = deliveries.first
  WHERE deliveries.first = (SELECT delivery FROM events WHERE seq = ?)`;
/** Not the attempts themselves: the other events of a batch have had them too, and their figures say nothing of what was sent. */
const DROP_ANSWERS = `UPDATE attempts SET answer = NULL WHERE request IN (
  SELECT request FROM forwards WHERE event = ?1 AND request IS NOT NULL
  UNION SELECT earlier_requests.request FROM forwards JOIN earlier_requests ON forward = position WHERE event = ?1)`;

/**
 * Removes events, the whole delivery of each. Returns how many events. What they said is out of the files only after a
 * scrub, and a process may end before it: so the database itself knows that it is due.
 */
export function erase(session: Session, seqs: readonly number[]): number {
  let erased = 0;
  for (const seq of seqs) {
    for (const sibling of session.connection.all<{ readonly seq: number }>(OF_ONE_DELIVERY, seq)) {
      session.connection.run(DROP_ANSWERS, sibling.seq);
      removeEvent(session, sibling.seq);
      erased++;
    }
  }
  session.tally.add('unscrubbed', '', erased);
  return erased;
}
