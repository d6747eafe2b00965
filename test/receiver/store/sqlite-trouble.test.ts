import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../../receiver/store/store';
import { arrivalOf, arrivalsOf } from './arrival';
import { sqliteDatabases } from './sqlite-databases';

const { newPath, opened } = sqliteDatabases();

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
    expect(await store.counts()).toEqual({ events: 19, bytes: expect.any(Number), forwards: [{ destination: 'n8n', status: 'pending', count: 19 }] });
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
    expect(await store.prune({ olderThan: 2_000 })).toBe(kept.length);
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
});
