import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import threads from 'node:worker_threads';
import { openStore, sqlitePath, type StoreOptions } from '../../../receiver/store/open';
import { connectWriter } from '../../../receiver/store/sqlite/connection';
import { migrate } from '../../../receiver/store/sqlite/migrations';
import { createDatabaseFile } from '../../../receiver/store/sqlite/files';
import { prune } from '../../../receiver/store/sqlite/prune';
import { openSession } from '../../../receiver/store/sqlite/session';
import { StoreError, type Store } from '../../../receiver/store/store';
import { arrivalOf, arrivalsOf } from './arrival';
import { until } from './until';
import { storeSuite } from './suite';

const folders: string[] = [];
const stores: Store[] = [];

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  folders.push(folder);
  return join(folder, 'data', 'hooks.db');
}

async function opened(path: string, options: StoreOptions = {}): Promise<Store> {
  const store = await openStore(`sqlite:${path}`, options);
  stores.push(store);
  return store;
}

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

storeSuite('the SQLite store', async () => {
  const path = newPath();
  let store = await opened(path);
  return {
    store,
    async reopen() {
      await store.close();
      return (store = await opened(path));
    },
    destroy: () => store.close(),
  };
});

describe('opening', () => {
  test('creates folder and files for their owner only', async () => {
    const path = newPath();
    const store = await opened(path);
    await store.append([arrivalOf('m1')]);
    const modeOf = (file: string): number => statSync(file).mode & 0o777;
    expect(modeOf(join(path, '..'))).toBe(0o700);
    for (const file of [path, `${path}-wal`, `${path}-shm`, `${path}.lock`]) expect([file, modeOf(file)]).toEqual([file, 0o600]);
  });

  test.each(['postgres://user:hunter2@db/hooks', 'sqlite:', 'sqlite::memory:', './data.db', ''])('refuses %j, says what to write instead, and quotes no password', async (url) => {
    const failure = openStore(url);
    await expect(failure).rejects.toMatchObject({ name: 'StoreOpenError', code: 'store_url_invalid', message: expect.stringContaining('sqlite:<path>') });
    await expect(failure).rejects.not.toThrow(/hunter2/);
  });

  test.each([['sqlite:./a.db', './a.db'], ['sqlite:/var/x', '/var/x'], ['sqlite:///var/x', '/var/x']])('%s is the file %s', (url, path) => {
    expect(sqlitePath(url)).toBe(path);
  });

  test('takes a path with characters that mean something in a URL', async () => {
    const path = join(newPath(), '..', 'a %41?#&b.db');
    await (await opened(path)).append([arrivalOf('m1')]);
    expect(existsSync(path)).toBe(true);
  });

  test('names a folder that is in the way of the database', async () => {
    const path = newPath();
    await expect(opened(join(path, '..', '..'))).rejects.toMatchObject({ code: 'store_cannot_open', message: expect.stringContaining('Check') });
  });

  test('refuses a file that is no database', async () => {
    const path = newPath();
    createDatabaseFile(path);
    writeFileSync(path, 'this is no database, though it is long enough to have a header. '.repeat(100));
    await expect(opened(path)).rejects.toMatchObject({ code: 'store_cannot_open' });
    writeFileSync(path, '');
    await expect((await opened(path)).check()).resolves.toBeUndefined();
  });

  test('is for one receiver at a time, by whatever name it calls the file', async () => {
    const path = newPath();
    const store = await opened(path);
    symlinkSync(path, join(path, '..', 'other-name.db'));
    await expect(opened(path)).rejects.toMatchObject({ code: 'store_in_use', message: expect.stringContaining('Stop the other one') });
    await expect(opened(join(path, '..', 'other-name.db'))).rejects.toMatchObject({ code: 'store_in_use' });
    await store.append([arrivalOf('m1')]);
    await store.close();
    await expect(opened(path)).resolves.toBeDefined();
  });

  test('leaves no log behind after a clean end', async () => {
    const path = newPath();
    const store = await opened(path);
    await store.append(arrivalsOf(10));
    await store.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });
});

describe('durability', () => {
  test('is what the writer runs with: WAL and synchronous FULL', async () => {
    const path = createDatabaseFile(newPath());
    const { database } = connectWriter(path, undefined);
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    database.close();
  });

  test('that cannot be had is a reason not to start', () => {
    const path = createDatabaseFile(newPath());
    const setMode = jest.spyOn(DatabaseSync.prototype, 'exec').mockImplementationOnce(() => undefined);
    // The connection stays in the mode of a new file, as it does where the file system cannot do better.
    expect(() => connectWriter(path, undefined)).toThrow(expect.objectContaining({ code: 'store_not_durable' }) as Error);
    setMode.mockRestore();
  });
});

