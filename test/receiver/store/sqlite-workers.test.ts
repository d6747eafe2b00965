import threads from 'node:worker_threads';
import type { Query, ToReader } from '../../../receiver/store/sqlite/protocol';
import { arrivalOf, arrivalsOf } from './arrival';
import { sqliteDatabases } from './sqlite-databases';
import { until } from './until';

const { newPath, opened } = sqliteDatabases();

describe('when a worker is killed', () => {
  const started: threads.Worker[] = [];
  beforeEach(() => {
    const { Worker } = threads;
    jest.spyOn(threads, 'Worker').mockImplementation((...parameters) => {
      const worker = new Worker(...parameters);
      started.push(worker);
      return worker;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    started.length = 0;
  });

  test('what it had is refused, and another takes its place', async () => {
    const store = await opened(newPath());
    await store.append([arrivalOf('m1')]);
    const { requests } = await store.claim({ destination: 'n8n', requests: 1, batch: 1, leaseMs: 60_000 });
    const lost = Promise.allSettled(arrivalsOf(50).map((arrival) => store.append([arrival])));
    await store.events({ limit: 1 });
    const [writer, reader] = started;
    const searches = Promise.allSettled([store.events({ limit: 1 }), store.events({ limit: 1 })]);
    await Promise.all([writer?.terminate(), reader?.terminate()]);
    for (const result of await searches) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'store_unavailable' });
    for (const result of await lost) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'store_unavailable' });
    await expect(store.append([arrivalOf('m2')])).rejects.toMatchObject({ code: 'store_unavailable' });
    // Whoever looks why sees what there is.
    expect((await store.counts()).events).toBeGreaterThan(0);
    await until(() => store.append(arrivalsOf(50)).then(() => true, () => false));
    expect((await store.counts()).events).toBe(50);
    // The forwarder that holds the lease is alive: what it has is not given to another.
    const claimed = (await store.claim({ destination: 'n8n', requests: 99, batch: 1, leaseMs: 60_000 })).requests;
    expect(claimed.map(({ webhookId }) => webhookId)).not.toContain(requests[0]?.webhookId);
    expect(claimed).toHaveLength(49);
  });

  test('the store can be closed while there is none', async () => {
    const store = await opened(newPath());
    await Promise.all(started.map((worker) => worker.terminate()));
    await store.close();
    expect(started).toHaveLength(1);
  });
});

describe('the reader', () => {
  const readers: threads.Worker[] = [];
  const ended: threads.Worker[] = [];
  const asked: Query[] = [];
  beforeEach(() => {
    const { Worker } = threads;
    jest.spyOn(threads, 'Worker').mockImplementation((...parameters) => {
      const worker = new Worker(...parameters);
      if (String(parameters[0]).endsWith('reader.js')) {
        readers.push(worker);
        const post = worker.postMessage.bind(worker);
        jest.spyOn(worker, 'postMessage').mockImplementation((message: ToReader) => {
          if (message.kind === 'query') asked.push(message.query);
          post(message);
        });
        worker.once('exit', () => ended.push(worker));
      }
      return worker;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    readers.length = ended.length = asked.length = 0;
  });

  test('is not started by what forwarding, retention and the gauges ask', async () => {
    const store = await opened(newPath());
    await store.append(arrivalsOf(3, { receivedAt: 1_000 }));
    await store.claim({ destination: 'n8n', requests: 9, batch: 1, leaseMs: 1_000 });
    await store.destinations();
    await store.counts();
    await store.prune({ olderThan: 2_000, known: [] });
    await store.redrive();
    expect(readers).toHaveLength(0);
  });

  test('is started by searches, once, and ends when nobody searches; the next search starts another', async () => {
    const store = await opened(newPath(), { readerIdleMs: 20 });
    await store.append(arrivalsOf(3));
    const found = await Promise.all([store.events({ limit: 9 }), store.forwards({ limit: 9 }), store.event('1')]);
    expect(found.map((one) => (Array.isArray(one) ? one.length : 1))).toEqual([3, 3, 1]);
    expect(readers).toHaveLength(1);
    await until(() => ended.length === 1);
    expect(await store.events({ limit: 9 })).toHaveLength(3);
    expect(readers).toHaveLength(2);
    await store.close();
    expect(ended).toHaveLength(2);
  });

  test('ends at whatever moment the store is closed', async () => {
    const store = await opened(newPath(), { readerIdleMs: 0 });
    await store.append(arrivalsOf(3));
    for (let round = 0; round < 5; round++) expect(await store.events({ limit: 9 })).toHaveLength(3);
    const last = store.events({ limit: 9, type: 'chat.**' }).then((found) => found.length, (error: unknown) => error);
    await store.close();
    expect(await last).toMatchObject({ code: 'store_closed' });
    await until(() => ended.length === readers.length);
  });

  test('holds up no end: those who wait are refused, and it is asked nothing any more', async () => {
    const store = await opened(newPath());
    await store.append(arrivalsOf(3));
    const waiting = Array.from({ length: 100 }, () => store.events({ limit: 9 }).then(() => 'found', (error: unknown) => (error as { code: string }).code));
    await store.close();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['store_closed']));
    expect(asked).toHaveLength(1);
  });

  test('is not asked what nobody waits for any more', async () => {
    const store = await opened(newPath());
    await store.append(arrivalsOf(3));
    const gone = new AbortController();
    const first = store.events({ limit: 9 });
    const abandoned = [store.events({ limit: 8 }, gone.signal), store.forwards({ limit: 8 }, gone.signal)].map((search) => search.catch((error: unknown) => error));
    const last = store.events({ limit: 7 });
    gone.abort();
    expect(await Promise.all([...abandoned, store.events({ limit: 8 }, gone.signal).catch((error: unknown) => error)])).toMatchObject(Array(3).fill({ code: 'store_busy' }));
    expect([await first, await last].map((found) => found.length)).toEqual([3, 3]);
    expect(asked).toEqual([9, 7].map((limit) => ({ kind: 'events', filter: { limit } })));
  });
});
