import { existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Arrival } from '../../../receiver/store/store';
import { arrivalOf, arrivalsOf, type ArrivalParts } from './arrival';
import { sqliteDatabases } from './sqlite-databases';
import { until } from './until';

const { newPath, opened } = sqliteDatabases();

describe('an erasure leaves nothing to be read', () => {
  const CANARY = 'canary-of-ada-lovelace';
  const files = (path: string): readonly string[] => [path, `${path}-wal`, `${path}-shm`];
  const placesOf = (path: string, text: string): readonly string[] => files(path).filter((file) => existsSync(file) && readFileSync(file).includes(text));
  const canary = (id: string, parts: ArrivalParts = {}): Arrival => arrivalOf(id, { text: CANARY, headers: [['x-who', CANARY]], issues: [{ code: 'schema', path: CANARY, message: CANARY }], ...parts });

  test('in the database and its log, while the store is open, whatever the size', async () => {
    const path = newPath();
    let store = await opened(path);
    const keys: string[] = [];
    const others: string[] = [];
    for (let round = 0; round < 60; round++) {
      const size = [10, 300, 1_500, 5_000, 40_000][round % 5] ?? 0;
      others.push(...(await store.append(arrivalsOf(10).map(({ id }) => arrivalOf(`${round}-${id}`, { text: 'x'.repeat(size) })))).map(({ key }) => key));
      keys.push(...(await store.append([canary(`canary-${round}`, { text: `${CANARY}${'y'.repeat(size)}${CANARY}`, body: Buffer.from(`${'z'.repeat(size)}${CANARY}`) })])).map(({ key }) => key));
    }
    const { requests } = await store.claim({ destination: 'n8n', requests: 40, batch: 10, leaseMs: 60_000 });
    for (const [index, { webhookId }] of requests.entries()) {
      const attempt = { at: 1, latencyMs: 1, status: 500, answer: `got ${CANARY}` };
      await store.settle(index % 2 === 0 ? { webhookId, attemptNumber: 1, attempt, outcome: 'delivered' } : { webhookId, attemptNumber: 1, attempt, outcome: 'retry', dueAt: Date.now() + 60_000 });
    }
    await store.close();
    store = await opened(path);
    for (const key of keys.slice(0, 10)) await store.replay(key, ['n8n', 'crm']);
    await store.append([canary('last')]).then(([last]) => keys.push(last?.key ?? ''));
    expect(await store.erase(others.filter((_, index) => index % 3 !== 0))).toBe(400);
    await store.append([canary('very last')]).then(([last]) => keys.push(last?.key ?? ''));
    expect(await store.events({ limit: 1, q: CANARY })).toHaveLength(1);
    expect(placesOf(path, CANARY)).toEqual([path, `${path}-wal`]);
    expect(await store.erase(keys)).toBe(62);
    expect(placesOf(path, CANARY)).toEqual([]);
    expect(await store.events({ limit: 9, q: CANARY })).toEqual([]);
    expect((await store.counts()).events).toBe(200);
    const database = new DatabaseSync(path, { readOnly: true });
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    database.close();
  });

  // While rows around a row come and go, SQLite moves it from page to page, and leaves its bytes behind.
  test.each([2, 3])('nor where the engine had it before it moved it (%d)', async (seed) => {
    const path = newPath();
    let store = await opened(path);
    let state = seed;
    const random = (): number => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) / 0x7fffffff;
    const secret: string[] = [];
    const others: string[] = [];
    for (let round = 0; round < 40; round++) {
      const arrivals = Array.from({ length: 1 + Math.floor(random() * 30) }, (_, index) => {
        const text = 'x'.repeat(Math.floor(random() ** 4 * 6_000));
        const id = `${round}-${index}`;
        return random() < 0.2 ? canary(id, { text: `${CANARY}${text}${CANARY}` }) : arrivalOf(id, { text });
      });
      for (const [index, { key }] of (await store.append(arrivals)).entries()) (arrivals[index]?.event.includes(CANARY) === true ? secret : others).push(key);
      if (random() < 0.3) await store.erase(others.filter(() => random() < 0.3));
      for (const { webhookId, attempt: attemptNumber, events } of (await store.claim({ destination: 'n8n', requests: 5, batch: 1 + Math.floor(random() * 5), leaseMs: 60_000 })).requests) {
        const answer = `${events.some(({ event }) => event.includes(CANARY)) ? CANARY : ''}${'y'.repeat(Math.floor(random() * 2_000))}`;
        await store.settle({ webhookId, attemptNumber, attempt: { at: 1, latencyMs: 1, status: 500, answer }, ...(random() < 0.3 ? { outcome: 'retry', dueAt: Date.now() - 1 } : { outcome: 'dead' }) });
      }
      if (round % 10 === 9) {
        await store.close();
        store = await opened(path);
      }
    }
    await store.erase(secret);
    expect(placesOf(path, CANARY)).toEqual([]);
  });

  test('of what retention removed before', async () => {
    const path = newPath();
    const store = await opened(path);
    for (const arrival of arrivalsOf(500, { receivedAt: 1_000, destinations: [], text: 'x'.repeat(700) })) void store.append([arrival]);
    await store.append(Array.from({ length: 20 }, (_, index) => canary(`c${index}`, { receivedAt: 1_000, destinations: [], body: Buffer.from(CANARY.repeat(1 + index * 100)) })));
    while ((await store.prune({ olderThan: 2_000 })) > 0);
    await store.erase([]);
    expect(placesOf(path, CANARY)).toEqual([]);
  });

  test('once somebody who reads the database has ended; deliveries are kept meanwhile', async () => {
    const path = newPath();
    const store = await opened(path);
    const keys = (await store.append([canary('m1')])).map(({ key }) => key);
    const backup = new DatabaseSync(path, { readOnly: true });
    backup.exec('BEGIN');
    backup.prepare('SELECT count(*) FROM events').get();
    const erased = store.erase(keys);
    await until(async () => (await store.counts()).events === 0);
    await store.append([arrivalOf('m2')]);
    expect(placesOf(path, CANARY)).not.toEqual([]);
    backup.exec('COMMIT');
    backup.close();
    expect(await erased).toBe(1);
    expect(placesOf(path, CANARY)).toEqual([]);
    expect((await store.counts()).events).toBe(1);
  });
});