describe('the schema', () => {
  test('is brought up to date once, however often it is asked for', async () => {
    const path = newPath();
    await (await opened(path)).append([arrivalOf('m1')]);
    await stores[0]?.close();
    const database = new DatabaseSync(path);
    const schema = (): unknown => database.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
    const before = schema();
    migrate(database);
    migrate(database);
    expect(schema()).toEqual(before);
    expect(database.prepare('SELECT count(*) AS events FROM events').get()).toEqual({ events: 1 });
    database.close();
  });

  test('of a newer version is left alone', async () => {
    const path = createDatabaseFile(newPath());
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(opened(path)).rejects.toMatchObject({ code: 'store_too_new', message: expect.stringContaining('99') });
  });

  test('lets a claim on a long backlog look at no more than it takes', async () => {
    const path = newPath();
    await opened(path);
    const database = new DatabaseSync(path, { readOnly: true });
    const plan = database
      .prepare("EXPLAIN QUERY PLAN SELECT position FROM forwards JOIN events ON seq = forwards.event WHERE state = 'uncut' AND state <> 'delivered' AND destination = 'x' ORDER BY forwards.event LIMIT 9")
      .all()
      .map(({ detail }) => String(detail));
    database.close();
    expect(plan[0]).toContain('USING COVERING INDEX forwards_undelivered (state=? AND destination=?)');
    expect(plan.join()).not.toMatch(/SCAN|TEMP B-TREE/);
  });
});

