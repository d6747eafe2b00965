/*
 * The API of a provider, on this machine: it remembers the calls and answers as the test says. Give its URL to the
 * credential that the node uses.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Call {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly body: unknown;
}

export interface Answer {
  /** 200 unless given. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** @returns the answer, or undefined to keep the caller waiting until it gives up */
export type Answering = (call: Call) => Answer | undefined;

export interface FakeProvider {
  readonly url: string;
  /** All calls so far, oldest first. */
  readonly calls: readonly Call[];
  /** The calls as `METHOD /path`. */
  lines(): readonly string[];
  /** From now on it answers like this. */
  answer(answering: Answering): void;
  /** Forgets the calls so far. */
  forget(): void;
  close(): Promise<void>;
}

export async function fakeProvider(answering: Answering): Promise<FakeProvider> {
  const calls: Call[] = [];
  let current = answering;
  const server = createServer((request, response) => {
    void read(request).then((call) => {
      calls.push(call);
      const answer = current(call);
      if (answer === undefined) return;
      const { status = 200, headers = {}, body } = answer;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    lines: () => calls.map(({ method, path }) => `${method} ${path}`),
    answer: (next) => void (current = next),
    forget: () => void calls.splice(0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return { method: request.method ?? '', path: request.url ?? '', headers: request.headers, text, body: jsonOf(text) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
