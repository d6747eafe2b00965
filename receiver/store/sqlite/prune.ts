import { FINGERPRINT_MS } from '../keeping';
import { ATTEMPTS_AT_ONCE, choose, FINGERPRINTS_AT_ONCE, LOOKED_AT_ONCE, STAYING_AT_MOST, type Oldest } from '../pruning';
import { webhookIdsFrom } from '../webhook-id';
import type { WriteOperation, WriteResults } from './protocol';
import { removeEvent } from './remove';
import type { Session } from './session';
import { IS_PENDING } from './state';

// From the oldest on, and only as far as there is something to remove: a few rows read, however many there are.
const OLDEST = `SELECT seq, received_at,
  octet_length(event) + coalesce((SELECT octet_length(body) FROM deliveries WHERE first = delivery AND last = seq), 0) AS bytes,
  EXISTS (SELECT 1 FROM forwards WHERE event = seq AND ${IS_PENDING} AND (?2 IS NULL OR destination IN (SELECT value FROM json_each(?2)))) AS held
  FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?3`;
// An event that is held back has had its attempts at other destinations, or before a replay.
const DROP_ATTEMPTS = `
  WITH staying (position, request) AS (
    SELECT forwards.position, forwards.request FROM (SELECT seq, received_at FROM events ORDER BY seq LIMIT ${STAYING_AT_MOST}) JOIN forwards ON event = seq WHERE received_at < ?1
  )
  DELETE FROM attempts WHERE (request, number) IN (
    SELECT request, number FROM attempts WHERE request < ?2 AND NOT EXISTS (SELECT 1 FROM requests WHERE webhook_id = request)
    AND request NOT IN (SELECT request FROM staying WHERE request IS NOT NULL UNION ALL SELECT earlier_requests.request FROM staying JOIN earlier_requests ON forward = position)
    ORDER BY request LIMIT ?3)`;
const DROP_FINGERPRINTS = 'DELETE FROM fingerprints WHERE fingerprint IN (SELECT fingerprint FROM fingerprints WHERE seen_at < ? ORDER BY seen_at LIMIT ?)';

type Pruning = WriteOperation & { readonly kind: 'prune' };

/** Removes some of the oldest events, those that come after one and that nothing holds back: what is too old, and what is too much. */
export function prune(session: Session, pruning: Pruning): WriteResults['prune'] {
  const { olderThan, keepBytes, known, after } = pruning;
  const tooMuch = keepBytes === undefined ? 0 : session.tally.count('bytes') - keepBytes;
  const oldest = session.connection.iterate<Oldest>(OLDEST, after, known === undefined ? null : JSON.stringify(known), LOOKED_AT_ONCE);
  const { seqs, until, end } = choose(oldest, olderThan, tooMuch);
  for (const seq of seqs) removeEvent(session, seq);
  if (seqs.length > 0 || end === undefined) removeTraces(session, olderThan, until);
  return { removed: seqs.length, ...(end === undefined ? {} : { after: end }) };
}

/**
 * Whatever was cut before such a time carried events that are older still: they are gone, or held back. A fingerprint goes by its age alone: room
 * for events is no reason to take a repeat for something new.
 */
function removeTraces({ connection }: Session, olderThan: number, until: number): void {
  const before = Math.max(olderThan, until);
  connection.run(DROP_ATTEMPTS, before, webhookIdsFrom(before), ATTEMPTS_AT_ONCE);
  connection.run(DROP_FINGERPRINTS, Math.round(olderThan - FINGERPRINT_MS), FINGERPRINTS_AT_ONCE);
}
