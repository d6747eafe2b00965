import { StoreError } from '../store';

/** A sender of webhooks gives up after five to fifteen seconds, and CometChat after two: a later answer is none. */
const LONGEST_WAIT_MS = 5_000;

/**
 * The result of something that somebody waits for, or a StoreError once that takes too long. What is under way may
 * still be carried out: whoever asked tries again, and what was kept is then known as a duplicate.
 */
export async function inTime<Result>(work: Promise<Result>): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const alarm = setTimeout(() => reject(new StoreError('store_unavailable', 'The database takes too long to answer. Check that it can be reached and what it waits for.')), LONGEST_WAIT_MS);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(alarm);
  }
}
