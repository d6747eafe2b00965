/*
 * Several receivers on one database, and a database that goes away.
 */
import { StoreError, type Appended, type OutgoingRequest, type Settlement, type Store } from '../../../receiver/store/store';
import { arrivalOf, arrivalsOf } from './arrival';
import { postgresStores } from './postgres-stores';
import { until } from './until';

const ok = { at: 1, latencyMs: 1, status: 200 } as const;
const failed = { at: 1, latencyMs: 1, status: 500 } as const;

const { ask, opened, server } = postgresStores();

const killAll = (): Promise<unknown> => ask('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()');
const idOf = (event: string): string => (JSON.parse(event) as { id: string }).id;
const settling = ({ webhookId, attempt }: OutgoingRequest): Settlement => ({ webhookId, attemptNumber: attempt, attempt: ok, outcome: 'delivered' });

async function claimOne(store: Store, leaseMs = 60_000): Promise<OutgoingRequest> {
  const [request] = (await store.claim({ destination: 'n8n', requests: 1, batch: 1, leaseMs })).requests;
  if (request === undefined) throw new Error('nothing to claim');
  return request;
}

/** Claims until nothing is left, and settles as delivered. Returns the ids of the events that were sent. */
async function drain(store: Store): Promise<readonly string[]> {
  const sent: string[] = [];
  for (let left = true; left; ) {
    const { requests } = await store.claim({ destination: 'n8n', requests: 4, batch: 3, leaseMs: 60_000 });
    sent.push(...requests.flatMap(({ events }) => events.map(({ event }) => idOf(event))));
    await Promise.all(requests.map((request) => store.settle(settling(request))));
    left = requests.length > 0;
  }
  return sent;
}

describe('several receivers', () => {
  test('keep each event once, whoever gets its copies, in whatever order they come', async () => {
    const three = await Promise.all([opened(), opened(), opened()]);
    const arrivals = arrivalsOf(60);
    const results = await Promise.all(
      three.flatMap((store, index) => [arrivals, arrivals.toReversed(), [...arrivals.slice(30), ...arrivals.slice(0, 30)]].map((order) => store.append(order.slice(index)))),
    );
    const appended = results.flat();
    const keys = new Map<string, Set<string>>();
    for (const { id, key } of appended) keys.set(id, new Set([...(keys.get(id) ?? []), key]));
    expect([...keys.values()].every(({ size }) => size === 1)).toBe(true);
    expect(appended.filter(({ duplicate }) => !duplicate)).toHaveLength(60);
    expect(await three[0]?.counts()).toMatchObject({ events: 60, forwards: [{ status: 'pending', count: 60 }] });
  });

  test('share out what is pending, and send each event once', async () => {
    const three = await Promise.all([opened(), opened(), opened()]);
    await Promise.all(three.map((store, index) => store.append(arrivalsOf(200).map(({ id }) => arrivalOf(`${index}-${id}`)))));
    const sent = (await Promise.all(three.flatMap((store) => [drain(store), drain(store)]))).flat();
    // Whoever found nothing may have looked while the others held the rest.
    sent.push(...(await drain(three[0])));
    expect(new Set(sent).size).toBe(600);
    expect(sent).toHaveLength(600);
    expect(await three[1]?.counts()).toMatchObject({ forwards: [{ status: 'delivered', count: 600 }] });
    expect(await ask("SELECT count(*)::int AS left FROM chathooks_jobs.job")).toEqual([{ left: 0 }]);
  }, 60_000);

  test('keep the order of a conversation among them', async () => {
    const two = await Promise.all([opened(), opened()]);
    const inOrder = { conversation: 'a'.repeat(64), destinations: ['n8n'] };
    for (let index = 0; index < 12; index++) await two[index % 2]?.append([arrivalOf(`m${index}`, { inOrder })]);
    const sent: string[] = [];
    while (sent.length < 12) {
      const claims = await Promise.all([...two, ...two].map((store) => store.claim({ destination: 'n8n', requests: 4, batch: 4, leaseMs: 60_000 }).then(({ requests }) => requests.map((request) => ({ store, request })))));
      const claimed = claims.flat();
      expect(claimed.length).toBeLessThanOrEqual(1);
      for (const { store, request } of claimed) {
        sent.push(...request.events.map(({ event }) => idOf(event)));
        await store.settle(settling(request));
      }
    }
    expect(sent).toEqual(Array.from({ length: 12 }, (_, index) => `m${index}`));
  });

  test('take over what a dead one held, as it was cut, when its lease has run out', async () => {
    const [dying, living] = [await opened(), await opened()];
    await dying.append(arrivalsOf(3));
    const [held] = (await dying.claim({ destination: 'n8n', requests: 1, batch: 3, leaseMs: 300 })).requests;
    await killAll();
    let taken: readonly OutgoingRequest[] = [];
    await until(async () => {
      taken = await living.claim({ destination: 'n8n', requests: 9, batch: 1, leaseMs: 60_000 }).then(({ requests }) => requests, () => []);
      return taken.length > 0;
    });
    expect(taken).toEqual([{ ...held, attempt: 2 }]);
  });

  test('go on at once with what one held that ended in good order', async () => {
    const [leaving, staying] = [await opened(), await opened()];
    await leaving.append(arrivalsOf(2));
    const request = await claimOne(leaving);
    await leaving.close();
    const { requests } = await staying.claim({ destination: 'n8n', requests: 9, batch: 1, leaseMs: 60_000 });
    expect(requests.find(({ webhookId }) => webhookId === request.webhookId)).toEqual({ ...request, attempt: 2 });
    expect(requests).toHaveLength(2);
  });

  test('say when to look again, for another one may have left something', async () => {
    const store = await opened();
    const { nextDueAt = Infinity } = await store.claim({ destination: 'n8n', requests: 1, batch: 1, leaseMs: 60_000 });
    expect(nextDueAt).toBeLessThanOrEqual(Date.now() + 5_000);
  });

  test.each([{ outcome: 'retry', dueAt: 1 }, { outcome: 'dead' }, { outcome: 'delivered' }] as const)('leave a request to the one that has claimed it last: $outcome by a slow one changes nothing', async (late) => {
    const [slow, quick] = [await opened(), await opened()];
    await slow.append([arrivalOf('m1')]);
    const request = await claimOne(slow, 1);
    await until(async () => (await quick.claim({ destination: 'n8n', requests: 1, batch: 1, leaseMs: 60_000 })).requests.length === 1);
    await slow.settle({ webhookId: request.webhookId, attemptNumber: 1, attempt: failed, ...late });
    expect((await slow.claim({ destination: 'n8n', requests: 1, batch: 1, leaseMs: 60_000 })).requests).toEqual([]);
    await quick.settle(settling({ ...request, attempt: 2 }));
    expect(await slow.event(request.events[0]?.key ?? '')).toMatchObject({ forwards: [{ status: 'delivered', attempts: 1 }], attempts: [{ status: 200 }] });
    expect(await slow.counts()).toMatchObject({ forwards: [{ status: 'delivered', count: 1 }] });
  });

  test('prune and erase at the same time, and count each event once', async () => {
    const two = await Promise.all([opened(), opened()]);
    const appended = (await two[0]?.append(arrivalsOf(300, { receivedAt: 1_000, destinations: [] }))) ?? [];
    const removed = await Promise.all([
      ...two.map((store) => store.prune({ olderThan: 2_000 })),
      ...two.map((store) => store.erase(appended.slice(100, 200).map(({ key }) => key))),
    ]);
    expect(removed.reduce((sum, one) => sum + one, 0)).toBe(300);
    expect(await two[0]?.counts()).toEqual({ events: 0, bytes: 0, forwards: [] });
  });
});

