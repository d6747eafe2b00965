import type { Attempt, Claimed, OutgoingRequest, Store } from '../../../receiver/store/store';
import { arrivalOf, arrivalsOf } from './arrival';
import type { OpenStoreForTest } from './suite';
import { until } from './until';

const LEASE = 60_000;
const ok: Attempt = { at: 1_763_000_000_000, latencyMs: 12.5, status: 200, answer: 'thanks' };
const failed: Attempt = { at: 1_762_999_999_000, latencyMs: 3, error: 'timeout' };

/** Claims, leases, settlements, replays. */
export function forwardingSuite(open: OpenStoreForTest): void {
  const claim = (store: Store, requests = 100, batch = 1, leaseMs = LEASE): Promise<Claimed> => store.claim({ destination: 'n8n', requests, batch, leaseMs });
  const claimOne = async (store: Store): Promise<OutgoingRequest> => {
    const [request] = (await claim(store, 1)).requests;
    if (request === undefined) throw new Error('nothing to claim');
    return request;
  };

  describe('a claim', () => {
    test('takes the oldest events first, and not more than asked for', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(5));
      const { requests } = await claim(store, 2, 2);
      expect(requests.map(({ events }) => events.map(({ event }) => (JSON.parse(event) as { id: string }).id))).toEqual([['m0', 'm1'], ['m2', 'm3']]);
      expect(requests.map(({ attempt, destination }) => [attempt, destination])).toEqual([[1, 'n8n'], [1, 'n8n']]);
      expect((await claim(store, 2, 2)).requests.map(({ events }) => events.length)).toEqual([1]);
    });

    test('takes repeats first, or what was never tried when that is asked for', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(3));
      const first = await claimOne(store);
      await store.settle({ webhookId: first.webhookId, attempt: failed, outcome: 'retry', dueAt: Date.now() - 1_000 });
      const fresh = (await store.claim({ destination: 'n8n', requests: 1, batch: 1, leaseMs: LEASE, freshFirst: true })).requests;
      expect(fresh.map(({ attempt, webhookId }) => [attempt, webhookId === first.webhookId])).toEqual([[1, false]]);
      expect((await claimOne(store)).webhookId).toBe(first.webhookId);
      // Where nothing is new, repeats are better than nothing.
      await claimOne(store);
      await store.settle({ webhookId: first.webhookId, attempt: failed, outcome: 'retry', dueAt: Date.now() - 1_000 });
      expect((await store.claim({ destination: 'n8n', requests: 5, batch: 1, leaseMs: LEASE, freshFirst: true })).requests.map(({ webhookId }) => webhookId)).toEqual([first.webhookId]);
    });

    test('forwards events byte for byte', async () => {
      const { store } = await open();
      const arrival = arrivalOf('m1', { text: '\u0000\ud800 \u{1f600} "' });
      const [appended] = await store.append([arrival]);
      expect((await claimOne(store)).events).toEqual([{ key: appended?.key, event: arrival.event }]);
    });

    test('is of one destination', async () => {
      const { store } = await open();
      await store.append([arrivalOf('m1', { destinations: ['crm'] })]);
      expect((await claim(store)).requests).toEqual([]);
    });

    test('of nothing tells nothing of a next time, unless others may bring something', async () => {
      const { store, shared } = await open();
      expect(await claim(store)).toEqual({ requests: [], ...(shared === true ? { nextDueAt: expect.any(Number) } : {}) });
    });

    test('shares nothing with another at the same time', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(100));
      const claims = await Promise.all(Array.from({ length: 20 }, () => claim(store, 3, 3)));
      const requests = claims.flatMap((one) => one.requests);
      expect(new Set(requests.flatMap(({ events }) => events.map(({ key }) => key))).size).toBe(100);
      expect(requests.flatMap(({ events }) => events)).toHaveLength(100);
      expect(new Set(requests.map(({ webhookId }) => webhookId)).size).toBe(requests.length);
    });

    test('names its requests so that nobody guesses or repeats them', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(2));
      for (const { webhookId } of (await claim(store)).requests) expect(webhookId).toMatch(/^msg_[0-9A-Za-z]{24,60}$/);
    });

    test('holds until its lease ends', async () => {
      const { store, shared } = await open();
      await store.append(arrivalsOf(3));
      const before = Date.now();
      const { nextDueAt } = await claim(store, 1, 3);
      expect(nextDueAt).toBeLessThanOrEqual(Date.now() + LEASE);
      if (shared !== true) expect(nextDueAt).toBeGreaterThanOrEqual(before + LEASE);
      expect((await claim(store)).requests).toEqual([]);
    });

    test('falls due when its lease ends, as it was', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(3));
      const [first] = (await claim(store, 1, 3, 1)).requests;
      await store.append([arrivalOf('m9')]);
      const claimed: OutgoingRequest[] = [];
      await until(async () => claimed.push(...(await claim(store, 1, 100)).requests) === 2);
      expect(claimed.find(({ webhookId }) => webhookId === first?.webhookId)).toEqual({ ...first, attempt: 2 });
      expect(claimed.find(({ webhookId }) => webhookId !== first?.webhookId)?.events).toEqual([{ key: expect.any(String), event: expect.stringContaining('"m9"') }]);
    });

    test('of a process that ended is due at once, as it was cut, under the same webhook-id', async () => {
      const { store, reopen } = await open();
      await store.append(arrivalsOf(5));
      const { requests } = await claim(store, 2, 2);
      const again = await reopen();
      await again.append([arrivalOf('m9')]);
      const repeats = (await claim(again, 2, 100)).requests;
      const byId = (one: OutgoingRequest, other: OutgoingRequest): number => one.webhookId.localeCompare(other.webhookId);
      expect([...repeats].sort(byId)).toEqual(requests.map((request) => ({ ...request, attempt: 2 })).sort(byId));
    });
  });

  describe('a settlement', () => {
    test('delivered ends a request, and its attempt is kept', async () => {
      const { store } = await open();
      const [appended] = await store.append([arrivalOf('m1')]);
      const { webhookId } = await claimOne(store);
      await store.settle({ webhookId, attempt: ok, outcome: 'delivered' });
      expect((await claim(store)).requests).toEqual([]);
      const kept = await store.event(appended?.key ?? '');
      expect(kept?.forwards).toEqual([{ destination: 'n8n', status: 'delivered', attempts: 1 }]);
      expect(kept?.attempts).toEqual([{ ...ok, destination: 'n8n', webhookId }]);
    });

    test('retry makes the request due at its time, with the same webhook-id and the next attempt', async () => {
      const { store, shared } = await open();
      await store.append(arrivalsOf(2));
      const [request] = (await claim(store, 1, 2)).requests;
      const webhookId = request?.webhookId ?? '';
      const dueAt = Date.now() + 60_000;
      await store.settle({ webhookId, attempt: failed, outcome: 'retry', dueAt });
      expectNothingBefore(dueAt, await claim(store), shared);
      expect((await store.forwards({ status: 'pending', limit: 9 })).map(({ attempts, lastAttempt }) => [attempts, lastAttempt])).toEqual([[1, failed], [1, failed]]);
    });

    test('retry in the past comes before what is new', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(2));
      const request = await claimOne(store);
      await store.settle({ webhookId: request.webhookId, attempt: failed, outcome: 'retry', dueAt: Date.now() - 1 });
      expect((await claim(store, 1)).requests).toEqual([{ ...request, attempt: 2 }]);
      await store.settle({ webhookId: request.webhookId, attempt: ok, outcome: 'delivered' });
      expect((await store.event(request.events[0]?.key ?? ''))?.attempts.map(({ error, status }) => error ?? status)).toEqual(['timeout', 200]);
    });

    test('a wait is kept when the store is opened again', async () => {
      const { store, shared, reopen } = await open();
      await store.append([arrivalOf('m1')]);
      const { webhookId } = await claimOne(store);
      const dueAt = Date.now() + 60_000;
      await store.settle({ webhookId, attempt: failed, outcome: 'retry', dueAt });
      expectNothingBefore(dueAt, await claim(await reopen()), shared);
    });

    test('dead makes dead letters of all that the request carries', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(3));
      const [request] = (await claim(store, 1, 2)).requests;
      await store.settle({ webhookId: request?.webhookId ?? '', attempt: { at: 5, latencyMs: 1, status: 500, answer: 'x'.repeat(10_000) }, outcome: 'dead' });
      const dead = await store.forwards({ status: 'dead', limit: 9 });
      expect(dead.map(({ id }) => id)).toEqual(['m1', 'm0']);
      expect(dead[0]?.lastAttempt).toEqual({ at: 5, latencyMs: 1, status: 500, answer: 'x'.repeat(2_048) });
      expect((await claim(store)).requests).toHaveLength(1);
    });

    test('of a request that is settled or unknown changes nothing', async () => {
      const { store } = await open();
      await store.append([arrivalOf('m1')]);
      const { webhookId } = await claimOne(store);
      await store.settle({ webhookId, attempt: ok, outcome: 'delivered' });
      await store.settle({ webhookId, attempt: failed, outcome: 'dead' });
      await store.settle({ webhookId, attempt: failed, outcome: 'retry', dueAt: 1 });
      await store.settle({ webhookId: 'msg_unknown', attempt: failed, outcome: 'dead' });
      expect((await store.forwards({ limit: 9 })).map(({ status, attempts }) => [status, attempts])).toEqual([['delivered', 1]]);
      expect((await claim(store)).requests).toEqual([]);
    });

    test('that comes late, after its lease ran out, counts', async () => {
      const { store } = await open();
      await store.append([arrivalOf('m1')]);
      const [{ webhookId } = { webhookId: '' }] = (await claim(store, 1, 1, 1)).requests;
      await until(async () => (await claim(store)).requests.length === 1);
      await store.settle({ webhookId, attempt: failed, outcome: 'retry', dueAt: Date.now() });
      await store.settle({ webhookId, attempt: ok, outcome: 'delivered' });
      expect((await store.forwards({ limit: 9 })).map(({ status, attempts }) => [status, attempts])).toEqual([['delivered', 2]]);
    });
  });

  describe('once more', () => {
    const settledOne = async (store: Store, outcome: 'delivered' | 'dead'): Promise<{ key: string; webhookId: string }> => {
      const request = await claimOne(store);
      await store.settle({ webhookId: request.webhookId, attempt: outcome === 'dead' ? failed : ok, outcome });
      return { key: request.events[0]?.key ?? '', webhookId: request.webhookId };
    };

    test('a replay forwards an event again under a new webhook-id, and keeps the attempts before it', async () => {
      const { store } = await open();
      await store.append([arrivalOf('m1')]);
      const { key, webhookId } = await settledOne(store, 'delivered');
      expect(await store.replay(key, ['n8n', 'crm'])).toBe(2);
      const again = await claimOne(store);
      expect(again.webhookId).not.toBe(webhookId);
      expect(again.attempt).toBe(1);
      await store.settle({ webhookId: again.webhookId, attempt: { ...ok, at: ok.at + 10 }, outcome: 'delivered' });
      const kept = await store.event(key);
      expect(kept?.attempts.map((attempt) => attempt.webhookId)).toEqual([webhookId, again.webhookId]);
      expect(kept?.forwards).toEqual([
        { destination: 'n8n', status: 'delivered', attempts: 2 },
        { destination: 'crm', status: 'pending', attempts: 0 },
      ]);
    });

    test('a replay leaves alone what is on its way, and does not know unknown events', async () => {
      const { store } = await open();
      const [appended] = await store.append([arrivalOf('m1')]);
      expect(await store.replay(appended?.key ?? '', ['n8n'])).toBe(0);
      await claimOne(store);
      expect(await store.replay(appended?.key ?? '', ['n8n'])).toBe(0);
      for (const key of ['0', '999', '99999999999999999999999', '-1', 'x', '']) expect(await store.replay(key, ['n8n'])).toBe(0);
    });

    test('a redrive makes dead letters pending under new webhook-ids, once', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(3));
      const dead = [await settledOne(store, 'dead'), await settledOne(store, 'dead')];
      await settledOne(store, 'delivered');
      expect(await store.redrive()).toEqual({ count: 2, destinations: ['n8n'] });
      expect(await store.redrive()).toEqual({ count: 0, destinations: [] });
      const { requests } = await claim(store);
      expect(requests.map(({ events }) => events[0]?.key)).toEqual(dead.map(({ key }) => key));
      for (const { webhookId } of requests) expect(dead.map((one) => one.webhookId)).not.toContain(webhookId);
      expect((await store.forwards({ status: 'pending', limit: 9 })).map(({ attempts, lastAttempt }) => [attempts, lastAttempt])).toEqual([[1, failed], [1, failed]]);
    });

    test('a redrive can be of one destination', async () => {
      const { store } = await open();
      await store.append([arrivalOf('m1', { destinations: ['n8n', 'crm'] })]);
      for (const destination of ['n8n', 'crm']) {
        const [request] = (await store.claim({ destination, requests: 1, batch: 1, leaseMs: LEASE })).requests;
        await store.settle({ webhookId: request?.webhookId ?? '', attempt: failed, outcome: 'dead' });
      }
      expect(await store.redrive('nobody')).toEqual({ count: 0, destinations: [] });
      expect(await store.redrive('crm')).toEqual({ count: 1, destinations: ['crm'] });
      expect((await store.forwards({ status: 'dead', limit: 9 })).map(({ destination }) => destination)).toEqual(['n8n']);
    });

    test('a redrive takes thousands', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(2_500));
      const { requests } = await claim(store, 30, 100);
      await Promise.all(requests.map(({ webhookId }) => store.settle({ webhookId, attempt: failed, outcome: 'dead' })));
      expect(await store.redrive()).toEqual({ count: 2_500, destinations: ['n8n'] });
      expect((await store.counts()).forwards).toEqual([{ destination: 'n8n', status: 'pending', count: 2_500 }]);
    });
  });
}

/** A store that others have open too is looked at again before, for what they may leave behind. */
function expectNothingBefore(dueAt: number, { requests, nextDueAt = 0 }: Claimed, shared: true | undefined): void {
  expect(requests).toEqual([]);
  if (shared === true) expect(nextDueAt).toBeLessThanOrEqual(dueAt);
  else expect(nextDueAt).toBe(dueAt);
}
