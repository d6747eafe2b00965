import { setTimeout as pause } from 'node:timers/promises';
import { backoffMs, STORE_TROUBLE } from '../backoff';

export interface Persistence {
  /** Asked after each failure; `failures` is 1 after the first. */
  readonly worthRetrying: (error: unknown, failures: number) => boolean;
  readonly onFailure: (error: unknown, failures: number) => void;
  readonly random: () => number;
  /** Aborted: no further try, and no more waiting for a store that does not answer. */
  readonly signal: AbortSignal;
}

/** Repeats a write until the store keeps it. Resolves to whether it did; never rejects. */
export async function persist(write: () => Promise<void>, options: Persistence): Promise<boolean> {
  const { signal } = options;
  const { promise: aborted, resolve } = Promise.withResolvers<false>();
  const onAbort = (): void => resolve(false);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([repeat(write, options), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function repeat(write: () => Promise<void>, { worthRetrying, onFailure, random, signal }: Persistence): Promise<boolean> {
  for (let failures = 1; ; failures++) {
    try {
      await write();
      return true;
    } catch (error) {
      onFailure(error, failures);
      if (signal.aborted || !worthRetrying(error, failures)) return false;
    }
    await pause(backoffMs(STORE_TROUBLE, failures, random()), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return false;
  }
}
