import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NormalizedEvent } from '../../../providers/event';
import { inOrderOf } from '../../../receiver/forward/in-order';
import { openStore } from '../../../receiver/store/open';
import type { Arrival } from '../../../receiver/store/store';
import { MemoryStore } from './memory-store';
import { until } from '../store/until';
import { arrival, destinationConfig, startApi, TOKEN } from './start';

test('the API reads and replays what the embedded store holds', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chathooks-api-'));
  const store = await openStore(`sqlite:${join(folder, 'hooks.db')}`);
  const api = await startApi({ store });
  try {
    await store.append([arrival('a'), arrival('b', { type: 'identity.user.login', provider: 'cidaas', hook: 'idp' }), arrival('c', { destinations: [] })]);
    const { requests } = await store.claim({ destination: 'n8n', requests: 10, batch: 1, leaseMs: 60_000 });
    for (const { webhookId } of requests) await store.settle({ webhookId, attemptNumber: 1, outcome: 'dead', attempt: { at: 0, latencyMs: 5, status: 500, answer: 'no' } });

    const first = await api.ask('/events?limit=2');
    expect(first.json.events?.map(({ event }) => event)).toEqual([JSON.parse(arrival('c').event), JSON.parse(arrival('b', { type: 'identity.user.login', provider: 'cidaas', hook: 'idp' }).event)]);
    const second = await api.ask(`/events?limit=2&before=${first.json.next}`);
    expect(second.json.events).toHaveLength(1);
    expect(second.json).not.toHaveProperty('next');
    expect((await api.ask('/events?type=identity.**&status=dead&source=idp&provider=cidaas&q=hello')).json.events).toHaveLength(1);

    const key = second.json.events?.[0]?.key;
    expect((await api.ask(`/events/${key}`)).json).toMatchObject({ body: '{"id":"a"}', deliveries: [{ destination: 'n8n', status: 'dead', attempts: 1 }], attempts: [{ destination: 'n8n', status: 500, answer: 'no' }] });
    expect((await api.ask(`/events/${first.json.events?.[0]?.key}/replay`, { method: 'POST' })).json.replayed).toBe(1);
    const page = await api.ask('/deliveries?status=dead&limit=1');
    expect((await api.ask(`/deliveries?status=dead&limit=1&before=${page.json.next}`)).json.deliveries).toHaveLength(1);
    expect((await api.ask('/deliveries/replay', { method: 'POST', body: { status: 'dead' } })).json.replayed).toBe(2);
    expect((await api.ask('/deliveries?status=dead')).json.deliveries).toEqual([]);
    expect((await api.ask('/events/9223372036854775807')).status).toBe(404);
  } finally {
    await api.stop();
    await store.close();
  }
  await rm(folder, { recursive: true, force: true });
});

test('a replay to a destination that keeps the order of conversations goes by it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chathooks-api-'));
  const store = await openStore(`sqlite:${join(folder, 'hooks.db')}`);
  const api = await startApi({ store, configured: [destinationConfig('n8n', { order: 'conversation' }), destinationConfig('loose')] });
  try {
    const keys: string[] = [];
    for (const [id, destinations] of [['a1', []], ['a2', []], ['a3', ['n8n']]] as const) keys.push(...(await store.append([talk(id, destinations)])).map(({ key }) => key));
    expect((await api.ask(`/events/${keys[1]}/replay`, { method: 'POST', body: { destination: 'n8n' } })).json.replayed).toBe(1);
    expect((await api.ask(`/events/${keys[0]}/replay`, { method: 'POST' })).json.replayed).toBe(2);
    const claim = async (destination: string): Promise<readonly (string | undefined)[]> =>
      (await store.claim({ destination, requests: 9, batch: 1, leaseMs: 60_000 })).requests.map(({ events }) => events[0]?.key);
    expect(await claim('n8n')).toEqual([keys[0]]);
    expect(await claim('n8n')).toEqual([]);
    expect(await claim('loose')).toEqual([keys[0]]);
  } finally {
    await api.stop();
    await store.close();
  }
  await rm(folder, { recursive: true, force: true });
});

test.each(['/events', '/deliveries'])('the store is told when nobody waits for %s any more', async (path) => {
  const asked = Promise.withResolvers<AbortSignal | undefined>();
  class Slow extends MemoryStore {
    override events(_filter: unknown, signal?: AbortSignal): Promise<never> { return this.wait(signal); }
    override forwards(_filter: unknown, signal?: AbortSignal): Promise<never> { return this.wait(signal); }
    private wait(signal?: AbortSignal): Promise<never> {
      asked.resolve(signal);
      return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('gone'))));
    }
  }
  const api = await startApi({ store: new Slow() });
  const client = new AbortController();
  const answer = fetch(`${api.url}${path}`, { headers: { authorization: `Bearer ${TOKEN}` }, signal: client.signal }).catch(() => undefined);
  const signal = await asked.promise;
  expect(signal?.aborted).toBe(false);
  client.abort();
  await answer;
  await until(() => signal?.aborted === true);
  await api.stop();
});

/** A message of a conversation that keeps its order where `destinations` are. */
function talk(id: string, destinations: readonly string[]): Arrival {
  const plain = arrival(id, { destinations });
  const event = JSON.parse(plain.event) as NormalizedEvent;
  const said = { ...event, data: { ...event.data, conversation: { id: 'room' } } };
  const inOrder = inOrderOf(said, destinations);
  return { ...plain, event: JSON.stringify(said), ...(inOrder === undefined ? {} : { inOrder }) };
}

test('a store that is closed is a 503, not a fault', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chathooks-api-'));
  const store = await openStore(`sqlite:${join(folder, 'hooks.db')}`);
  const api = await startApi({ store });
  await store.close();
  expect(await api.ask('/events')).toMatchObject({ status: 503, json: { error: { code: 'store_unavailable' } } });
  await api.stop();
  await rm(folder, { recursive: true, force: true });
});
