import { backoffMs, type Schedule } from '../backoff';
import type { Answer } from './post';
import { retryAfterMs } from './retry-after';

/** What becomes of a request after an attempt. */
export type Outcome =
  | { readonly kind: 'delivered' }
  /** The destination is gone (410): the events of this request are dead letters, all others wait until it is enabled. */
  | { readonly kind: 'disabled' }
  | { readonly kind: 'retry'; readonly dueAt: number }
  | { readonly kind: 'dead' };

export interface Circumstances {
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** How many attempts a request has in all. */
  readonly attempts: number;
  readonly schedule: Schedule;
  /** Epoch milliseconds. */
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
}

/**
 * Judges an answer by its status alone. A redirect is a failure like any other: following it would take events
 * to a place that nobody configured.
 */
export function outcomeOf({ status, retryAfter }: Answer, { attempt, attempts, schedule, now, random }: Circumstances): Outcome {
  if (status !== undefined && status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'disabled' };
  if (attempt >= attempts) return { kind: 'dead' };
  const asked = retryAfterMs(retryAfter, now) ?? 0;
  return { kind: 'retry', dueAt: now + Math.max(asked, backoffMs(schedule, attempt, random)) };
}
