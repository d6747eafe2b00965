import type { QueuedOperation } from './pack';
import type { WriteResult } from './protocol';

/** An operation that waits for its batch, or for its batch's end. */
export interface Waiting {
  readonly operation: QueuedOperation;
  readonly weight: number;
  readonly resolve: (value: WriteResult) => void;
  readonly reject: (error: Error) => void;
}

/** So that one batch neither holds up the next one for long, nor needs much memory twice. */
const BATCH_OPERATIONS = 512;
const BATCH_BYTES = 16 * 1_048_576;

/** Takes the next batch off those that wait. A delivery that is a batch's worth by itself goes alone. */
export function takeBatch(waiting: Waiting[]): readonly Waiting[] {
  let bytes = 0;
  const end = waiting.findIndex(({ weight }, index) => (bytes += weight) > BATCH_BYTES && index > 0);
  return waiting.splice(0, end < 0 ? BATCH_OPERATIONS : Math.min(end, BATCH_OPERATIONS));
}
