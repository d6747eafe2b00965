import { providers } from '../../../providers';
import type { Provider } from '../../../providers/provider';
import type { Store } from '../../../receiver/store/store';
import { arrivalOf, arrivalsOf } from './arrival';
import type { OpenStoreForTest } from './suite';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Arrivals, duplicates, retention, the end. */
export function keepingSuite(open: OpenStoreForTest): void {
  describe('what arrives', () => {
    test('is kept with all that came with it', async () => {
      const { store } = await open();
      const issues = [{ code: 'schema', path: 'data.message', message: 'is missing' }] as const;
      const arrival = arrivalOf('m1', { headers: [['X-A', '1'], ['x-a', '2\u{1f600}']], body: Buffer.from([0, 255, 254, 10]), bodyRedacted: true, issues, receivedAt: 1_763_000_000_123 });
      const [appended] = await store.append([arrival]);
      expect(appended).toEqual({ key: expect.stringMatching(/^[0-9]+$/), id: 'm1', duplicate: false, destinations: ['n8n'] });
      const kept = await store.event(appended?.key ?? '');
      expect(kept).toMatchObject({ key: appended?.key, event: arrival.event, headers: arrival.headers, bodyRedacted: true, issues, receivedAt: arrival.receivedAt, attempts: [] });
      expect(Buffer.from(kept?.body ?? [])).toEqual(arrival.body);
      expect(kept?.forwards).toEqual([{ destination: 'n8n', status: 'pending', attempts: 0 }]);
    });

    test('gets larger keys later, also after everything before was removed', async () => {
      const { store, reopen } = await open();
      const [first] = await store.append([arrivalOf('m1', { destinations: [], receivedAt: 1 })]);
      expect(await store.prune({ olderThan: 2 })).toBe(1);
      const [second] = await (await reopen()).append([arrivalOf('m2')]);
      expect(BigInt(second?.key ?? 0)).toBeGreaterThan(BigInt(first?.key ?? 0));
    });

    test('is there after the store was opened again', async () => {
      const { store, reopen } = await open();
      await Promise.all(arrivalsOf(100).map((arrival) => store.append([arrival])));
      const again = await reopen();
      expect(await again.counts()).toEqual({ events: 100, bytes: expect.any(Number), forwards: [{ destination: 'n8n', status: 'pending', count: 100 }] });
    });

    test('several of one delivery are kept together, each whole', async () => {
      const { store } = await open();
      const delivery = { body: Buffer.from('[1,2,3]'), headers: [['a', 'b']] as const, issues: [] };
      const appended = await store.append(['a', 'b', 'c'].map((id) => arrivalOf(id, delivery)));
      expect(appended.map(({ id, duplicate }) => [id, duplicate])).toEqual([['a', false], ['b', false], ['c', false]]);
      for (const { key } of appended) expect(Buffer.from((await store.event(key))?.body ?? []).toString()).toBe('[1,2,3]');
    });

    test('nothing is a delivery too', async () => {
      const { store } = await open();
      expect(await store.append([])).toEqual([]);
      await store.append([arrivalOf('m1', { body: new Uint8Array(0), headers: [], destinations: [] })]);
      expect(await store.counts()).toEqual({ events: 1, bytes: Buffer.byteLength(arrivalOf('m1').event), forwards: [] });
    });

    test.each([
      ['NUL', 'a\u0000b'],
      ['a lone surrogate', 'a\ud800b'],
      ['another lone surrogate', '\udc00'],
      ['noncharacters and bidi controls', '\uffff\u202e\u2066'],
      ['emoji', '\u{1f468}\u200d\u{1f469}'],
      ['quotes, backslashes, wildcards', `'"\\%_*[`],
      ['nothing', ''],
      ['a megabyte', 'x'.repeat(1_048_576)],
    ])('an id of %s comes back as it was', async (_, odd) => {
      const { store, reopen } = await open();
      const arrival = arrivalOf(odd, { text: odd, source: '/spika/room', headers: [['x-odd', odd]] });
      const [first] = await store.append([arrival]);
      expect(first?.id === odd).toBe(true);
      expect((await store.append([arrival]))[0]).toMatchObject({ key: first?.key, duplicate: true });
      const again = await reopen();
      const kept = await again.event(first?.key ?? '');
      expect(kept?.event === arrival.event).toBe(true);
      expect(kept?.headers[0]?.[1] === odd).toBe(true);
      expect((await again.forwards({ limit: 1 }))[0]?.id === odd).toBe(true);
      expect(await again.events({ limit: 5, q: odd.slice(0, 100) })).toHaveLength(1);
    });
  });

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
      await store.settle({ webhookId: request?.webhookId ?? '', attempt: { at: 1, latencyMs: 1, status: 200 }, outcome: 'delivered' });
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
