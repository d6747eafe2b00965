import { arrivalOf, arrivalsOf } from './arrival';
import type { OpenStoreForTest } from './suite';

/** What is kept of a delivery, and how. */
export function arrivingSuite(open: OpenStoreForTest): void {
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
}
