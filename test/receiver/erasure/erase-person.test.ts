import { countAbout, erasePerson } from '../../../receiver/erasure/erase-person';
import type { EventFilter, Store, StoredEvent } from '../../../receiver/store/store';

const text = (uid: string): string => JSON.stringify({ data: { raw: { uid } } });

/** Events newest first, found by their text. */
class Shelf implements Pick<Store, 'events' | 'erase'> {
  readonly erasures: (readonly string[])[] = [];
  readonly asked: EventFilter[] = [];
  arriving: readonly string[] = [];

  constructor(readonly kept: Map<string, string>) {}

  async events(filter: EventFilter): Promise<readonly StoredEvent[]> {
    this.asked.push(filter);
    return [...this.kept]
      .filter(([key, event]) => event.includes(filter.q ?? '') && (filter.before === undefined || Number(key) < Number(filter.before)))
      .sort(([one], [other]) => Number(other) - Number(one))
      .slice(0, filter.limit)
      .map(([key, event]) => ({ key, event, forwards: [] }));
  }

  async erase(keys: readonly string[]): Promise<number> {
    this.erasures.push(keys);
    const erased = keys.filter((key) => this.kept.delete(key)).length;
    const [next, ...later] = this.arriving;
    this.arriving = later;
    if (next !== undefined) this.kept.set(String(10_000_000 + later.length), text(next));
    return erased;
  }
}

const shelf = (uids: readonly string[]): Shelf => new Shelf(new Map(uids.map((uid, index) => [String(index + 1), text(uid)])));

describe('erasing a person', () => {
  it('takes what is about them, and leaves what only looks like it', async () => {
    const store = shelf(['ada', 'adapter', 'bob', 'ada']);
    expect(await erasePerson(store, { id: 'ada' })).toEqual({ matched: 2, erased: 2, complete: true });
    expect([...store.kept.keys()]).toEqual(['2', '3']);
  });

  it('turns every page', async () => {
    const store = shelf(Array.from({ length: 2_400 }, (_, index) => (index % 2 === 0 ? 'ada' : 'adapter')));
    expect(await countAbout(store, { id: 'ada' })).toBe(1_200);
    expect(store.kept.size).toBe(2_400);
    expect(await erasePerson(store, { id: 'ada' })).toEqual({ matched: 1_200, erased: 1_200, complete: true });
    expect(store.kept.size).toBe(1_200);
  });

  it('erases tens of thousands in parts', async () => {
    const store = shelf(Array.from({ length: 21_000 }, () => 'ada'));
    expect(await erasePerson(store, { id: 'ada' })).toEqual({ matched: 21_000, erased: 21_000, complete: true });
    expect(store.erasures.map((keys) => keys.length)).toEqual([10_000, 10_000, 1_000]);
  });

  it('takes what came in meanwhile, and says when it does not end', async () => {
    const store = shelf(['ada']);
    store.arriving = ['ada', 'bob', 'ada'];
    expect(await erasePerson(store, { id: 'ada' })).toEqual({ matched: 2, erased: 2, complete: true });
    const busy = shelf(['ada']);
    busy.arriving = Array.from({ length: 100 }, () => 'ada');
    expect(await erasePerson(busy, { id: 'ada' })).toEqual({ matched: 5, erased: 5, complete: false });
  });

  it('has the store finish what an erasure before could not', async () => {
    const store = shelf([]);
    expect(await erasePerson(store, { id: 'ada' })).toEqual({ matched: 0, erased: 0, complete: true });
    expect(store.erasures).toEqual([[]]);
  });

  it('asks for the id as JSON spells it, within what it was told', async () => {
    const store = shelf(['a"\ud800\n']);
    expect(await erasePerson(store, { id: 'a"\ud800\n', provider: 'spika', source: 'room' })).toMatchObject({ matched: 1 });
    expect(store.asked[0]).toEqual({ q: 'a\\"\\ud800\\n', limit: 501, bytes: 16 * 1_048_576, provider: 'spika', source: 'room' });
  });
});
