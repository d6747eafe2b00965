import { StoreError } from '../store/store';
import { errorName, type Log } from '../telemetry/log';
import { persist } from './persist';

export interface KeepOptions {
  readonly log: Log;
  /** Called when the store begins to refuse a write, and when that is over. */
  readonly onUnsettled: (change: 1 | -1) => void;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** Something that the store has to keep about a destination. */
export interface Keeping {
  readonly destination: string;
  readonly operation: 'settle' | 'disable';
  readonly write: () => Promise<void>;
  /** Asked before each further try: what has been overtaken need not be kept any more. */
  readonly stillTrue?: () => boolean;
}

const TRIES_AT_A_MISTAKE = 3;

/** Has the store keep something, however often that takes. Never rejects: what cannot be kept is logged. */
export async function keep({ destination, operation, write, stillTrue = () => true }: Keeping, { log, onUnsettled, random, signal }: KeepOptions): Promise<void> {
  let refused = false;
  const kept = await persist(write, {
    random,
    signal,
    worthRetrying: (trouble, failures) => mayPass(trouble, failures) && stillTrue(),
    onFailure: (trouble, failures) => {
      if (!refused) onUnsettled(1);
      refused = true;
      log.warn({ destination, operation, failures, error: errorName(trouble) }, 'the store did not keep the outcome of a request');
    },
  });
  if (refused) onUnsettled(-1);
  if (!kept) log.error({ destination, operation }, 'the outcome of a request is lost: it will be sent again, under the same webhook-id');
}

/** A store that is unavailable comes back. Any other error is a mistake somewhere, which repetition seldom cures. */
function mayPass(error: unknown, failures: number): boolean {
  if (!(error instanceof StoreError) || error.code === 'operation_failed') return failures < TRIES_AT_A_MISTAKE;
  return error.code !== 'store_closed';
}
