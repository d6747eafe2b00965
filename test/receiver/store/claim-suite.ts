import type { OutgoingRequest } from '../../../receiver/store/store';
import { arrivalOf, arrivalsOf } from './arrival';
import { claim, claimOne, failed, LEASE } from './claims';
import type { OpenStoreForTest } from './suite';
import { until } from './until';

/** Claims and leases. */
export function claimSuite(open: OpenStoreForTest): void {
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
      await store.settle({ webhookId: first.webhookId, attemptNumber: first.attempt, attempt: failed, outcome: 'retry', dueAt: Date.now() - 1_000 });
      const fresh = (await store.claim({ destination: 'n8n', requests: 1, batch: 1, leaseMs: LEASE, freshFirst: true })).requests;
      expect(fresh.map(({ attempt, webhookId }) => [attempt, webhookId === first.webhookId])).toEqual([[1, false]]);
      expect((await claimOne(store)).webhookId).toBe(first.webhookId);
      // Where nothing is new, repeats are better than nothing.
      await claimOne(store);
      await store.settle({ webhookId: first.webhookId, attemptNumber: 2, attempt: failed, outcome: 'retry', dueAt: Date.now() - 1_000 });
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
}
