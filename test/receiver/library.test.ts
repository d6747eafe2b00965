import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import type { NormalizedEvent } from '../../providers/event';
import { createReceiver } from '../../receiver/index';
import type { Receiver } from '../../receiver/index';
import { readSample } from '../support/samples';
import { BASIC, BASIC_HEADER, until } from '../support/running';

const folder = mkdtempSync(join(tmpdir(), 'chathooks-library-'));
const options = { sources: [{ id: 'chat', provider: 'cometchat', auth: BASIC }], store: `sqlite:${join(folder, 'hooks.db')}` } as const;
const sample = readSample('cometchat', 'message_sent');

let receiver: Receiver;
let server: Server;
let url: string;

async function serve(): Promise<void> {
  receiver = await createReceiver(options);
  const app = express();
  app.use('/webhooks', receiver.router);
  app.get('/mine', (_request, response) => void response.send('mine'));
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await receiver.close();
}

const post = (path: string, body: unknown = sample.body): Promise<Response> =>
  fetch(url + path, { method: 'POST', headers: { authorization: BASIC_HEADER, 'content-type': 'application/json' }, body: JSON.stringify(body) });

beforeEach(serve);
afterEach(stop);
afterAll(() => rmSync(folder, { recursive: true }));

it('gives each event to the handlers, after it is durable, and again after a throw', async () => {
  const seen: NormalizedEvent[] = [];
  receiver.on('event', async (event) => {
    seen.push(event);
    if (seen.length === 1) throw new Error('not this time');
  });
  expect((await post('/webhooks/chat')).status).toBe(200);
  await until(() => seen.length === 2);
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[0]).toMatchObject({ type: 'chat.message.sent', hook: 'chat' });
});

it('answers under both forms of the path, and leaves the rest of the app alone', async () => {
  expect((await post('/webhooks/chat')).status).toBe(200);
  expect((await post('/webhooks/hooks/chat')).status).toBe(200);
  expect((await post('/webhooks/nobody')).status).toBe(404);
  expect(await (await fetch(`${url}/mine`)).text()).toBe('mine');
});

it('gives an event to a handler that only the next process has', async () => {
  receiver.on('event', () => Promise.reject(new Error('the process dies before it is done')));
  const fresh = { ...sample.body, data: { message: { id: 'left-over', updatedAt: 1795226453 } } };
  expect((await post('/webhooks/chat', fresh)).status).toBe(200);
  await stop();
  await serve();
  const seen: string[] = [];
  receiver.on('event', (event) => void seen.push(event.id));
  await until(() => seen.some((id) => id.includes('left-over')));
});

it('names every mistake in its options at once', async () => {
  await expect(createReceiver({ sources: [{ id: 'chat', provider: 'comet', auth: { scheme: 'basic' } }], storr: 'x' } as never)).rejects.toMatchObject({ code: 'config_invalid' });
});

it('says what to do when a body parser came first', async () => {
  const app = express();
  app.use(express.json());
  app.use('/webhooks', receiver.router);
  const other = createServer(app);
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const answer = await fetch(`http://127.0.0.1:${(other.address() as AddressInfo).port}/webhooks/chat`, {
    method: 'POST',
    headers: { authorization: BASIC_HEADER, 'content-type': 'application/json' },
    body: JSON.stringify(sample.body),
  });
  expect(answer.status).toBe(500);
  other.closeAllConnections();
  await new Promise((resolve) => other.close(resolve));
});
