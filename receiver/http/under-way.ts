import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** Counts the requests of a server whose answers have not gone out whole. Returns what tells their number. */
export function countRequests(server: Server): () => number {
  let count = 0;
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    // Of a connection that is gone no response ever closes.
    if (socket.destroyed) return;
    count += 1;
    response.once('close', () => {
      count -= 1;
    });
  });
  return () => count;
}
