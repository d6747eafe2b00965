import { arrivalOf } from './arrival';
import type { OpenStoreForTest } from './suite';

const HOUR = 3_600_000;

/** What is known already. */
export function duplicateSuite(open: OpenStoreForTest): void {
  describe('a duplicate', () => {
    test('is told from an event, one after the other', async () => {
      const { store } = await open();
      const [first] = await store.append([arrivalOf('m1')]);
      const [second] = await store.append([arrivalOf('m1')]);
      expect(second).toEqual({ key: first?.key, id: 'm1', duplicate: true, destinations: [] });
      expect((await store.counts()).events).toBe(1);
    });

    test('is told from an event, a hundred at once', async () => {
      const { store } = await open();
      const appended = (await Promise.all(Array.from({ length: 100 }, () => store.append([arrivalOf('m1')])))).flat();
      expect(appended.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
      expect(new Set(appended.map(({ key }) => key)).size).toBe(1);
      expect(await store.counts()).toEqual({ events: 1, bytes: expect.any(Number), forwards: [{ destination: 'n8n', status: 'pending', count: 1 }] });
    });

    test('is told from an event within one delivery', async () => {
      const { store } = await open();
      const appended = await store.append([arrivalOf('m1'), arrivalOf('m1'), arrivalOf('m2')]);
      expect(appended.map(({ duplicate }) => duplicate)).toEqual([false, true, false]);
      expect((await store.counts()).events).toBe(2);
    });

    test('is told from an event after the store was opened again', async () => {
      const { store, reopen } = await open();
      await store.append([arrivalOf('m1')]);
      expect((await (await reopen()).append([arrivalOf('m1')]))[0]?.duplicate).toBe(true);
    });

    test('is the same id at the same source only', async () => {
      const { store } = await open();
      await store.append([arrivalOf('m1', { source: '/cometchat/app1' })]);
      expect((await store.append([arrivalOf('m1', { source: '/cometchat/app2' })]))[0]?.duplicate).toBe(false);
    });

    test('through the same hook forwards nothing again, whatever its destinations', async () => {
      const { store } = await open();
      await store.append([arrivalOf('m1')]);
      expect((await store.append([arrivalOf('m1', { destinations: ['n8n', 'new'] })]))[0]?.destinations).toEqual([]);
    });

    test('through another hook adds the destinations that have not got it', async () => {
      const { store } = await open();
      await store.append([arrivalOf('m1')]);
      const body = arrivalOf('m1').body;
      const copy = arrivalOf('m1', { hook: 'sales', destinations: ['n8n', 'crm'], body });
      expect(await store.append([copy])).toEqual([{ key: expect.any(String), id: 'm1', duplicate: true, destinations: ['crm'] }]);
      expect(await store.append([copy])).toEqual([{ key: expect.any(String), id: 'm1', duplicate: true, destinations: [] }]);
      expect((await store.claim({ destination: 'crm', requests: 9, batch: 1, leaseMs: HOUR })).requests).toHaveLength(1);
      expect((await store.claim({ destination: 'n8n', requests: 9, batch: 1, leaseMs: HOUR })).requests).toHaveLength(1);
    });

    test('through another hook with another body adds nothing', async () => {
      const { store } = await open();
      await store.append([arrivalOf('m1')]);
      const copy = arrivalOf('m1', { hook: 'sales', destinations: ['crm'], body: Buffer.from('{}') });
      expect((await store.append([copy]))[0]).toMatchObject({ duplicate: true, destinations: [] });
    });
  });

  describe('a repeat window', () => {
    const at = (receivedAt: number) => arrivalOf('status', { repeatWindowMs: 60_000, receivedAt });

    test('makes a copy within it a duplicate, and one after it an event of its own', async () => {
      const { store, reopen } = await open();
      const [first] = await store.append([at(1_000_000)]);
      expect((await store.append([at(1_060_000)]))[0]).toMatchObject({ key: first?.key, duplicate: true, destinations: [] });
      const [second] = await store.append([at(1_060_001)]);
      expect(second).toEqual({ key: expect.any(String), id: 'status.1060001', duplicate: false, destinations: ['n8n'] });
      expect(second?.key).not.toBe(first?.key);
      const kept = JSON.parse((await store.event(second?.key ?? ''))?.event ?? '') as unknown;
      expect(kept).toEqual({ ...(JSON.parse(at(1_060_001).event) as object), id: 'status.1060001' });
      expect((await (await reopen()).append([at(1_100_000)]))[0]).toEqual({ key: second?.key, id: 'status.1060001', duplicate: true, destinations: [] });
    });

    test('is not prolonged by the duplicates in it', async () => {
      const { store } = await open();
      await store.append([at(1_000_000)]);
      expect((await store.append([at(1_050_000)]))[0]?.duplicate).toBe(true);
      expect((await store.append([at(1_070_000)]))[0]?.duplicate).toBe(false);
    });

    test('takes a clock that was set back for a repeat', async () => {
      const { store } = await open();
      await store.append([at(1_000_000)]);
      expect((await store.append([at(1)]))[0]?.duplicate).toBe(true);
    });
  });
}
