import type { Settlement } from '../store';
import type { Session } from './session';

const REQUEST = 'SELECT destination, forwards FROM requests WHERE webhook_id = ?';
// Numbered here and not by the claim: a settlement that comes after its lease ran out must not meet the next one's number.
const RECORD = `INSERT INTO attempts (request, number, at, latency_ms, status, error, answer)
  SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5, ?6 FROM attempts WHERE request = ?1`;
const COUNT = 'UPDATE forwards SET attempts = attempts + 1 WHERE position IN (SELECT value FROM json_each(?))';
const END = "UPDATE forwards SET attempts = attempts + 1, state = ? WHERE position IN (SELECT value FROM json_each(?)) AND state = 'cut'";
const CLOSE = 'DELETE FROM requests WHERE webhook_id = ?';
const DEFER = 'UPDATE requests SET due_at = ?, leased = 0 WHERE webhook_id = ?';

/** Longer answers are cut: they are for people to read. */
const ANSWER_CHARACTERS = 2_048;

/** Keeps what became of an attempt. A request that is not open, or no more, is left alone: somebody has settled it. */
export function settle({ connection, tally }: Session, settlement: Settlement): void {
  const { webhookId, attempt } = settlement;
  const request = connection.get<{ readonly destination: string; readonly forwards: string }>(REQUEST, webhookId);
  if (request === undefined) return;
  const { at, latencyMs, status, error, answer } = attempt;
  connection.run(RECORD, webhookId, Math.round(at), latencyMs, status ?? null, error ?? null, answer?.slice(0, ANSWER_CHARACTERS) ?? null);
  switch (settlement.outcome) {
    case 'retry':
      connection.run(COUNT, request.forwards);
      connection.run(DEFER, Math.round(settlement.dueAt), webhookId);
      return;
    case 'delivered':
    case 'dead': {
      const ended = connection.run(END, settlement.outcome, request.forwards);
      tally.add('cut', request.destination, -ended);
      tally.add(settlement.outcome, request.destination, ended);
      connection.run(CLOSE, webhookId);
    }
  }
}
