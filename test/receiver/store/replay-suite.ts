import type { Store } from '../../../receiver/store/store';
import { arrivalOf, arrivalsOf } from './arrival';
import { claim, claimOne, failed, LEASE, ok } from './claims';
import type { OpenStoreForTest } from './suite';

/** Forwarding once more. */
export function replaySuite(open: OpenStoreForTest): void {
  describe('once more', () => {
    const settledOne = async (store: Store, outcome: 'delivered' | 'dead'): Promise<{ key: string; webhookId: string }> => {
      const request = await claimOne(store);
      await store.settle({ webhookId: request.webhookId, attemptNumber: request.attempt, attempt: outcome === 'dead' ? failed : ok, outcome });
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
      await store.settle({ webhookId: again.webhookId, attemptNumber: again.attempt, attempt: { ...ok, at: ok.at + 10 }, outcome: 'delivered' });
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
        await store.settle({ webhookId: request?.webhookId ?? '', attemptNumber: 1, attempt: failed, outcome: 'dead' });
      }
      expect(await store.redrive('nobody')).toEqual({ count: 0, destinations: [] });
      expect(await store.redrive('crm')).toEqual({ count: 1, destinations: ['crm'] });
      expect((await store.forwards({ status: 'dead', limit: 9 })).map(({ destination }) => destination)).toEqual(['n8n']);
    });

    test('a redrive takes thousands', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(2_500));
      const { requests } = await claim(store, 30, 100);
      await Promise.all(requests.map(({ webhookId }) => store.settle({ webhookId, attemptNumber: 1, attempt: failed, outcome: 'dead' })));
      expect(await store.redrive()).toEqual({ count: 2_500, destinations: ['n8n'] });
      expect((await store.counts()).forwards).toEqual([{ destination: 'n8n', status: 'pending', count: 2_500 }]);
    });
  });
}
