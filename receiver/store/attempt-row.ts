import type { Attempt } from './store';

/** An attempt as the tables of every engine have it. */
export interface AttemptRow {
  readonly request: string;
  readonly at: number;
  readonly latency_ms: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly answer: string | null;
}

/** The attempt of a row. */
export function attemptOf({ at, latency_ms: latencyMs, status, error, answer }: AttemptRow): Attempt {
  return { at, latencyMs, ...(status === null ? {} : { status }), ...(error === null ? {} : { error }), ...(answer === null ? {} : { answer }) };
}
