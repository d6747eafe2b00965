import { until } from '../../support/running';
import { MemoryStore } from './memory-store';
import { arrival, startApi, TOKEN } from './start';

/** Searches only when it is told to. */
class SlowStore extends MemoryStore {
  searches = 0;
  gate = Promise.withResolvers<void>();

  override async events(filter: Parameters<MemoryStore['events']>[0]) {
    this.searches += 1;
    await this.gate.promise;
    return super.events(filter);
  }
}

it('a client that hangs up and asks again has no more done for it than one that waits', async () => {
  const store = new SlowStore();
  const api = await startApi({ store });
  const abandoned = new AbortController();
  const asked = Array.from({ length: 32 }, () => fetch(`${api.url}/events`, { headers: { authorization: `Bearer ${TOKEN}` }, signal: abandoned.signal }));
  await until(() => store.searches === 32);
  abandoned.abort();
  await Promise.allSettled(asked);
  for (let count = 0; count < 5; count++) expect((await api.ask('/events')).status).toBe(503);
  expect(store.searches).toBe(32);
  store.gate.resolve();
  await until(async () => (await api.ask('/events')).status === 200);
  await api.stop();
});

describe('erasing a person', () => {
  let store: SlowStore;
  let api: Awaited<ReturnType<typeof startApi>>;
  beforeEach(async () => {
    store = new SlowStore();
    api = await startApi({ store });
  });
  afterEach(() => api.stop());

  const erase = (body: object) => api.ask('/erase', { method: 'POST', body });
  const untilSearched = (): Promise<true> => until(() => store.searches > 0);

  it.each([[{ subject: 'ada' }], [{ subject: 'ada', dryRun: true }]])('is done for one person at a time: %j', async (body) => {
    await store.append([arrival('m1')]);
    const first = erase(body);
    await untilSearched();
    const second = await erase({ subject: 'grace' });
    expect([second.status, second.json.error?.code, second.headers.get('retry-after')]).toEqual([503, 'overloaded', '5']);
    store.gate.resolve();
    expect((await first).status).toBe(200);
    expect((await erase({ subject: 'grace' })).status).toBe(200);
  });

  it('goes on when its client has hung up, and whoever asks again meanwhile starts no other', async () => {
    const abandoned = new AbortController();
    const first = fetch(`${api.url}/erase`, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }, body: '{"subject":"ada"}', signal: abandoned.signal });
    await untilSearched();
    abandoned.abort();
    await expect(first).rejects.toThrow();
    expect((await erase({ subject: 'ada' })).status).toBe(503);
    expect(store.searches).toBe(1);
    store.gate.resolve();
    await until(async () => (await erase({ subject: 'ada' })).status === 200);
  });

  it('is free again after one that failed', async () => {
    store.gate.reject(new Error('The disk is gone.'));
    expect((await erase({ subject: 'ada' })).status).toBe(500);
    store.gate = Promise.withResolvers<void>();
    store.gate.resolve();
    expect((await erase({ subject: 'ada' })).status).toBe(200);
  });
});
