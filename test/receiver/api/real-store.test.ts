import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../receiver/store/open';
import { arrival, startApi } from './start';

test('the API reads and replays what the embedded store holds', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chathooks-api-'));
  const store = await openStore(`sqlite:${join(folder, 'hooks.db')}`);
  const api = await startApi({ store });
  try {
    await store.append([arrival('a'), arrival('b', { type: 'identity.user.login', provider: 'cidaas', hook: 'idp' }), arrival('c', { destinations: [] })]);
    const { requests } = await store.claim({ destination: 'n8n', requests: 10, batch: 1, leaseMs: 60_000 });
    for (const { webhookId } of requests) await store.settle({ webhookId, outcome: 'dead', attempt: { at: 0, latencyMs: 5, status: 500, answer: 'no' } });

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

test('a store that is closed is a 503, not a fault', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chathooks-api-'));
  const store = await openStore(`sqlite:${join(folder, 'hooks.db')}`);
  const api = await startApi({ store });
  await store.close();
  expect(await api.ask('/events')).toMatchObject({ status: 503, json: { error: { code: 'store_unavailable' } } });
  await api.stop();
  await rm(folder, { recursive: true, force: true });
});
