import { randomUUID } from 'node:crypto';
import type { NormalizedEvent } from '../../providers/event';
import { providers } from '../../providers';
import { listener } from '../support/listener';
import type { Heard, Listener } from '../support/listener';
import { BASIC, BASIC_HEADER, running, until } from '../support/running';
import type { Running } from '../support/running';
import { readSample } from '../support/samples';

/** Nobody listens there. */
const DOWN = 'http://127.0.0.1:9/';
const CONFIG = { sources: [{ id: 'chat', provider: 'cometchat', auth: BASIC }] };

let receiver: Running;
let after: Listener;
let sent: string[];

beforeEach(async () => {
  after = await listener();
  receiver = await running(CONFIG);
  sent = [];
  await put(DOWN);
});
afterEach(async () => {
  await receiver.close();
  await after.close();
});

/** Sends a new event and notes its id. */
async function deliver(): Promise<void> {
  const { body, headers } = providers.cometchat.freshen(readSample('cometchat', 'message_sent'), 'message_sent', { sequence: sent.length, nonce: randomUUID(), now: new Date() });
  const answer = await receiver.post('/hooks/chat', body, { ...headers, authorization: BASIC_HEADER });
  const { events } = (await answer.json()) as { events: readonly { id: string }[] };
  sent.push(...events.map(({ id }) => id));
}

async function put(url: string): Promise<void> {
  expect((await receiver.api('/destinations/n8n', { method: 'PUT', body: JSON.stringify({ url, concurrency: 1, retry: { attempts: 100 } }) })).status).toBe(200);
}

async function remove(graceSeconds = 30): Promise<number> {
  return (await receiver.api(`/destinations/n8n?grace=${graceSeconds}`, { method: 'DELETE' })).status;
}

async function destinations(): Promise<readonly object[]> {
  return (await receiver.get<{ destinations: readonly object[] }>('/destinations')).destinations;
}

async function pending(): Promise<number> {
  return (await receiver.get<{ deliveries: readonly object[] }>('/deliveries?status=pending&destination=n8n')).deliveries.length;
}

/** The attempt at the first event leaves that request cut, with a webhook-id. */
async function attempted(): Promise<string> {
  return until(async () => {
    const { events } = await receiver.get<{ events: { key: string; event: { id: string } }[] }>('/events');
    const key = events.find(({ event }) => event.id === sent[0])?.key;
    const { attempts } = await receiver.get<{ attempts: { webhookId: string }[] }>(`/events/${key}`);
    return attempts[0]?.webhookId;
  });
}

const idOf = ({ text }: Heard): string => (JSON.parse(text) as NormalizedEvent).id;

test('gets all, each event once, though it is deleted and registered again under another URL', async () => {
  for (let count = 0; count < 3; count++) await deliver();
  const webhookId = await attempted();
  expect(await remove()).toBe(200);
  expect(await remove()).toBe(404);
  await deliver();
  expect(await destinations()).toEqual([]);
  expect(await (await fetch(`${receiver.url}/metrics`)).text()).not.toContain('chathooks_forwards{destination="n8n"');
  expect((await receiver.api('/destinations/n8n/enable', { method: 'POST' })).status).toBe(404);
  expect(await pending()).toBe(4);

  await put(after.url);
  await deliver();
  await until(async () => after.heard.length >= 5 && (await pending()) === 0);
  expect(after.heard.map(idOf).sort()).toEqual([...sent].sort());
  expect(after.heard.find((one) => idOf(one) === sent[0])?.headers['webhook-id']).toBe(webhookId);
});

test('gets all when the receiver is started anew in between', async () => {
  await deliver();
  await attempted();
  await remove();
  await deliver();
  receiver = await receiver.restart();
  expect(await destinations()).toEqual([]);
  await deliver();
  await put(after.url);
  await until(async () => after.heard.length >= 3 && (await pending()) === 0);
  expect(after.heard.map(idOf).sort()).toEqual([...sent].sort());
});

test('is forgotten with what was pending when it is not registered again in time', async () => {
  await deliver();
  expect(await remove(1)).toBe(200);
  await deliver();
  expect(await pending()).toBe(2);
  await until(async () => (await pending()) === 0);
  await deliver();
  await put(after.url);
  await deliver();
  await until(async () => after.heard.length > 0 && (await pending()) === 0);
  expect(after.heard.map(idOf)).toEqual(sent.slice(3));
});
