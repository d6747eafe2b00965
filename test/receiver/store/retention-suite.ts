import { providers } from '../../../providers';
import type { Provider } from '../../../providers/provider';
import { arrivalOf, arrivalsOf } from './arrival';
import type { OpenStoreForTest } from './suite';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What goes by its age, and what is known of it afterwards. */
export function retentionSuite(open: OpenStoreForTest): void {
  describe('retention', () => {
    test('removes old events, and knows their duplicates still', async () => {
      const { store } = await open();
      await store.append([arrivalOf('old', { receivedAt: Date.now() - 2 * DAY, destinations: [] })]);
      const [recent] = await store.append([arrivalOf('recent', { destinations: [] })]);
      expect(await store.prune({ olderThan: Date.now() - DAY })).toBe(1);
      expect(await store.prune({ olderThan: Date.now() - DAY })).toBe(0);
      expect((await store.events({ limit: 9 })).map(({ key }) => key)).toEqual([recent?.key]);
      expect((await store.append([arrivalOf('old', { destinations: [] })]))[0]?.duplicate).toBe(true);
      expect((await store.append([arrivalOf('old', { hook: 'sales' })]))[0]).toMatchObject({ duplicate: true, destinations: [] });
      expect(await store.counts()).toEqual({ events: 1, bytes: expect.any(Number), forwards: [] });
    });

    test('leaves what is pending, and takes it with its attempts when it is not', async () => {
      const { store } = await open();
      await store.append([arrivalOf('m1', { receivedAt: 1_000 })]);
      expect(await store.prune({ olderThan: Date.now() })).toBe(0);
      const [request] = (await store.claim({ destination: 'n8n', requests: 1, batch: 1, leaseMs: HOUR })).requests;
      expect(await store.prune({ olderThan: Date.now() })).toBe(0);
      await store.settle({ webhookId: request?.webhookId ?? '', attemptNumber: 1, attempt: { at: 1, latencyMs: 1, status: 200 }, outcome: 'delivered' });
      expect(await store.prune({ olderThan: Date.now() + HOUR })).toBe(1);
      expect(await store.counts()).toEqual({ events: 0, bytes: 0, forwards: [] });
      expect(await store.forwards({ limit: 9 })).toEqual([]);
    });

    test('is not held up by what is pending for destinations that are no more', async () => {
      const { store } = await open();
      await store.append([arrivalOf('gone', { receivedAt: 1_000, destinations: ['gone'] }), arrivalOf('both', { receivedAt: 1_000, destinations: ['gone', 'n8n'] })]);
      await store.claim({ destination: 'gone', requests: 1, batch: 1, leaseMs: HOUR });
      expect(await store.prune({ olderThan: 2_000 })).toBe(0);
      expect(await store.prune({ olderThan: 2_000, known: ['n8n', 'gone'] })).toBe(0);
      expect(await store.prune({ olderThan: 2_000, known: ['n8n'] })).toBe(1);
      expect((await store.forwards({ limit: 9 })).map(({ id, destination }) => [id, destination])).toEqual([['both', 'n8n'], ['both', 'gone']]);
      expect(await store.prune({ olderThan: 2_000, known: [] })).toBe(1);
      expect(await store.counts()).toEqual({ events: 0, bytes: 0, forwards: [] });
    });

    test('is not ended by an event that came while the clock was wrong', async () => {
      const { store } = await open();
      const [future] = await store.append([arrivalOf('future', { receivedAt: Date.UTC(2040, 0), destinations: [] })]);
      await store.append(arrivalsOf(3, { receivedAt: 1_000, destinations: [] }));
      expect(await store.prune({ olderThan: 2_000 })).toBe(3);
      expect(await store.prune({ olderThan: 2_000 })).toBe(0);
      expect((await store.events({ limit: 9 })).map(({ key }) => key)).toEqual([future?.key]);
    });

    test('leaves what is held back its attempts at other destinations, those from before a replay too', async () => {
      const { store } = await open();
      const [held] = await store.append([arrivalOf('held', { receivedAt: 1_000, destinations: ['n8n', 'crm'] })]);
      const [gone] = await store.append([arrivalOf('gone', { receivedAt: 1_000, destinations: ['crm'] })]);
      const settleAll = async (): Promise<void> => {
        for (const { webhookId, attempt: attemptNumber } of (await store.claim({ destination: 'crm', requests: 9, batch: 1, leaseMs: HOUR })).requests) {
          await store.settle({ webhookId, attemptNumber, attempt: { at: 1, latencyMs: 1, status: 200 }, outcome: 'delivered' });
        }
      };
      await settleAll();
      await store.replay(held?.key ?? '', ['crm']);
      await settleAll();
      expect(await store.prune({ olderThan: Date.now() + HOUR })).toBe(1);
      expect(await store.event(gone?.key ?? '')).toBeUndefined();
      expect((await store.event(held?.key ?? ''))?.attempts.map(({ destination }) => destination)).toEqual(['crm', 'crm']);
    });

    test('removes part of a delivery without harming the rest', async () => {
      const { store } = await open();
      const delivery = { body: Buffer.from('[1,2]'), headers: [], issues: [], receivedAt: 1_000 };
      const [, second] = await store.append([arrivalOf('a', { ...delivery, destinations: [] }), arrivalOf('b', delivery)]);
      expect(await store.prune({ olderThan: Date.now() })).toBe(1);
      expect(Buffer.from((await store.event(second?.key ?? ''))?.body ?? []).toString()).toBe('[1,2]');
    });
  });

  describe('what was removed is still known', () => {
    const horizons = Object.values(providers).flatMap(({ name, retries }: Provider) => (retries === undefined ? [] : [[name, retries.lastAfterSeconds * 1_000] as const]));
    const longest = Math.max(...horizons.map(([, ms]) => ms));

    test('there are providers that say how long they repeat a delivery', () => {
      expect(longest).toBeGreaterThanOrEqual(16 * 60_000);
    });

    test.each(['age', 'size'])('for longer than any provider repeats it, when it went by its %s', async (why) => {
      const { store } = await open();
      const receivedAt = Date.now() - 400 * DAY;
      await store.append([arrivalOf('m1', { receivedAt, destinations: [] })]);
      const removed = why === 'age' ? store.prune({ olderThan: receivedAt + 1 }) : store.prune({ olderThan: receivedAt, keepBytes: 0 });
      expect(await removed).toBe(1);
      // Twice the longest, and a week for a queue that was stuck or a person who presses "resend".
      await store.prune({ olderThan: receivedAt + 2 * longest + 7 * DAY });
      expect((await store.append([arrivalOf('m1')]))[0]).toMatchObject({ duplicate: true, destinations: [] });
    });

    test('but not for ever', async () => {
      const { store } = await open();
      const receivedAt = Date.now() - 400 * DAY;
      await store.append([arrivalOf('m1', { receivedAt, destinations: [] })]);
      while ((await store.prune({ olderThan: receivedAt + 200 * DAY })) > 0);
      expect((await store.append([arrivalOf('m1')]))[0]?.duplicate).toBe(false);
    });
  });
}
