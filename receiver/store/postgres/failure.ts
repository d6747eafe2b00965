/*
 * What an error of Postgres means for the one who asked. A message of Postgres may quote what it was about, and a
 * connection's error the address with its password: only codes are ever passed on.
 */
import { StoreError } from '../store';

/**
 * Classes of SQLSTATE that blame what is to be written: data exception, integrity constraint violation, program limit
 * exceeded. All others are about the server, the connection, the schema or the rights, and so hit every operation alike.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const CONTENT_CLASSES: ReadonlySet<string> = new Set(['22', '23', '54']);
/** serialization_failure, deadlock_detected, and a foreign key: of a job, to a queue that somebody has just deleted. */
const COLLISIONS: ReadonlySet<string> = new Set(['40001', '40P01', '23503']);

/** Another transaction has changed what this one builds upon. */
export class CollisionError extends Error {
  override readonly name: string = 'CollisionError';
}

/** The queue of a destination is gone: another receiver has forgotten the destination since this one last looked. */
export class QueueGoneError extends CollisionError {
  override readonly name = 'QueueGoneError';
  readonly destination: string;

  constructor(destination: string, options?: ErrorOptions) {
    super('A destination has no queue.', options);
    this.destination = destination;
  }
}

/** The SQLSTATE of an error that Postgres has sent; nothing for what went wrong on the way there. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = codeOf(error);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Whether the operation itself is at fault, and would fail again. */
export function isContent(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== undefined && !COLLISIONS.has(state) && CONTENT_CLASSES.has(state.slice(0, 2));
}

/** Whether two transactions were in each other's way: the same one is likely to succeed when it is tried again at once. */
export function isCollision(error: unknown): boolean {
  return error instanceof CollisionError || COLLISIONS.has(sqlStateOf(error) ?? '');
}

/** The error that a caller gets to see. */
export function storeErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (isContent(error)) return new StoreError('operation_failed', `The store could not carry out an operation: Postgres refused it (${reasonOf(error)}). What it holds is at fault, and trying again does not help.`);
  return new StoreError('store_unavailable', `The database cannot be used (${reasonOf(error)}). Check that it runs, can be reached and takes writes; chathooks doctor says more.`);
}

/** In a word: the code, or what pg says where it gives none (`Connection terminated`, `timeout exceeded …`), which quotes nothing. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code !== undefined) return code;
  if (!(error instanceof Error)) return 'unknown reason';
  return /time-?out/i.test(error.message) ? 'timeout' : /terminated|closed|not queryable/i.test(error.message) ? 'connection lost' : error.name;
}

/** The code of an error, or of the first of several addresses that were tried. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : undefined;
}
