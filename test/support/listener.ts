import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Listener {
  readonly url: string;
  readonly heard: readonly Heard[];
  close(): Promise<void>;
}

type Answer = (heard: Heard, response: ServerResponse, count: number) => void;

/** A destination: a real HTTP server that remembers what it was sent, and answers 200 unless told otherwise. */
export async function listener(answer: Answer = (_heard, response) => response.end('ok')): Promise<Listener> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    void read(request).then((text) => {
      const one = { headers: request.headers, text };
      heard.push(one);
      answer(one, response, heard.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    heard,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
