/*
 * The worker that writes. It alone has a connection that can, and works through one batch at a time.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { commitBatch } from './batch';
import { cannotOpen } from './cannot-open';
import { failureOf, isBusy } from './failure';
import type { FromWriter, Greeting, ToWriter, WriteOperation, WriteOutcome } from './protocol';
import { scrub } from './scrub';
import { abandon, openSession, type Session } from './session';

export interface WriterData {
  readonly path: string;
  readonly maxBytes: number | undefined;
  /** False when it takes the place of one that crashed: the leases are of living forwarders then. */
  readonly first: boolean;
}

const RELEASE_LEASES = 'UPDATE requests SET due_at = 0, leased = 0 WHERE leased = 1';

const { path, maxBytes, first } = workerData as WriterData;
let session: Session | undefined;

if (first) {
  greet(() => {
    session = openSession(path, maxBytes);
    // Their holder is dead, or the lock could not have been had: what a crash left in flight is due at once.
    session.connection.run(RELEASE_LEASES);
  });
} else {
  greet(() => undefined);
}

parentPort?.on('message', (message: ToWriter) => {
  switch (message.kind) {
    case 'batch':
      parentPort?.postMessage(write(message.operations, message.bytes));
      return;
    case 'close':
      if (session !== undefined) close(session);
      parentPort?.close();
  }
});

/**
 * After trouble the connection is given up and the next batch opens another: a full disk or a lost mount is over some
 * day. A lock of somebody else says nothing about the connection.
 */
function write(operations: (ToWriter & { kind: 'batch' })['operations'], bytes: Uint8Array): FromWriter {
  try {
    session ??= reopenSession();
    const outcomes = commitBatch(session, operations, bytes);
    return { kind: 'committed', outcomes: operations.some(({ kind }) => kind === 'scrub') ? withScrub(session, operations, outcomes) : outcomes };
  } catch (error) {
    if (session !== undefined && !isBusy(error)) {
      abandon(session);
      session = undefined;
    }
    return { kind: 'failed', failure: { ...failureOf(error), kind: 'unavailable' } };
  }
}

function withScrub(open: Session, operations: readonly WriteOperation[], outcomes: readonly WriteOutcome[]): readonly WriteOutcome[] {
  const value = scrub(open);
  return outcomes.map((outcome, index) => (operations[index]?.kind === 'scrub' ? { ok: true, value } : outcome));
}

/**
 * The checkpoint makes good for an fsync that failed: what the log holds then may be in memory only, and marked as
 * written, and a later commit would build upon it.
 */
function reopenSession(): Session {
  const opened = openSession(path, maxBytes);
  try {
    opened.connection.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return opened;
  } catch (error) {
    abandon(opened);
    throw error;
  }
}

function close(open: Session): void {
  try {
    open.connection.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // What is committed is in the log, and the next start reads it from there.
  }
  abandon(open);
}

function greet(open: () => void): void {
  let greeting: Greeting;
  try {
    open();
    greeting = { kind: 'ready' };
  } catch (error) {
    const { code, message } = cannotOpen(path, error);
    greeting = { kind: 'unfit', code, message };
  }
  parentPort?.postMessage(greeting);
}
