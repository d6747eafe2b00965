import { arrivalOf, arrivalsOf } from './arrival';
import type { OpenStoreForTest } from './suite';

/** The end. */
export function closingSuite(open: OpenStoreForTest): void {
  describe('the end', () => {
    test('waits for what was admitted, and refuses the rest', async () => {
      const { store, reopen } = await open();
      const admitted = arrivalsOf(500).map((arrival) => store.append([arrival]));
      const closed = store.close();
      await expect(store.append([arrivalOf('late')])).rejects.toMatchObject({ name: 'StoreError', code: 'store_closed' });
      await expect(store.events({ limit: 1 })).rejects.toMatchObject({ code: 'store_closed' });
      expect(await Promise.all(admitted)).toHaveLength(500);
      await closed;
      await store.close();
      expect((await (await reopen()).counts()).events).toBe(500);
    });

    test('is not there yet: a store that works says so', async () => {
      const { store } = await open();
      await expect(store.check()).resolves.toBeUndefined();
    });
  });
}