describe('trouble', () => {
  test('a poisoned operation fails alone, and the others of its batch are kept', async () => {
    const store = await opened(newPath());
    const results = await Promise.allSettled(
      arrivalsOf(20).map((arrival, index) => store.append([index === 7 ? { ...arrival, receivedAt: Number.NaN } : arrival])),
    );
    expect(results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([7]);
    expect((results[7] as PromiseRejectedResult).reason).toMatchObject({ name: 'StoreError', code: 'operation_failed' });
    // Nothing was kept, and whoever sent it is to hear so: a 503, not a 500.
    expect((results[7] as PromiseRejectedResult).reason).toBeInstanceOf(StoreError);
    expect(await store.counts()).toEqual({ events: 19, forwards: [{ destination: 'n8n', status: 'pending', count: 19 }] });
    const keys = results.flatMap((result) => (result.status === 'fulfilled' ? result.value.map(({ key }) => key) : []));
    expect(keys).toEqual(Array.from({ length: 19 }, (_, index) => String(index + 1)));
    expect((await store.append([arrivalOf('m7')]))[0]).toMatchObject({ key: '20', duplicate: false });
  });

  test('an operation that cannot even be sent to the writer fails alone', async () => {
    const store = await opened(newPath());
    const unfit = { ...arrivalOf('m1'), headers: [['x', 1n as unknown as string]] } as const;
    const results = await Promise.allSettled([store.append([arrivalOf('m0')]), store.append([unfit]), store.append([arrivalOf('m2')])]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((results[1] as PromiseRejectedResult).reason).toMatchObject({ code: 'operation_failed' });
    expect((await store.counts()).events).toBe(2);
  });

  test('nothing of a delivery is kept when one of its events cannot be', async () => {
    const store = await opened(newPath());
    await expect(store.append([arrivalOf('a'), arrivalOf('b', { receivedAt: 0.5 })])).rejects.toMatchObject({ code: 'operation_failed' });
    expect((await store.append([arrivalOf('a')]))[0]).toMatchObject({ duplicate: false });
  });

  test('a full database refuses, keeps nothing by half, and goes on by itself when there is room', async () => {
    const store = await opened(newPath(), { maxBytes: 400_000 });
    const kept: string[] = [];
    const fill = async (): Promise<void> => {
      for (let index = 0; ; index++) {
        const id = `fill-${index}`;
        await store.append([arrivalOf(id, { text: 'x'.repeat(5_000), destinations: [], receivedAt: 1_000 })]);
        kept.push(id);
      }
    };
    await expect(fill()).rejects.toMatchObject({ name: 'StoreError', code: 'store_unavailable' });
    expect(kept.length).toBeGreaterThan(5);
    expect((await store.counts()).events).toBe(kept.length);
    await expect(store.append([arrivalOf('big', { text: 'x'.repeat(50_000) })])).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await store.prune(2_000)).toBe(kept.length);
    await expect(store.append([arrivalOf('big', { text: 'x'.repeat(50_000) })])).resolves.toMatchObject([{ duplicate: false }]);
  });

  test('a database that somebody else has locked refuses, and goes on by itself', async () => {
    const path = newPath();
    const store = await opened(path);
    await store.append([arrivalOf('m1')]);
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(store.append([arrivalOf('m2')])).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(store.check()).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await store.events({ limit: 5 })).toHaveLength(1);
    other.exec('ROLLBACK');
    other.close();
    await expect(store.check()).resolves.toBeUndefined();
    expect((await store.append([arrivalOf('m2')]))[0]?.duplicate).toBe(false);
  });

  test('a queue that is full refuses more, and takes more when it is not', async () => {
    const store = await opened(newPath(), { maxQueuedAppends: 10 });
    const results = await Promise.allSettled(arrivalsOf(30).map((arrival) => store.append([arrival])));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect((results[29] as PromiseRejectedResult).reason).toMatchObject({ name: 'StoreError', code: 'store_busy' });
    await expect(store.append([arrivalOf('m29')])).resolves.toMatchObject([{ duplicate: false }]);
  });

  test('a queue is full by its bytes too, but never for a single delivery', async () => {
    const store = await opened(newPath(), { maxQueuedBytes: 100_000 });
    const large = arrivalsOf(2, { text: 'x'.repeat(90_000) }).map((arrival) => store.append([arrival]));
    await expect(Promise.allSettled(large)).resolves.toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { code: 'store_busy' } }]);
  });

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
    beforeEach(() => {
      const { Worker } = threads;
      jest.spyOn(threads, 'Worker').mockImplementation((...parameters) => {
        const worker = new Worker(...parameters);
        if (String(parameters[0]).endsWith('reader.js')) {
          readers.push(worker);
          worker.once('exit', () => ended.push(worker));
        }
        return worker;
      });
    });
    afterEach(() => {
      jest.restoreAllMocks();
      readers.length = ended.length = 0;
    });

    test('is not started by what forwarding, retention and the gauges ask', async () => {
      const store = await opened(newPath());
      await store.append(arrivalsOf(3, { receivedAt: 1_000 }));
      await store.claim({ destination: 'n8n', requests: 9, batch: 1, leaseMs: 1_000 });
      await store.destinations();
      await store.counts();
      await store.prune(2_000, []);
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

    test('answers before it ends, at whatever moment the store is closed', async () => {
      const store = await opened(newPath(), { readerIdleMs: 0 });
      await store.append(arrivalsOf(3));
      for (let round = 0; round < 5; round++) expect(await store.events({ limit: 9 })).toHaveLength(3);
      const last = store.events({ limit: 9 });
      await store.close();
      expect(await last).toHaveLength(3);
      expect(ended).toHaveLength(readers.length);
    });
  });

  test('what only looks writes nothing', async () => {
    const path = newPath();
    const store = await opened(path);
    await store.append(arrivalsOf(3));
    const { size, mtimeMs } = statSync(`${path}-wal`);
    for (let count = 0; count < 20; count++) await Promise.all([store.counts(), store.destinations(), store.prune(1)]);
    expect(statSync(`${path}-wal`)).toMatchObject({ size, mtimeMs });
  });

  test('counts see what their own batch has kept', async () => {
    const store = await opened(newPath());
    const [, counts] = await Promise.all([store.append(arrivalsOf(3)), store.counts()]);
    expect(counts).toEqual({ events: 3, forwards: [{ destination: 'n8n', status: 'pending', count: 3 }] });
  });

  test('thousands of events that are held back hide none of those that can be pruned', async () => {
    const path = newPath();
    const store = await opened(path);
    await store.append(arrivalsOf(2_500, { receivedAt: 1_000 }));
    await store.append(Array.from({ length: 1_200 }, (_, index) => arrivalOf(`free-${index}`, { receivedAt: 1_000, destinations: [] })));
    const removed = [await store.prune(2_000), await store.prune(2_000), await store.prune(2_000), await store.prune(2_000)];
    expect(removed).toEqual([500, 500, 200, 0]);
    // Delivered since then: the next search begins with the oldest again.
    const { requests } = await store.claim({ destination: 'n8n', requests: 1, batch: 10, leaseMs: 60_000 });
    await store.settle({ webhookId: requests[0]?.webhookId ?? '', attempt: { at: 1, latencyMs: 1, status: 200 }, outcome: 'delivered' });
    expect(await store.prune(2_000)).toBe(10);
  });

  test('a search for what to prune goes on where it stopped', async () => {
    const path = newPath();
    const store = await opened(path);
    await store.append(arrivalsOf(2_500, { receivedAt: 1_000 }));
    await store.append([arrivalOf('free', { receivedAt: 1_000, destinations: [] })]);
    await store.close();
    const session = openSession(path, undefined);
    const search = { kind: 'prune', olderThan: 2_000, known: undefined } as const;
    expect(prune(session, { ...search, after: 0 })).toEqual({ removed: 0, after: 2_000 });
    expect(prune(session, { ...search, after: 2_000 })).toEqual({ removed: 1 });
    session.connection.close();
  });

  test('a request whose events were all pruned is no more', async () => {
    const path = newPath();
    const store = await opened(path);
    await store.append(arrivalsOf(4, { receivedAt: 1_000 }));
    await store.claim({ destination: 'n8n', requests: 2, batch: 2, leaseMs: 60_000 });
    expect(await store.prune(2_000, [])).toBe(4);
    const database = new DatabaseSync(path, { readOnly: true });
    expect(database.prepare('SELECT count(*) AS requests FROM requests').get()).toEqual({ requests: 0 });
    database.close();
  });

  test('a database that vanished is not begun anew', async () => {
    const path = newPath();
    await (await opened(path)).close();
    rmSync(path);
    expect(() => connectWriter(path, undefined)).toThrow(/unable to open/);
    expect(existsSync(path)).toBe(false);
  });
});
