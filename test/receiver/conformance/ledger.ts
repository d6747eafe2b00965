/*
 * The observer: a destination that writes down what it is sent, as Standard Webhooks asks of one. A request under a
 * webhook-id that it has seen is a repeat, and has no second effect.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Ledger {
  readonly url: string;
  /** How often something with this mark took effect: under how many webhook-ids it was taken in. */
  effects(mark: string): number;
  /** Whether a request with this mark has arrived, whatever became of it. */
  hasSeen(mark: string): boolean;
  /** From now on: takes requests in and does not answer; refuses them; or answers them, and those that it holds. */
  turn(mode: Mode): void;
  /** Cuts off what a receiver that is dead has left on its way here: nothing of it takes effect any more. */
  cutOff(): Promise<void>;
  /** All that it was sent, as text. */
  text(): string;
  close(): Promise<void>;
}

export type Mode = 'answer' | 'hold' | 'refuse';

interface Entry {
  readonly webhookId: string;
  readonly headers: string;
  readonly body: string;
  readonly isTaken: boolean;
}

export async function openLedger(): Promise<Ledger> {
  const entries: Entry[] = [];
  const held = new Set<ServerResponse>();
  const state: { mode: Mode } = { mode: 'answer' };
  const server = createServer((request, response) => {
    // What it was when the request came is what counts.
    const { mode } = state;
    response.shouldKeepAlive = false;
    void bodyOf(request).then((body) => {
      const isTaken = mode !== 'refuse';
      entries.push({ webhookId: String(request.headers['webhook-id']), headers: JSON.stringify(request.headers), body, isTaken });
      if (mode === 'hold') held.add(response);
      else response.writeHead(isTaken ? 200 : 503).end();
    }, () => response.destroy());
  });
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    effects: (mark) => new Set(entries.filter(({ body, isTaken }) => isTaken && body.includes(mark)).map(({ webhookId }) => webhookId)).size,
    hasSeen: (mark) => entries.some(({ body }) => body.includes(mark)),
    turn(mode) {
      state.mode = mode;
      if (mode === 'hold') return;
      for (const response of held) response.writeHead(200).end();
      held.clear();
    },
    text: () => entries.map(({ headers, body }) => `${headers}\n${body}`).join('\n'),
    async cutOff() {
      await close();
      await listen(port);
    },
    close,
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
