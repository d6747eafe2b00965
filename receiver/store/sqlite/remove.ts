import { dropForward } from './forget';
import type { Session } from './session';
import type { State } from './state';

const FORWARDS = 'SELECT position, state, request FROM forwards WHERE event = ?';
const CLOSE_EMPTY = `DELETE FROM requests WHERE webhook_id = ?
  AND NOT EXISTS (SELECT 1 FROM json_each(requests.forwards) AS part JOIN forwards ON forwards.position = part.value)`;
const DROP_EVENT = 'DELETE FROM events WHERE seq = ? RETURNING delivery, octet_length(event) AS bytes';
const DROP_DELIVERY = `DELETE FROM deliveries WHERE first = ?1
  AND NOT EXISTS (SELECT 1 FROM events WHERE seq BETWEEN deliveries.first AND deliveries.last) RETURNING octet_length(body) AS bytes`;

/** Removes an event with its forwards. A request that carries nothing any more is closed, a delivery without events goes too. */
export function removeEvent(session: Session, seq: number): void {
  const { connection, tally } = session;
  for (const { position, state, request } of connection.all<{ readonly position: number; readonly state: State; readonly request: string | null }>(FORWARDS, seq)) {
    dropForward(session, position);
    if (state === 'cut') connection.run(CLOSE_EMPTY, request);
  }
  const event = connection.get<{ readonly delivery: number; readonly bytes: number }>(DROP_EVENT, seq);
  if (event === undefined) return;
  const delivery = connection.get<{ readonly bytes: number }>(DROP_DELIVERY, event.delivery);
  tally.add('events', '', -1);
  tally.add('bytes', '', -event.bytes - (delivery?.bytes ?? 0));
}
