import { gzipSync } from 'node:zlib';
import express from 'express';
import type { AddressInfo } from 'node:net';
import { createReceiver } from '../../../receiver/index';
import { headerOf } from '../../support/exchange';
import { BASIC_HEADER, running, until } from '../../support/running';
import type { Running } from '../../support/running';
import { heldStore } from './held-store';
import { app, chat, deliver, deliverSigned, hangUp, headOf, message, metric, outcome, outcomeOf, sender, unsignedHeadOf, untilMetric } from './sender';

const LIMITS = { bodyBytes: 100_000, bufferedBytes: 400_000, requests: 100 };

let receiver: Running;
afterEach(async () => {
  hangUp();
  await receiver.close();
});

const buffered = (bytes: number): Promise<void> => untilMetric(receiver, 'chathooks_buffered_bytes', (value) => value === bytes);

/** So many bodies of 100 kB that are announced, begun and not ended. */
const begun = (count: number): void => void Array.from({ length: count }, () => sender(receiver.port, `${headOf(100_000)}{`));

it('large bodies that never end use up the room; a small delivery is told so, and is taken once they are gone', async () => {
  receiver = await running({ sources: [chat], limits: LIMITS });
  begun(4);
  await buffered(400_000);
  const answer = await deliver(receiver);
  expect([answer.headers.get('retry-after'), answer.headers.get('connection')]).toEqual(['5', 'close']);
  expect(await outcome(answer)).toBe('503 overloaded');
  hangUp();
  await buffered(0);
  expect(await outcome(await deliver(receiver))).toBe('200');
});

it('another source finds room while one is flooded', async () => {
  receiver = await running({ sources: [chat, app], limits: LIMITS });
  begun(8);
  await buffered(300_000);
  expect(await outcome(await deliver(receiver))).toBe('503 overloaded');
  expect(await outcome(await deliverSigned(receiver))).toBe('200');
});

it('strangers get no further than half of it', async () => {
  receiver = await running({ sources: [chat, app], limits: LIMITS });
  const strangers = Array.from({ length: 8 }, () => sender(receiver.port, `${unsignedHeadOf(90_000)}${'x'.repeat(60_000)}`));
  const shed = await until(() => {
    const found = strangers.filter(({ answers }) => answers().length > 0);
    return found.length === 5 && found;
  });
  expect(shed.map(({ answers }) => answers().map(outcomeOf))).toEqual(Array.from({ length: 5 }, () => ['503 overloaded']));
  await buffered(180_000);
  expect(await outcome(await deliver(receiver, message({ text: 'x'.repeat(90_000) })))).toBe('200');
});

it('what a stranger announces and does not send takes no room', async () => {
  receiver = await running({ sources: [chat, app], limits: LIMITS });
  for (let count = 0; count < 40; count++) sender(receiver.port, `${unsignedHeadOf(100_000)}{`);
  await untilMetric(receiver, 'chathooks_deliveries_under_way', (value) => value === 40);
  expect(await metric(receiver, 'chathooks_buffered_bytes')).toBe(40);
  expect(await outcome(await deliverSigned(receiver))).toBe('200');
});

it('a body that comes in chunks takes room as it comes', async () => {
  receiver = await running({ sources: [chat], limits: LIMITS });
  begun(3);
  const head = headOf(0).replace('Content-Length: 0', 'Transfer-Encoding: chunked');
  sender(receiver.port, `${head}ea60\r\n${'x'.repeat(60_000)}\r\n`);
  await buffered(360_000);
  const late = sender(receiver.port, `${head}ea60\r\n${'x'.repeat(60_000)}\r\n`);
  expect((await until(() => late.answers().length > 0 && late.answers())).map(outcomeOf)).toEqual(['503 overloaded']);
  await buffered(360_000);
});

it('what a compressed body inflates to counts, while it inflates', async () => {
  receiver = await running({ sources: [chat], limits: LIMITS });
  begun(3);
  sender(receiver.port, `${headOf(50_000)}{`);
  await buffered(350_000);
  const zipped = gzipSync(message({ text: 'x'.repeat(90_000) }));
  const send = (): Promise<Response> => fetch(`${receiver.url}/hooks/chat`, { method: 'POST', headers: { authorization: BASIC_HEADER, 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: zipped });
  expect(await outcome(await send())).toBe('503 overloaded');
  expect(await outcome(await deliver(receiver))).toBe('200');
  await buffered(350_000);
  hangUp();
  await buffered(0);
  expect(await outcome(await send())).toBe('200');
  await buffered(0);
});

it('of a compressed body only what it inflates to is held on', async () => {
  const store = heldStore();
  receiver = await running({ sources: [chat], limits: LIMITS }, undefined, { parts: { open: store.open } });
  store.hold();
  const body = message({ text: 'x'.repeat(20_000) });
  const zipped = gzipSync(body);
  const { socket } = sender(receiver.port, Buffer.concat([Buffer.from(headOf(zipped.length, ['Content-Encoding: gzip'])), zipped]));
  await until(() => store.waiting() === 1);
  expect(await metric(receiver, 'chathooks_buffered_bytes')).toBe(body.length);
  store.release();
  await buffered(0);
  socket.destroy();
});

it('whoever is turned away in the middle of a large body gets it off and hears the whole answer', async () => {
  receiver = await running({ sources: [chat], limits: { bodyBytes: 4_000_000, bufferedBytes: 4_000_000 } });
  sender(receiver.port, `${headOf(4_000_000)}{`);
  await buffered(4_000_000);
  const shed = sender(receiver.port);
  const failed = jest.fn();
  shed.socket.on('error', failed);
  shed.write(`${headOf(4_000_000)}${'x'.repeat(4_000_000)}`);
  const answers = await shed.closed;
  expect(answers.map(outcomeOf)).toEqual(['503 overloaded']);
  expect(answers[0] && headerOf(answers[0], 'connection')).toBe('close');
  // A connection that is reset under its sender would have told so.
  expect(failed).not.toHaveBeenCalled();
});

it('counts for a router in somebody else\'s app, too', async () => {
  receiver = await running({ sources: [chat] });
  const library = await createReceiver({ store: `sqlite:${receiver.folder}/library.db`, sources: [chat], limits: LIMITS });
  const server = express().use('/webhooks', library.router).listen(0, '127.0.0.1');
  await until(() => server.listening);
  const { port } = server.address() as AddressInfo;
  const deliverThere = (): Promise<Response> => fetch(`http://127.0.0.1:${port}/webhooks/chat`, { method: 'POST', headers: { authorization: BASIC_HEADER, 'content-type': 'application/json' }, body: message() });
  const head = headOf(100_000).replace('/hooks/chat', '/webhooks/chat');
  for (let count = 0; count < 4; count++) sender(port, `${head}{`);
  expect(await until(async () => (await outcome(await deliverThere())) === '503 overloaded')).toBe(true);
  hangUp();
  expect(await until(async () => (await outcome(await deliverThere())) === '200')).toBe(true);
  server.closeAllConnections();
  server.close();
  await library.close();
});
