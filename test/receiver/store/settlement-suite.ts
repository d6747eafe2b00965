import type { Claimed } from '../../../receiver/store/store';
import { arrivalOf, arrivalsOf } from './arrival';
import { claim, claimOne, failed, ok } from './claims';
import type { OpenStoreForTest } from './suite';
import { until } from './until';

/** What becomes of a request. */
export function settlementSuite(open: OpenStoreForTest): void {
  describe('a settlement', () => {
    test('delivered ends a request, and its attempt is kept', async () => {
      const { store } = await open();
      const [appended] = await store.append([arrivalOf('m1')]);
      const { webhookId } = await claimOne(store);
      await store.settle({ webhookId, attemptNumber: 1, attempt: ok, outcome: 'delivered' });
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
      await store.settle({ webhookId, attemptNumber: 1, attempt: failed, outcome: 'retry', dueAt });
      expectNothingBefore(dueAt, await claim(store), shared);
      expect((await store.forwards({ status: 'pending', limit: 9 })).map(({ attempts, lastAttempt }) => [attempts, lastAttempt])).toEqual([[1, failed], [1, failed]]);
    });

    test('retry in the past comes before what is new', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(2));
      const request = await claimOne(store);
      await store.settle({ webhookId: request.webhookId, attemptNumber: request.attempt, attempt: failed, outcome: 'retry', dueAt: Date.now() - 1 });
      expect((await claim(store, 1)).requests).toEqual([{ ...request, attempt: 2 }]);
      await store.settle({ webhookId: request.webhookId, attemptNumber: 2, attempt: ok, outcome: 'delivered' });
      expect((await store.event(request.events[0]?.key ?? ''))?.attempts.map(({ error, status }) => error ?? status)).toEqual(['timeout', 200]);
    });

    test('a wait is kept when the store is opened again', async () => {
      const { store, shared, reopen } = await open();
      await store.append([arrivalOf('m1')]);
      const { webhookId } = await claimOne(store);
      const dueAt = Date.now() + 60_000;
      await store.settle({ webhookId, attemptNumber: 1, attempt: failed, outcome: 'retry', dueAt });
      expectNothingBefore(dueAt, await claim(await reopen()), shared);
    });

    test('dead makes dead letters of all that the request carries', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(3));
      const [request] = (await claim(store, 1, 2)).requests;
      await store.settle({ webhookId: request?.webhookId ?? '', attemptNumber: 1, attempt: { at: 5, latencyMs: 1, status: 500, answer: 'x'.repeat(10_000) }, outcome: 'dead' });
      const dead = await store.forwards({ status: 'dead', limit: 9 });
      expect(dead.map(({ id }) => id)).toEqual(['m1', 'm0']);
      expect(dead[0]?.lastAttempt).toEqual({ at: 5, latencyMs: 1, status: 500, answer: 'x'.repeat(2_048) });
      expect((await claim(store)).requests).toHaveLength(1);
    });

    test('of a request that is settled or unknown changes nothing', async () => {
      const { store } = await open();
      await store.append([arrivalOf('m1')]);
      const { webhookId } = await claimOne(store);
      await store.settle({ webhookId, attemptNumber: 1, attempt: ok, outcome: 'delivered' });
      await store.settle({ webhookId, attemptNumber: 1, attempt: failed, outcome: 'dead' });
      await store.settle({ webhookId, attemptNumber: 1, attempt: failed, outcome: 'retry', dueAt: 1 });
      await store.settle({ webhookId: 'msg_unknown', attemptNumber: 1, attempt: failed, outcome: 'dead' });
      expect((await store.forwards({ limit: 9 })).map(({ status, attempts }) => [status, attempts])).toEqual([['delivered', 1]]);
      expect((await claim(store)).requests).toEqual([]);
    });

    test('that comes after its lease ran out counts, as long as nobody has claimed the request since', async () => {
      const { store } = await open();
      await store.append([arrivalOf('m1')]);
      const [{ webhookId } = { webhookId: '' }] = (await claim(store, 1, 1, 0)).requests;
      await store.settle({ webhookId, attemptNumber: 1, attempt: ok, outcome: 'delivered' });
      expect((await store.forwards({ limit: 9 })).map(({ status, attempts }) => [status, attempts])).toEqual([['delivered', 1]]);
    });

    test('is of one attempt: said twice, it counts once', async () => {
      const { store } = await open();
      await store.append([arrivalOf('m1')]);
      const { webhookId } = await claimOne(store);
      for (const dueAt of [Date.now() + 60_000, Date.now() - 1]) await store.settle({ webhookId, attemptNumber: 1, attempt: failed, outcome: 'retry', dueAt });
      expect((await claim(store)).requests).toEqual([]);
      expect((await store.forwards({ limit: 9 })).map(({ status, attempts }) => [status, attempts])).toEqual([['pending', 1]]);
    });

    test.each([{ outcome: 'retry', dueAt: 1 }, { outcome: 'dead' }, { outcome: 'delivered' }] as const)('$outcome of an attempt whose request was claimed anew changes nothing', async (late) => {
      const { store } = await open();
      const [appended] = await store.append([arrivalOf('m1')]);
      const [{ webhookId } = { webhookId: '' }] = (await claim(store, 1, 1, 1)).requests;
      await until(async () => (await claim(store)).requests.some(({ attempt }) => attempt === 2));
      await store.settle({ webhookId, attemptNumber: 1, attempt: failed, ...late });
      // It is not due, and not ended: whoever holds it now decides.
      expect((await claim(store)).requests).toEqual([]);
      expect((await store.forwards({ limit: 9 })).map(({ status }) => status)).toEqual(['pending']);
      await store.settle({ webhookId, attemptNumber: 2, attempt: ok, outcome: 'delivered' });
      expect(await store.event(appended?.key ?? '')).toMatchObject({ forwards: [{ status: 'delivered', attempts: 1 }], attempts: [{ status: 200 }] });
      expect(await store.counts()).toMatchObject({ forwards: [{ status: 'delivered', count: 1 }] });
    });
  });
}

/** A store that others have open too is looked at again before, for what they may leave behind. */
function expectNothingBefore(dueAt: number, { requests, nextDueAt = 0 }: Claimed, shared: true | undefined): void {
  expect(requests).toEqual([]);
  if (shared === true) expect(nextDueAt).toBeLessThanOrEqual(dueAt);
  else expect(nextDueAt).toBe(dueAt);
}
