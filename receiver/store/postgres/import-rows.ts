import type { DestinationRecord } from '../store';
import type { MovedAttempt, MovedFingerprint } from '../transfer';
import { columnText } from './column-text';
import type { Transaction } from './database';

const TOMBSTONES = `
  INSERT INTO chathooks.fingerprints (fingerprint, seq, seen_at, renamed)
  SELECT fingerprint, nextval('chathooks.event_numbers'), seen_at, renamed
  FROM unnest($1::bytea[], $2::bigint[], $3::boolean[]) AS moved (fingerprint, seen_at, renamed) ORDER BY fingerprint ON CONFLICT DO NOTHING`;
const ATTEMPTS = `
  INSERT INTO chathooks.attempts (request, number, at, latency_ms, status, error, answer)
  SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[], $4::double precision[], $5::int[], $6::text[], $7::text[]) ON CONFLICT DO NOTHING`;
const DESTINATIONS = `
  INSERT INTO chathooks.destinations (id, registration, disabled_at) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) ON CONFLICT DO NOTHING`;

/** Keeps fingerprints of events that are no more. */
export async function importTombstones(transaction: Transaction, prints: readonly MovedFingerprint[]): Promise<void> {
  await transaction.query(TOMBSTONES, [prints.map(({ fingerprint }) => Buffer.from(fingerprint)), prints.map(({ seenAt }) => seenAt), prints.map(({ renamed }) => renamed)]);
}

export async function importAttempts(transaction: Transaction, attempts: readonly MovedAttempt[]): Promise<void> {
  await transaction.query(ATTEMPTS, [
    attempts.map(({ request }) => request), attempts.map(({ number }) => number), attempts.map(({ at }) => at), attempts.map(({ latencyMs }) => latencyMs),
    attempts.map(({ status }) => status ?? null), attempts.map(({ error }) => (error === undefined ? null : columnText(error))), attempts.map(({ answer }) => (answer === undefined ? null : columnText(answer))),
  ]);
}

/** A destination that is registered here already stays as it is. */
export async function importDestinations(transaction: Transaction, records: readonly DestinationRecord[]): Promise<void> {
  await transaction.query(DESTINATIONS, [records.map(({ id }) => columnText(id)), records.map(({ registration }) => registration ?? null), records.map(({ disabledAt }) => disabledAt ?? null)]);
}
