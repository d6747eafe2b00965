import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RequestListener, Server } from 'node:http';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
}

export interface Listener {
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
  /** How many connections were made, whether or not anything was sent on them. */
  readonly connections: () => number;
}

/** A bare HTTP server that keeps what it gets. Closed after the test. */
export function listenerForEach(): (answer?: RequestListener) => Promise<Listener> {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
  return async (answer = (_request, response) => response.end('{"received":true}')) => {
    const received: Received[] = [];
    let connections = 0;
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = new Map(Object.entries(request.headersDistinct).map(([name, values]) => [name, values ?? []]));
        received.push({ method: request.method ?? '', url: request.url ?? '', headers, body: Buffer.concat(chunks) });
        answer(request, response);
      });
    });
    server.on('connection', () => (connections += 1));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, port, received, connections: () => connections };
  };
}
