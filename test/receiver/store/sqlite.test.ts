import { existsSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore, sqlitePath } from '../../../receiver/store/open';
import { connectWriter } from '../../../receiver/store/sqlite/connection';
import { createDatabaseFile } from '../../../receiver/store/sqlite/files';
import { dropForwards } from '../../../receiver/store/sqlite/forget';
import { prune } from '../../../receiver/store/sqlite/prune';
import { openSession } from '../../../receiver/store/sqlite/session';
import { arrivalOf, arrivalsOf } from './arrival';
import { sqliteDatabases } from './sqlite-databases';
import { storeSuite } from './suite';

const { newPath, opened } = sqliteDatabases();

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

  test.each(['mysql://user:hunter2@db/hooks', 'sqlite:', 'sqlite::memory:', './data.db', ''])('refuses %j, says what to write instead, and quotes no password', async (url) => {
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

  const onLinux = process.platform === 'linux' ? test : test.skip;
  onLinux('gives up where no folder can be made', async () => {
    await expect(opened('/proc/chathooks/store.db')).rejects.toMatchObject({ code: 'store_cannot_open', message: expect.stringContaining('/proc/chathooks') });
  });

  test('names a folder that is in the way of the database', async () => {
    const path = newPath();
    await expect(opened(join(path, '..', '..'))).rejects.toMatchObject({ code: 'store_cannot_open', message: expect.stringContaining('Check') });
  });

  test('refuses a file that is no database', async () => {
    const path = newPath();
    createDatabaseFile(path);
    writeFileSync(path, 'this is no database, though it is long enough to have a header. '.repeat(100));
    await expect(opened(path)).rejects.toMatchObject({ code: 'store_cannot_open', message: expect.stringContaining(path) });
    await expect(opened(path)).rejects.toMatchObject({ message: expect.stringMatching(/not a database.*right file/) });
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

  test('a database that vanished is not begun anew', async () => {
    const path = newPath();
    await (await opened(path)).close();
    rmSync(path);
    expect(() => connectWriter(path, undefined)).toThrow(/unable to open/);
    expect(existsSync(path)).toBe(false);
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

describe('looking and pruning', () => {
  test('what only looks writes nothing', async () => {
    const path = newPath();
    const store = await opened(path);
    await store.append(arrivalsOf(3));
    const { size, mtimeMs } = statSync(`${path}-wal`);
    for (let count = 0; count < 20; count++) await Promise.all([store.counts(), store.destinations(), store.prune({ olderThan: 1 })]);
    expect(statSync(`${path}-wal`)).toMatchObject({ size, mtimeMs });
  });

  test('counts see what their own batch has kept', async () => {
    const store = await opened(newPath());
    const [, counts] = await Promise.all([store.append(arrivalsOf(3)), store.counts()]);
    expect(counts).toEqual({ events: 3, bytes: expect.any(Number), forwards: [{ destination: 'n8n', status: 'pending', count: 3 }] });
  });

  test('thousands of events that are held back hide none of those that can be pruned', async () => {
    const path = newPath();
    const store = await opened(path);
    await store.append(arrivalsOf(2_500, { receivedAt: 1_000 }));
    await store.append(Array.from({ length: 1_200 }, (_, index) => arrivalOf(`free-${index}`, { receivedAt: 1_000, destinations: [] })));
    const removed = [await store.prune({ olderThan: 2_000 }), await store.prune({ olderThan: 2_000 }), await store.prune({ olderThan: 2_000 }), await store.prune({ olderThan: 2_000 })];
    expect(removed).toEqual([500, 500, 200, 0]);
    // Delivered since then: the next search begins with the oldest again.
    const { requests } = await store.claim({ destination: 'n8n', requests: 1, batch: 10, leaseMs: 60_000 });
    await store.settle({ webhookId: requests[0]?.webhookId ?? '', attemptNumber: 1, attempt: { at: 1, latencyMs: 1, status: 200 }, outcome: 'delivered' });
    expect(await store.prune({ olderThan: 2_000 })).toBe(10);
  });

  test('a search for what to prune goes on where it stopped', async () => {
    const path = newPath();
    const store = await opened(path);
    await store.append(arrivalsOf(2_500, { receivedAt: 1_000 }));
    await store.append([arrivalOf('free', { receivedAt: 1_000, destinations: [] })]);
    await store.close();
    const session = openSession(path, undefined);
    const search = { kind: 'prune', olderThan: 2_000 } as const;
    expect(prune(session, { ...search, after: 0 })).toEqual({ removed: 0, after: 2_000 });
    expect(prune(session, { ...search, after: 2_000 })).toEqual({ removed: 1 });
    session.connection.close();
  });

  test('what is left of a destination whose deletion was cut off is consistent', async () => {
    const path = newPath();
    const store = await opened(path);
    await store.append(arrivalsOf(1_500));
    const { requests } = await store.claim({ destination: 'n8n', requests: 3, batch: 500, leaseMs: 60_000 });
    await store.close();
    const session = openSession(path, undefined);
    expect(dropForwards(session, 'n8n')).toEqual({ dropped: 1_000, more: true });
    session.tally.write();
    session.connection.close();
    const again = await opened(path);
    const left = (await again.claim({ destination: 'n8n', requests: 9, batch: 500, leaseMs: 60_000 })).requests;
    expect(left.flatMap(({ events }) => events)).toHaveLength(500);
    expect(requests.map(({ webhookId }) => webhookId)).toEqual(expect.arrayContaining(left.map(({ webhookId }) => webhookId)));
    for (const { webhookId, attempt: attemptNumber } of left) await again.settle({ webhookId, attemptNumber, attempt: { at: 1, latencyMs: 1, status: 200 }, outcome: 'delivered' });
    expect((await again.counts()).forwards).toEqual([{ destination: 'n8n', status: 'delivered', count: 500 }]);
  });

  test('a request whose events were all pruned is no more', async () => {
    const path = newPath();
    const store = await opened(path);
    await store.append(arrivalsOf(4, { receivedAt: 1_000 }));
    await store.claim({ destination: 'n8n', requests: 2, batch: 2, leaseMs: 60_000 });
    expect(await store.prune({ olderThan: 2_000, known: [] })).toBe(4);
    const database = new DatabaseSync(path, { readOnly: true });
    expect(database.prepare('SELECT count(*) AS requests FROM requests').get()).toEqual({ requests: 0 });
    database.close();
  });
});
