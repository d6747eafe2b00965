import type { ServerResponse } from 'node:http';

/**
 * Keeps a silent connection open for as long as its request is worked on: nobody says anything while a large store is
 * searched. The time that the server gives a client to read its answer begins with the answer.
 */
export async function withPatience<Result>(response: ServerResponse, work: Promise<Result>): Promise<Result> {
  // Node destroys a silent connection only where nobody listens to its time-out.
  const keep = (): void => undefined;
  response.on('timeout', keep);
  try {
    return await work;
  } finally {
    response.off('timeout', keep);
  }
}
