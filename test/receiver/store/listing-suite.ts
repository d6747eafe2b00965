import type { Store } from '../../../receiver/store/store';
import { arrivalOf, arrivalsOf } from './arrival';
import type { OpenStoreForTest } from './suite';

/** Queries, destinations, counts. */
export function listingSuite(open: OpenStoreForTest): void {
  describe('a listing of events', () => {
    const filled = async (): Promise<Store> => {
      const { store } = await open();
      await store.append([
        arrivalOf('a', { type: 'chat.message.sent', hook: 'support', text: 'say "hi"' }),
        arrivalOf('b', { type: 'chat.message.edited', hook: 'sales', text: 'fifty % off_' }),
        arrivalOf('c', { type: 'identity.user.login', provider: 'cidaas', source: '/cidaas/t1', hook: 'idp', destinations: [] }),
        arrivalOf('d', { type: 'identity.user.login.failed', provider: 'cidaas', source: '/cidaas/t1', hook: 'idp', text: 'Ünïcode \u{1f600}' }),
      ]);
      return store;
    };
    const ids = async (store: Store, filter: Partial<Parameters<Store['events']>[0]>): Promise<string> =>
      (await store.events({ limit: 50, ...filter })).map(({ event }) => (JSON.parse(event) as { id: string }).id).join('');

    test('is newest first, and whole', async () => {
      const store = await filled();
      expect(await ids(store, {})).toBe('dcba');
      expect((await store.events({ limit: 1 }))[0]).toEqual({ key: expect.any(String), event: expect.stringContaining('"id":"d"'), forwards: [{ destination: 'n8n', status: 'pending', attempts: 0 }] });
    });

    test.each([
      ['a provider', { provider: 'cidaas' }, 'dc'],
      ['a type', { type: 'chat.message.sent' }, 'a'],
      ['a glob of one segment', { type: 'chat.message.*' }, 'ba'],
      ['a glob that ends before the last segment', { type: 'identity.user.*' }, 'c'],
      ['a glob over segments', { type: 'identity.**' }, 'dc'],
      ['a glob within a segment', { type: 'chat.message.s*' }, 'a'],
      ['a glob of everything', { type: '**' }, 'dcba'],
      ['a type with what SQL takes for wildcards', { type: 'chat.message.s%' }, ''],
      ["a source's id", { source: 'idp' }, 'dc'],
      ["an event's source", { source: '/cometchat/app1' }, 'ba'],
      ['a text', { q: 'fifty %' }, 'b'],
      ['a text in other case: no', { q: 'Fifty' }, ''],
      ['a text with quotes', { q: 'say "hi"' }, 'a'],
      ['a piece of JSON', { q: '"id":"c"' }, 'c'],
      ['a text beyond ASCII', { q: 'ïcode \u{1f600}' }, 'd'],
      ['a lone surrogate', { q: '\ud800' }, ''],
      ['an empty text', { q: '' }, 'dcba'],
      ['several at once', { provider: 'cidaas', type: '**', q: 'nïc' }, 'd'],
      ['nothing that is there', { provider: "x' OR 1=1 --" }, ''],
    ])('is narrowed by %s', async (_, filter, expected) => {
      expect(await ids(await filled(), filter)).toBe(expected);
    });

    test('is narrowed by the status of forwards', async () => {
      const store = await filled();
      for (const outcome of ['delivered', 'dead'] as const) {
        const [request] = (await store.claim({ destination: 'n8n', requests: 1, batch: 1, leaseMs: 60_000 })).requests;
        await store.settle({ webhookId: request?.webhookId ?? '', attemptNumber: 1, attempt: { at: 1, latencyMs: 1 }, outcome });
      }
      expect(await ids(store, { status: 'delivered' })).toBe('a');
      expect(await ids(store, { status: 'dead' })).toBe('b');
      expect(await ids(store, { status: 'pending' })).toBe('d');
    });

    test('goes on where a page ended, and shows nothing twice while events arrive', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(25));
      const seen: string[] = [];
      let before: string | undefined;
      for (let page = 0; page < 4; page++) {
        const events = await store.events({ limit: 10, ...(before === undefined ? {} : { before }) });
        seen.push(...events.map(({ event }) => (JSON.parse(event) as { id: string }).id));
        before = events.at(-1)?.key;
        await store.append([arrivalOf(`later-${page}`)]);
      }
      expect(seen).toEqual(arrivalsOf(25).map(({ id }) => id).reverse());
    });

    test.each(['0', '-1', 'abc', '', '1e3', '9'.repeat(30), "1' OR 1=1"])('survives %j as a key', async (key) => {
      const store = await filled();
      expect(await store.event(key)).toBeUndefined();
      expect((await store.events({ limit: 5, before: key })).length).toBe(key.startsWith('999') ? 4 : 0);
      expect((await store.forwards({ limit: 5, before: key })).length).toBe(key.startsWith('999') ? 3 : 0);
    });
  });

  describe('a listing of large events', () => {
    const KIB = 1_024;
    const sized = async (sizes: readonly number[]): Promise<Store> => {
      const { store } = await open();
      for (const [index, size] of sizes.entries()) await store.append([arrivalOf(`m${index}`, { text: 'x'.repeat(size * KIB) })]);
      return store;
    };

    test.each([
      ['ends with the one by which there are too many bytes', [40, 40, 40, 40], 100, 3],
      ['has one at least', [400, 400], 100, 1],
      ['has one at least, however few bytes there may be', [1, 1], 0, 1],
      ['has all that fit', [10, 10, 10], 100, 3],
      ['counts them from the newest on', [400, 10, 10, 10], 100, 4],
      ['is long when they are small', Array<number>(60).fill(0), 100, 60],
    ])('%s', async (_, sizes, bytes, expected) => {
      const store = await sized(sizes);
      const listed = await store.events({ limit: 100, bytes: bytes * KIB });
      expect(listed.map(({ event }) => (JSON.parse(event) as { id: string }).id)).toEqual(sizes.map((_size, index) => `m${index}`).reverse().slice(0, expected));
      expect(await store.events({ limit: 100 })).toHaveLength(sizes.length);
    });

    test('counts bytes, not characters', async () => {
      const { store } = await open();
      for (const id of ['a', 'b', 'c']) await store.append([arrivalOf(id, { text: '\u{1f600}'.repeat(10 * KIB) })]);
      expect(await store.events({ limit: 9, bytes: 60 * KIB })).toHaveLength(2);
    });
  });

  describe('a listing of forwards', () => {
    test('reads what it shows of an event wherever that stands in it', async () => {
      const { store } = await open();
      const odd = 'a"\\\u0000\ud800,"type":"not.this"}';
      const arrival = arrivalOf('m1', { text: 'x'.repeat(20_000) });
      const { id: _id, ...rest } = JSON.parse(arrival.event) as Record<string, unknown>;
      await store.append([arrivalOf(odd), { ...arrival, event: JSON.stringify({ ...rest, id: odd }) }, arrivalOf(odd.repeat(1_000))]);
      expect((await store.forwards({ limit: 9 })).map(({ id, type, source }) => [id === odd || id === odd.repeat(1_000), type, source])).toEqual(Array(3).fill([true, 'chat.message.sent', '/cometchat/app1']));
    });

    test('is newest first, by status and destination, page by page', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(3, { destinations: ['n8n', 'crm'] }));
      const crm = await store.forwards({ destination: 'crm', limit: 2 });
      expect(crm.map(({ id, destination, status, attempts, type, source }) => ({ id, destination, status, attempts, type, source }))).toEqual(
        ['m2', 'm1'].map((id) => ({ id, destination: 'crm', status: 'pending', attempts: 0, type: 'chat.message.sent', source: '/cometchat/app1' })),
      );
      const rest = await store.forwards({ destination: 'crm', limit: 2, before: crm.at(-1)?.position ?? '' });
      expect(rest.map(({ id }) => id)).toEqual(['m0']);
      expect(await store.forwards({ status: 'dead', limit: 2 })).toEqual([]);
      expect(await store.forwards({ status: 'pending', limit: 100 })).toHaveLength(6);
      expect(await store.event(crm[0]?.key ?? '')).toMatchObject({ key: crm[0]?.key });
    });
  });

  describe('destinations', () => {
    test('are kept, replaced and forgotten', async () => {
      const { store, reopen } = await open();
      await store.putDestination({ id: 'b', registration: '{"url":"http://127.0.0.1/"}' });
      await store.putDestination({ id: 'a', disabledAt: 1_763_000_000_000 });
      await store.putDestination({ id: 'b', registration: '{}', disabledAt: 5 });
      const again = await reopen();
      expect(await again.destinations()).toEqual([{ id: 'a', disabledAt: 1_763_000_000_000 }, { id: 'b', registration: '{}', disabledAt: 5 }]);
      expect(await again.deleteDestination('b')).toBe(true);
      expect(await again.deleteDestination('b')).toBe(false);
      await again.putDestination({ id: 'a' });
      expect(await again.destinations()).toEqual([{ id: 'a' }]);
    });

    test('of which there is nothing but forwards are forgotten too', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(1_500, { destinations: ['gone', 'n8n'] }));
      await store.claim({ destination: 'gone', requests: 2, batch: 1, leaseMs: 60_000 });
      expect(await store.deleteDestination('gone')).toBe(true);
      expect(await store.deleteDestination('gone')).toBe(false);
      expect((await store.counts()).forwards).toEqual([{ destination: 'n8n', status: 'pending', count: 1_500 }]);
    });

    test('take what is pending with them, and leave what is past', async () => {
      const { store } = await open();
      await store.append(arrivalsOf(1_500, { destinations: ['n8n', 'crm'] }));
      const { requests } = await store.claim({ destination: 'crm', requests: 3, batch: 1, leaseMs: 60_000 });
      const [delivered, dead, open_] = requests.map(({ webhookId }) => webhookId);
      await store.settle({ webhookId: delivered ?? '', attemptNumber: 1, attempt: { at: 1, latencyMs: 1 }, outcome: 'delivered' });
      await store.settle({ webhookId: dead ?? '', attemptNumber: 1, attempt: { at: 1, latencyMs: 1 }, outcome: 'dead' });
      await store.putDestination({ id: 'crm', registration: '{}' });
      expect(await store.deleteDestination('crm')).toBe(true);
      await store.settle({ webhookId: open_ ?? '', attemptNumber: 1, attempt: { at: 1, latencyMs: 1 }, outcome: 'retry', dueAt: 1 });
      expect((await store.claim({ destination: 'crm', requests: 9, batch: 9, leaseMs: 1 })).requests).toEqual([]);
      expect(await store.counts()).toEqual({
        events: 1_500,
        bytes: expect.any(Number),
        forwards: expect.arrayContaining([
          { destination: 'crm', status: 'dead', count: 1 },
          { destination: 'crm', status: 'delivered', count: 1 },
          { destination: 'n8n', status: 'pending', count: 1_500 },
        ]),
      });
    });
  });
}
