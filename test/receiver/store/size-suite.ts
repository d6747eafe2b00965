import type { Store } from '../../../receiver/store/store';
import { arrivalOf, arrivalsOf } from './arrival';
import type { OpenStoreForTest } from './suite';

/** How much is kept, and what goes when that is too much. */
export function sizeSuite(open: OpenStoreForTest): void {
  describe('the size of what is kept', () => {
    const sizeOf = (event: string, body: Uint8Array): number => Buffer.byteLength(event) + body.length;

    test('is that of events and bodies, in bytes, a body counted once for its delivery', async () => {
      const { store, reopen } = await open();
      const delivery = { body: Buffer.alloc(1_000), headers: [], issues: [] };
      const arrivals = [arrivalOf('a', delivery), arrivalOf('b', { ...delivery, text: '\u{1f600}\u00e4' })];
      await store.append(arrivals);
      await store.append([arrivalOf('c')]);
      // A copy is not kept, and takes no room.
      await store.append([arrivalOf('c')]);
      const { event, body } = arrivalOf('c');
      const expected = arrivals.reduce((sum, one) => sum + Buffer.byteLength(one.event), 1_000) + sizeOf(event, body);
      expect((await store.counts()).bytes).toBe(expected);
      expect((await (await reopen()).counts()).bytes).toBe(expected);
    });

    test('shrinks by what is removed, by a body when the last event of its delivery goes', async () => {
      const { store } = await open();
      const delivery = { body: Buffer.alloc(1_000), headers: [], issues: [], destinations: [] };
      const [first, second] = [arrivalOf('a', { ...delivery, receivedAt: 1_000 }), arrivalOf('b', { ...delivery, receivedAt: 2_000 })];
      await store.append([first, second]);
      expect(await store.prune({ olderThan: 1_500 })).toBe(1);
      expect((await store.counts()).bytes).toBe(sizeOf(second.event, second.body));
      expect(await store.prune({ olderThan: 2_500 })).toBe(1);
      expect((await store.counts()).bytes).toBe(0);
    });
  });

  describe('retention by size', () => {
    const pruneAll = async (store: Store, keepBytes: number, known?: readonly string[]): Promise<number> => {
      let total = 0;
      for (let removed = -1; removed !== 0; total += removed) removed = await store.prune({ olderThan: 0, keepBytes, ...(known === undefined ? {} : { known }) });
      return total;
    };
    const idsOf = async (store: Store): Promise<readonly string[]> => (await store.events({ limit: 500 })).map(({ event }) => (JSON.parse(event) as { id: string }).id);

    test('removes the oldest until the rest fits, and no more', async () => {
      const { store } = await open();
      for (const arrival of arrivalsOf(10, { destinations: [], text: 'x'.repeat(1_000) })) await store.append([arrival]);
      const { bytes } = await store.counts();
      expect(await pruneAll(store, bytes)).toBe(0);
      expect(await pruneAll(store, Math.floor(bytes * 0.55))).toBe(5);
      expect(await idsOf(store)).toEqual(['m9', 'm8', 'm7', 'm6', 'm5']);
      expect((await store.counts()).bytes).toBe(bytes / 2);
      // What was removed is known still.
      expect((await store.append([arrivalOf('m0', { destinations: [] })]))[0]?.duplicate).toBe(true);
      expect(await pruneAll(store, 0)).toBe(5);
      expect(await store.counts()).toEqual({ events: 0, bytes: 0, forwards: [] });
    });

    test('passes by what is pending, unless it is for nobody that there is', async () => {
      const { store } = await open();
      for (const [index, arrival] of arrivalsOf(6).entries()) await store.append([{ ...arrival, destinations: index < 2 ? ['n8n'] : index < 4 ? ['gone'] : [] }]);
      expect(await pruneAll(store, 0, ['n8n', 'gone'])).toBe(2);
      expect(await idsOf(store)).toEqual(['m3', 'm2', 'm1', 'm0']);
      expect(await pruneAll(store, 0, ['n8n'])).toBe(2);
      expect(await idsOf(store)).toEqual(['m1', 'm0']);
    });

    test('goes along with age: what is too old goes whatever room there is', async () => {
      const { store } = await open();
      await store.append([arrivalOf('old', { destinations: [], receivedAt: 1_000 })]);
      await store.append([arrivalOf('recent', { destinations: [], receivedAt: 3_000 })]);
      expect(await store.prune({ olderThan: 2_000, keepBytes: 1_000_000 })).toBe(1);
      expect(await store.prune({ olderThan: 2_000, keepBytes: 1_000_000 })).toBe(0);
      expect(await idsOf(store)).toEqual(['recent']);
    });

    test('begins with the oldest each time, whatever it looked at before', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(2_100, { destinations: [] }));
      const { bytes } = await store.counts();
      expect(await store.prune({ olderThan: 0, keepBytes: bytes - 1 })).toBe(1);
      expect(await store.prune({ olderThan: 0, keepBytes: bytes - 500 })).toBeGreaterThan(0);
      const left = (await store.events({ limit: 3_000 })).map(({ key }) => BigInt(key));
      expect(left.every((key, index) => index === 0 || key === (left[index - 1] ?? 0n) - 1n)).toBe(true);
    });

    test('removes thousands, some at a time', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(3_000, { destinations: [] }));
      const { bytes } = await store.counts();
      expect(await pruneAll(store, Math.ceil(bytes / 3))).toBeGreaterThanOrEqual(1_990);
      const left = await store.counts();
      expect(left.bytes).toBeLessThanOrEqual(Math.ceil(bytes / 3));
      expect(left.bytes).toBeGreaterThan(bytes / 3 - 1_000);
    }, 30_000);
  });
}
