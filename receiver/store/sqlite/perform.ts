import { append } from './append';
import { claim } from './claim';
import { erase } from './erase';
import { deleteDestination, dropForwards } from './forget';
import { count, listDestinations } from './forward-queries';
import { prune } from './prune';
import { redrive, replay } from './again';
import type { DestinationRecord } from '../store';
import type { WriteOperation, WriteResult } from './protocol';
import { settle } from './settle';
import type { Session } from './session';

const PUT_DESTINATION = `INSERT INTO destinations (id, registration, disabled_at) VALUES (?, ?, ?)
  ON CONFLICT DO UPDATE SET registration = excluded.registration, disabled_at = excluded.disabled_at`;
const CHECK = "INSERT INTO tallies (what, destination, count) VALUES ('checked', '', ?) ON CONFLICT DO UPDATE SET count = excluded.count";

type Maintenance = WriteOperation & { readonly kind: 'prune' | 'erase' | 'scrub' | 'check' };

/** Carries out one operation within the transaction of its batch. */
export function perform(session: Session, operation: WriteOperation, bytes: Uint8Array): WriteResult {
  if (isMaintenance(operation)) return maintain(session, operation);
  switch (operation.kind) {
    case 'append':
      return append(session, operation.arrivals, bytes);
    case 'claim':
      return claim(session, operation);
    case 'settle':
      settle(session, operation.settlement);
      return undefined;
    case 'replay':
      return replay(session, operation);
    case 'redrive':
      return redrive(session, operation.destination, operation.after);
    case 'put-destination':
      putDestination(session, operation.record);
      return undefined;
    case 'drop-forwards':
      return dropForwards(session, operation.destination);
    case 'delete-destination':
      return deleteDestination(session, operation.id);
    case 'destinations':
      return listDestinations(session.connection);
    case 'counts':
      // What the batch has changed so far stands in the tally only.
      session.tally.write();
      return count(session.connection);
  }
}

function isMaintenance(operation: WriteOperation): operation is Maintenance {
  return ['prune', 'erase', 'scrub', 'check'].includes(operation.kind);
}

/** What nobody waits for but whoever looks after the receiver. */
function maintain(session: Session, operation: Maintenance): WriteResult {
  switch (operation.kind) {
    case 'prune':
      return prune(session, operation);
    case 'erase':
      return erase(session, operation.seqs);
    case 'scrub':
      // Not within a transaction: whoever commits this one does it afterwards.
      return 'failed';
    case 'check':
      // Only a write tells whether one can write.
      session.connection.run(CHECK, operation.now);
      return undefined;
  }
}

function putDestination({ connection }: Session, { id, registration, disabledAt }: DestinationRecord): void {
  connection.run(PUT_DESTINATION, id, registration ?? null, disabledAt ?? null);
}
