import type { ServerResponse } from 'node:http';

/** Aborted when a client goes before it has its answer. A search that waits its turn for nobody holds up all others. */
export function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  if (response.closed) gone.abort();
  return gone.signal;
}
