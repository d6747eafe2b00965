import type { IncomingMessage } from 'node:http';

const MOST_DRAINED_BYTES = 8 * 1024 * 1024;
const LONGEST_DRAIN_MS = 2_000;

/**
 * Reads on, keeping nothing, until the body of a refused request ends or was too much. A connection that is closed on
 * unread bytes is reset, and its sender sees that instead of the answer.
 */
export function drain(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let drained = 0;
    const alarm = setTimeout(finish, LONGEST_DRAIN_MS);
    function finish(): void {
      clearTimeout(alarm);
      resolve();
    }
    request.on('data', (chunk: Buffer) => {
      drained += chunk.length;
      if (drained > MOST_DRAINED_BYTES) finish();
    });
    request.once('end', finish).once('close', finish).resume();
  });
}
