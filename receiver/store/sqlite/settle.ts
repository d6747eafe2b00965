import type { Settlement } from '../store';
import { moveUp } from './line';
import type { Session } from './session';

// Held by the very claim that is settled. A retry that was kept before, and its answer lost, has ended the lease.
const HELD = 'SELECT destination, forwards FROM requests WHERE webhook_id = ? AND attempts = ? AND leased = 1';
// Numbered here and not by the claim: a claim that nobody settled leaves no gap.
const RECORD = `INSERT INTO attempts (request, number, at, latency_ms, status, error, answer)
  SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5, ?6 FROM attempts WHERE request = ?1`;
const COUNT = 'UPDATE forwards SET attempts = attempts + 1 WHERE position IN (SELECT value FROM json_each(?))';
const END = "UPDATE forwards SET attempts = attempts + 1, state = ? WHERE position IN (SELECT value FROM json_each(?)) AND state = 'cut' RETURNING conversation";
const CLOSE = 'DELETE FROM requests WHERE webhook_id = ?';
const DEFER = 'UPDATE requests SET due_at = ?, leased = 0 WHERE webhook_id = ?';

/** Longer answers are cut: they are for people to read. */
const ANSWER_CHARACTERS = 2_048;

interface Open {
  readonly destination: string;
  /** A JSON array of positions, those of events that were removed since included. */
  readonly forwards: string;
}

/**
 * Keeps what became of an attempt. Left alone is a request that is not open, or no more: somebody has settled it; and one
 * that was claimed anew since: it is somebody else's.
 */
export function settle(session: Session, settlement: Settlement): void {
  const { connection } = session;
  const { webhookId, attemptNumber, attempt } = settlement;
  const request = connection.get<Open>(HELD, webhookId, attemptNumber);
  if (request === undefined) return;
  const { at, latencyMs, status, error } = attempt;
  const carried = conclude(session, settlement, request);
  // It may quote an event that was erased while it was on its way.
  const answer = carried === (JSON.parse(request.forwards) as readonly number[]).length ? attempt.answer?.slice(0, ANSWER_CHARACTERS) : undefined;
  connection.run(RECORD, webhookId, Math.round(at), latencyMs, status ?? null, error ?? null, answer ?? null);
}

/** Returns how many forwards the request still carried. */
function conclude(session: Session, settlement: Settlement, { destination, forwards }: Open): number {
  const { connection, tally } = session;
  const { webhookId } = settlement;
  switch (settlement.outcome) {
    case 'retry':
      connection.run(DEFER, Math.round(settlement.dueAt), webhookId);
      return connection.run(COUNT, forwards);
    case 'delivered':
    case 'dead': {
      const ended = connection.all<{ readonly conversation: Uint8Array | null }>(END, settlement.outcome, forwards);
      tally.add('cut', destination, -ended.length);
      tally.add(settlement.outcome, destination, ended.length);
      connection.run(CLOSE, webhookId);
      for (const { conversation } of ended) if (conversation !== null) moveUp(session, destination, conversation);
      return ended.length;
    }
  }
}
