import { failureOf, isTrouble } from './failure';
import { perform } from './perform';
import type { WriteOperation, WriteOutcome } from './protocol';
import type { Session } from './session';

/**
 * Carries out a batch as one transaction: one fsync for all of it. When it returns, everything in it is on disk but
 * for the operations whose own outcome says otherwise.
 *
 * When an operation fails, the transaction is rolled back and each one is tried again within a savepoint, so that only
 * the one at fault fails. A savepoint around each from the start would cost every batch what hardly any needs.
 *
 * @throws when nothing was kept: the disk is full, the file is locked, …
 */
export function commitBatch(session: Session, operations: readonly WriteOperation[], bytes: Uint8Array): readonly WriteOutcome[] {
  try {
    return transaction(session, () => {
      const outcomes = operations.map((operation) => ({ ok: true, value: perform(session, operation, bytes) }) as const);
      session.tally.write();
      return outcomes;
    });
  } catch (error) {
    if (isTrouble(error)) throw error;
    if (operations.length === 1) return [{ ok: false, failure: failureOf(error) }];
    return transaction(session, () => operations.map((operation) => performAlone(session, operation, bytes)));
  }
}

function transaction<Result>({ connection, tally }: Session, work: () => Result): Result {
  connection.run('BEGIN IMMEDIATE');
  try {
    const result = work();
    connection.run('COMMIT');
    return result;
  } catch (error) {
    tally.forget();
    // Some errors, a full disk among them, have rolled back already.
    if (connection.database.isTransaction) connection.run('ROLLBACK');
    throw error;
  }
}

function performAlone(session: Session, operation: WriteOperation, bytes: Uint8Array): WriteOutcome {
  const { connection, tally } = session;
  connection.run('SAVEPOINT alone');
  try {
    const value = perform(session, operation, bytes);
    tally.write();
    connection.run('RELEASE alone');
    return { ok: true, value };
  } catch (error) {
    if (isTrouble(error)) throw error;
    tally.forget();
    connection.run('ROLLBACK TO alone');
    connection.run('RELEASE alone');
    return { ok: false, failure: failureOf(error) };
  }
}