describe('a database that goes away', () => {
  /** Appends without pause, and notes what was acknowledged. */
  function barrage(store: Store): { readonly acknowledged: Map<string, Appended>; readonly refused: unknown[]; readonly end: () => Promise<void> } {
    const acknowledged = new Map<string, Appended>();
    const refused: unknown[] = [];
    let going = true;
    const worker = async (name: number): Promise<void> => {
      for (let index = 0; going; index++) {
        const id = `${name}-${index}`;
        await store.append([arrivalOf(id)]).then(
          ([appended]) => void (appended !== undefined && acknowledged.set(id, appended)),
          async (error: unknown) => {
            refused.push(error);
            await new Promise((resolve) => setTimeout(resolve, 20));
          },
        );
      }
    };
    const workers = Array.from({ length: 16 }, (_, name) => worker(name));
    return {
      acknowledged,
      refused,
      end: async () => {
        going = false;
        await Promise.all(workers);
      },
    };
  }

  async function expectAllKept(acknowledged: ReadonlyMap<string, Appended>): Promise<void> {
    const kept = new Set((await ask<{ seq: string }>('SELECT seq FROM chathooks.events')).map(({ seq }) => seq));
    expect([...acknowledged.values()].filter(({ key }) => !kept.has(key))).toEqual([]);
    // Each with its forward, and each forward with its job.
    const [numbers] = await ask<{ events: number; forwards: number; jobs: number }>(
      "SELECT (SELECT count(*)::int FROM chathooks.events) AS events, (SELECT count(*)::int FROM chathooks.forwards) AS forwards, (SELECT count(*)::int FROM chathooks_jobs.job) AS jobs",
    );
    expect([numbers?.forwards, numbers?.jobs]).toEqual([numbers?.events, numbers?.events]);
  }

  test('for a restart loses nothing that was acknowledged, and is used again by itself', async () => {
    const { crash, start } = server();
    if (crash === undefined || start === undefined) return;
    const store = await opened();
    const { acknowledged, refused, end } = barrage(store);
    await until(() => acknowledged.size > 100);
    await crash();
    await until(() => refused.length > 0);
    await expect(store.check()).rejects.toMatchObject({ name: 'StoreError', code: 'store_unavailable' });
    await expect(store.counts()).rejects.toMatchObject({ code: 'store_unavailable' });
    await start();
    const before = acknowledged.size;
    await until(() => acknowledged.size > before + 100);
    await end();
    await expect(store.check()).resolves.toBeUndefined();
    for (const error of refused) expect(error).toBeInstanceOf(StoreError);
    for (const error of refused) expect(error).toMatchObject({ code: 'store_unavailable' });
    await expectAllKept(acknowledged);
  }, 60_000);

  test('connection by connection loses nothing that was acknowledged', async () => {
    const store = await opened();
    store.watchDestinations(() => undefined);
    const { acknowledged, refused, end } = barrage(store);
    for (let round = 1; round <= 8; round++) {
      await until(() => acknowledged.size > round * 60);
      await killAll();
    }
    await end();
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) expect(error).toMatchObject({ name: 'StoreError', code: 'store_unavailable' });
    await until(() => store.check().then(() => true, () => false));
    await expectAllKept(acknowledged);
    // Nothing is sent twice, though commits were cut off: what is kept is claimed once.
    const sent = await drain(store);
    expect(new Set(sent).size).toBe(sent.length);
  }, 60_000);

  test('for good does not keep a receiver from ending', async () => {
    const { crash, start } = server();
    if (crash === undefined || start === undefined) return;
    const store = await opened();
    await store.append([arrivalOf('m1')]);
    await crash();
    await store.close();
    await start();
  }, 60_000);
});
