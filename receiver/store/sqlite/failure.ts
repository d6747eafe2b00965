import { StoreError } from '../store';

/** SQLite's result codes that say: not now. All others blame the operation itself. https://www.sqlite.org/rescode.html */
const TROUBLE: ReadonlySet<number> = new Set([
  3, // PERM
  5, // BUSY
  6, // LOCKED
  7, // NOMEM
  8, // READONLY
  9, // INTERRUPT
  10, // IOERR
  11, // CORRUPT
  13, // FULL
  14, // CANTOPEN
  15, // PROTOCOL
  22, // NOLFS
  23, // AUTH
  26, // NOTADB
]);

/** What went wrong in a worker, as it crosses to the main thread. */
export interface Failure {
  /** `unavailable`: nothing can be written or read now. `operation`: this operation fails, others do not. */
  readonly kind: 'unavailable' | 'operation';
  readonly message: string;
}

/** Whether an error is about the disk, the file or a lock, and so hits every operation alike. */
export function isTrouble(error: unknown): boolean {
  const code = resultCode(error);
  return code !== undefined && TROUBLE.has(code);
}

/** Whether somebody else holds a lock. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === 5 || code === 6;
}

/** An error, made fit for a message between threads. */
export function failureOf(error: unknown): Failure {
  return { kind: isTrouble(error) ? 'unavailable' : 'operation', message: messageOf(error) };
}

/** The code of an error of Node.js or of ours. */
export function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}

/** The error that a caller gets to see. */
export function errorOf({ kind, message }: Failure): StoreError {
  switch (kind) {
    case 'unavailable':
      return new StoreError('store_unavailable', `The database cannot be used: ${message}`);
    case 'operation':
      return new StoreError('operation_failed', `The store could not carry out an operation: ${message}`);
  }
}

/** The low byte is the primary code; node:sqlite reports extended ones. */
function resultCode(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
