import { searchEvents } from '../../../receiver/store/postgres/search';
import type { EventFilter, StoredEvent } from '../../../receiver/store/store';
import { arrivalOf } from './arrival';
import { postgresStores } from './postgres-stores';

const { opened, ask } = postgresStores();

/** Events of which each third fits; a statement that looks at more than `most` of them is cancelled. */
function eventsUpTo(last: number, most = Infinity): { readonly find: (filter: EventFilter, from: number) => Promise<readonly StoredEvent[]>; readonly looked: number[] } {
  const looked: number[] = [];
  return {
    looked,
    find: async ({ before, limit, bytes = Infinity }, from) => {
      const end = Math.min(Number(before), last + 1);
      looked.push(end - from);
      if (end - from > most) throw Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });
      const found: StoredEvent[] = [];
      for (let seq = end - 1, left = bytes; seq >= from && found.length < limit && left >= 0; seq--) {
        if (seq % 3 !== 0) continue;
        found.push({ key: String(seq), event: '{"a":1}', forwards: [] });
        left -= 7;
      }
      return found;
    },
  };
}

const keysOf = (events: readonly StoredEvent[]): readonly number[] => events.map(({ key }) => Number(key));
const thirdsDownFrom = (last: number, count: number): readonly number[] => Array.from({ length: count }, (_, index) => last - 3 * index);

describe('a search', () => {
  const instant = (): number => 0;

  test('finds what one statement would find', async () => {
    const { find } = eventsUpTo(9_999);
    expect(keysOf(await searchEvents({ limit: 9_999 }, { first: 1, last: 9_999 }, { find, clock: instant }))).toEqual(thirdsDownFrom(9_999, 3_333));
    expect(keysOf(await searchEvents({ limit: 2_000 }, { first: 1, last: 9_999 }, { find, clock: instant }))).toEqual(thirdsDownFrom(9_999, 2_000));
    expect(keysOf(await searchEvents({ limit: 9_999 }, { first: 1, last: 0 }, { find, clock: instant }))).toEqual([]);
  });

  test.each([[7_000, 1_001], [6_999, 1_000], [6, 1], [0, 1]])('ends with the event by which there are more than %d bytes', async (bytes, count) => {
    const { find } = eventsUpTo(9_999);
    expect(keysOf(await searchEvents({ limit: 9_999, bytes }, { first: 1, last: 9_999 }, { find, clock: instant }))).toEqual(thirdsDownFrom(9_999, count));
  });

  test('goes on in shorter stretches where a statement is given no more time', async () => {
    const { find } = eventsUpTo(9_999, 300);
    expect(keysOf(await searchEvents({ limit: 9_999 }, { first: 1, last: 9_999 }, { find, clock: instant }))).toEqual(thirdsDownFrom(9_999, 3_333));
  });

  test('fails when a single event takes too long, and with anything else at once', async () => {
    const slow = eventsUpTo(9_999, 0);
    await expect(searchEvents({ limit: 1 }, { first: 1, last: 9_999 }, { find: slow.find, clock: instant })).rejects.toMatchObject({ code: '57014' });
    const find = jest.fn(() => Promise.reject(new Error('connection lost')));
    await expect(searchEvents({ limit: 1 }, { first: 1, last: 9_999 }, { find, clock: instant })).rejects.toThrow('connection lost');
    expect(find).toHaveBeenCalledTimes(1);
  });

  test('takes longer stretches while they are quick, and shorter ones when they are not', async () => {
    const { find, looked } = eventsUpTo(99_999);
    const ends = [100, 200, 1_000, 9_000, 9_100];
    let at = 0;
    const times = ends.flatMap((end, index) => [index === 0 ? 0 : (ends[index - 1] ?? 0), end]);
    await searchEvents({ limit: 20_000 }, { first: 1, last: 99_999 }, { find, clock: () => times[at++] ?? 9_100 });
    expect(looked.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 4_000, 2_000]);
  });

  test('of a store that one statement may not look through ends, and finds all', async () => {
    const store = await opened();
    const ids = Array.from({ length: 5_000 }, (_, index) => `m${index}`);
    await store.append(ids.map((id) => arrivalOf(id, { destinations: [], text: Number(id.slice(1)) % 500 === 7 ? 'Ada Lovelace' : 'nobody' })));
    await ask(`
      CREATE FUNCTION chathooks.look() RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$ DECLARE looked int := coalesce(nullif(current_setting('looked.at', true), ''), '0')::int + 1; BEGIN
        IF looked > 1500 THEN RAISE EXCEPTION 'too long' USING ERRCODE = '57014'; END IF;
        PERFORM set_config('looked.at', looked::text, true);
        RETURN true;
      END $$;
      ALTER TABLE chathooks.events RENAME TO all_events;
      CREATE VIEW chathooks.events AS SELECT * FROM chathooks.all_events WHERE chathooks.look()`);
    await expect(ask("SELECT seq FROM chathooks.events WHERE seq < 9999 AND position('Ada Lovelace' IN event) > 0")).rejects.toMatchObject({ code: '57014' });
    const found = await store.events({ q: 'Ada Lovelace', limit: 99 });
    expect(found.map(({ event }) => (JSON.parse(event) as { id: string }).id)).toEqual(Array.from({ length: 10 }, (_, index) => `m${4_507 - 500 * index}`));
  });

  test('that nobody waits for any more looks no further', async () => {
    const store = await opened();
    await store.append([arrivalOf('m1')]);
    await expect(store.events({ q: 'm1', limit: 1 }, AbortSignal.abort())).rejects.toMatchObject({ name: 'StoreError', code: 'store_busy' });
    await expect(store.forwards({ limit: 1 }, AbortSignal.abort())).rejects.toMatchObject({ code: 'store_busy' });
  });
});
