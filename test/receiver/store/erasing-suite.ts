import { erasePerson } from '../../../receiver/erasure/erase-person';
import type { Arrival, Attempt, Store } from '../../../receiver/store/store';
import { arrivalOf, arrivalsOf, type ArrivalParts } from './arrival';
import type { OpenStoreForTest } from './suite';

const ok: Attempt = { at: 1_763_000_000_000, latencyMs: 1, status: 200, answer: 'thanks, Ada' };
const failed: Attempt = { at: 1_763_000_000_000, latencyMs: 1, status: 500, answer: 'what do you want, Ada' };

/** What is removed for good, whatever waits for it. */
export function erasingSuite(open: OpenStoreForTest): void {
  const keep = async (store: Store, arrivals: readonly Arrival[]): Promise<readonly string[]> => (await store.append(arrivals)).map(({ key }) => key);
  const claim = (store: Store, batch: number) => store.claim({ destination: 'n8n', requests: 1, batch, leaseMs: 60_000 });

  describe('an erasure', () => {
    test('takes events away, with what was kept of their forwards', async () => {
      const { store, reopen } = await open();
      const keys = await keep(store, [arrivalOf('m1')]);
      await keep(store, [arrivalOf('m2')]);
      const [request] = (await claim(store, 1)).requests;
      await store.settle({ webhookId: request?.webhookId ?? '', attemptNumber: 1, attempt: ok, outcome: 'delivered' });
      expect(await store.erase(keys)).toBe(1);
      const again = await reopen();
      expect(await again.event(keys[0] ?? '')).toBeUndefined();
      expect((await again.forwards({ limit: 9 })).map(({ id }) => id)).toEqual(['m2']);
      expect(await again.counts()).toEqual({ events: 1, bytes: bytesOf(arrivalOf('m2')), forwards: [{ destination: 'n8n', status: 'pending', count: 1 }] });
    });

    test('takes what is pending, what is leased, what waits for a retry, and what is dead', async () => {
      const { store } = await open();
      const keys = await keep(store, arrivalsOf(4));
      const [dead, waiting] = (await store.claim({ destination: 'n8n', requests: 3, batch: 1, leaseMs: 60_000 })).requests;
      await store.settle({ webhookId: dead?.webhookId ?? '', attemptNumber: 1, attempt: failed, outcome: 'dead' });
      await store.settle({ webhookId: waiting?.webhookId ?? '', attemptNumber: 1, attempt: failed, outcome: 'retry', dueAt: Date.now() - 1 });
      expect(await store.erase(keys)).toBe(4);
      expect((await claim(store, 1)).requests).toEqual([]);
      expect(await store.redrive()).toEqual({ count: 0, destinations: [] });
      expect(await store.replay(keys[0] ?? '', ['n8n'])).toBe(0);
      expect(await store.counts()).toEqual({ events: 0, bytes: 0, forwards: [] });
    });

    test('takes the whole delivery: its body says what its other events say', async () => {
      const { store } = await open();
      const delivery: ArrivalParts = { body: Buffer.from('[1,2,3]'), headers: [], issues: [] };
      const keys = await keep(store, ['a', 'b', 'c'].map((id) => arrivalOf(id, delivery)));
      const others = await keep(store, [arrivalOf('d')]);
      expect(await store.erase(keys.slice(1, 2))).toBe(3);
      expect((await store.events({ limit: 9 })).map(({ key }) => key)).toEqual(others);
      expect((await store.counts()).bytes).toBe(bytesOf(arrivalOf('d')));
    });

    test('leaves the rest of a batch on its way, under the same webhook-id', async () => {
      const { store, reopen } = await open();
      const keys: string[] = [];
      for (const id of ['a', 'b', 'c']) keys.push(...(await keep(store, [arrivalOf(id)])));
      const [request] = (await claim(store, 3)).requests;
      expect(await store.erase(keys.slice(1, 2))).toBe(1);
      const [repeated] = (await (await reopen()).claim({ destination: 'n8n', requests: 1, batch: 3, leaseMs: 60_000 })).requests;
      expect(repeated).toMatchObject({ webhookId: request?.webhookId, attempt: 2 });
      expect(repeated?.events.map(({ key }) => key)).toEqual([keys[0], keys[2]]);
    });

    test('closes a request that carries nothing any more, whose settlement then changes nothing', async () => {
      const { store } = await open();
      const keys = await keep(store, arrivalsOf(2));
      const [request] = (await claim(store, 2)).requests;
      expect(await store.erase(keys)).toBe(2);
      await store.settle({ webhookId: request?.webhookId ?? '', attemptNumber: 1, attempt: failed, outcome: 'retry', dueAt: Date.now() - 1 });
      expect((await claim(store, 2)).requests).toEqual([]);
    });

    test('takes what destinations answered, for they may have quoted what they got', async () => {
      const { store } = await open();
      const [first = '', second = ''] = [...(await keep(store, [arrivalOf('a')])), ...(await keep(store, [arrivalOf('b')]))];
      const [request] = (await claim(store, 2)).requests;
      const webhookId = request?.webhookId ?? '';
      await store.settle({ webhookId, attemptNumber: 1, attempt: failed, outcome: 'retry', dueAt: Date.now() - 1 });
      expect((await claim(store, 2)).requests).toMatchObject([{ webhookId, attempt: 2 }]);
      expect(await store.erase([first])).toBe(1);
      await store.settle({ webhookId, attemptNumber: 2, attempt: { ...ok, at: ok.at + 1 }, outcome: 'delivered' });
      const kept = await store.event(second);
      expect(kept?.forwards).toEqual([{ destination: 'n8n', status: 'delivered', attempts: 2 }]);
      expect(kept?.attempts.map(({ status, answer }) => [status, answer])).toEqual([[500, undefined], [200, undefined]]);
    });

    test('is not undone by a repeat', async () => {
      const { store, reopen } = await open();
      const keys = await keep(store, [arrivalOf('m1')]);
      await store.erase(keys);
      const again = await reopen();
      expect((await again.append([arrivalOf('m1')]))[0]).toMatchObject({ duplicate: true, destinations: [] });
      expect((await again.append([arrivalOf('m1', { hook: 'sales' })]))[0]).toMatchObject({ duplicate: true, destinations: [] });
      expect(await again.counts()).toEqual({ events: 0, bytes: 0, forwards: [] });
    });

    test('passes by what is no key, and what is gone', async () => {
      const { store } = await open();
      const keys = await keep(store, [arrivalOf('m1')]);
      expect(await store.erase([])).toBe(0);
      expect(await store.erase(['0', '-1', 'x', '', '999999', '9'.repeat(40), "1' OR 1=1"])).toBe(0);
      expect(await store.erase([...keys, ...keys])).toBe(1);
      expect(await store.erase(keys)).toBe(0);
    });

    // More than the memory that those who search have: none of it is ever read whole.
    test('takes what is about a person, however much it is', async () => {
      const { store } = await open();
      for (let round = 0; round < 30; round++) await store.append(Array.from({ length: 10 }, (_, index) => long(`${round}-${index}`)));
      await keep(store, [arrivalOf('other')]);
      expect(await store.forwards({ limit: 501 })).toHaveLength(301);
      expect(await erasePerson(store, { id: 'ada' })).toEqual({ matched: 300, erased: 300, complete: true });
      expect((await store.counts()).events).toBe(1);
    }, 120_000);

    test('takes thousands while events arrive', async () => {
      const { store } = await open();
      const keys = await keep(store, arrivalsOf(2_500));
      const [erased, appended] = await Promise.all([store.erase(keys), store.append([arrivalOf('later')])]);
      expect(erased).toBe(2_500);
      expect((await store.events({ limit: 9 })).map(({ key }) => key)).toEqual(appended.map(({ key }) => key));
    }, 30_000);
  });
}

/** A message of a megabyte; in memory it takes twice as much, because of its last character. */
function long(id: string): Arrival {
  const arrival = arrivalOf(id);
  const text = `${'x'.repeat(1_000_000)}\u{1f600}`;
  return { ...arrival, event: JSON.stringify({ ...(JSON.parse(arrival.event) as object), data: { actor: { id: 'ada' }, raw: { text } } }) };
}

function bytesOf({ event, body }: Arrival): number {
  return Buffer.byteLength(event) + body.length;
}
