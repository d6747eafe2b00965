import { readPage } from '../store/page';
import type { EventFilter, Store } from '../store/store';
import { isAbout } from './about';

export interface Person {
  /** Their id at the provider, letter for letter. */
  readonly id: string;
  /** Only events of this provider. */
  readonly provider?: string;
  /** Only events of this source: its id, or an event's `source`. */
  readonly source?: string;
}

export interface Erased {
  /** Events that are about the person. */
  readonly matched: number;
  /** Events that were removed: with each one the whole delivery that it came in. As many fingerprints are left. */
  readonly erased: number;
  /** False: the person is active, and further events came in while these were removed. */
  readonly complete: boolean;
}

type PersonStore = Pick<Store, 'events' | 'erase'>;

const PAGE = 500;

/** A key is some ten bytes: what is collected before it is erased stays small, and few erasures are needed. */
const KEYS_AT_ONCE = 10_000;

/** The last one finds nothing, as a rule the second. */
const MOST_PASSES = 5;

/**
 * Erases every event about a person. It looks until it finds none: what came in meanwhile goes too.
 *
 * There is no index of people: it would cost each delivery, and would itself be a list of people. The text of all
 * events is searched for the id, and what is found is looked at closely. That takes seconds for a million events.
 */
export async function erasePerson(store: PersonStore, person: Person): Promise<Erased> {
  let matched = 0;
  let erased = 0;
  for (let pass = 1; pass <= MOST_PASSES; pass++) {
    const before = matched;
    let keys: string[] = [];
    for await (const key of keysAbout(store, person)) {
      keys.push(key);
      matched++;
      if (keys.length < KEYS_AT_ONCE) continue;
      erased += await store.erase(keys);
      keys = [];
    }
    // With no keys too in the first pass: it finishes an erasure that was cut short.
    if (keys.length > 0 || pass === 1) erased += await store.erase(keys);
    if (matched === before) return { matched, erased, complete: true };
  }
  return { matched, erased, complete: false };
}

/** How many events are about a person. */
export async function countAbout(store: Pick<Store, 'events'>, person: Person): Promise<number> {
  let count = 0;
  for await (const _key of keysAbout(store, person)) count++;
  return count;
}

/** Newest first. Erasing what was given does not disturb what follows: it is older. */
async function* keysAbout(store: Pick<Store, 'events'>, { id, provider, source }: Person): AsyncGenerator<string> {
  // As JSON spells it, which is how it stands in the text of an event: quotes, control characters, lone surrogates.
  const q = JSON.stringify(id).slice(1, -1);
  const filter: EventFilter = { q, limit: PAGE, ...(provider === undefined ? {} : { provider }), ...(source === undefined ? {} : { source }) };
  for (let before: string | undefined; ; ) {
    const { events, more } = await readPage((part) => store.events(part), { ...filter, ...(before === undefined ? {} : { before }) });
    for (const { key, event } of events) if (isAbout(event, id)) yield key;
    before = events.at(-1)?.key;
    if (!more) return;
  }
}
