import type { EventFilter, StoredEvent } from '../store/store';

/** Of one page. Events are as large as deliveries may be, and a page is put together in memory. */
const PAGE_BYTES = 16 * 1_048_576;

/** What is asked for first; the rest at once only if that looks harmless. */
const FIRST_PART = 64;

export interface EventPage {
  readonly events: readonly StoredEvent[];
  /** True: there are more behind the last of these. */
  readonly more: boolean;
}

/**
 * Reads a page of events: as many as were asked for, but no more than fit into a page's bytes, and one at least.
 * @param read the store's events of a filter, newest first.
 */
export async function readPage(read: (filter: EventFilter) => Promise<readonly StoredEvent[]>, filter: EventFilter, pageBytes = PAGE_BYTES): Promise<EventPage> {
  const events: StoredEvent[] = [];
  let bytes = 0;
  let part = FIRST_PART;
  for (let before = filter.before; ; before = events.at(-1)?.key) {
    // One more than asked for tells whether there is a next page.
    const wanted = Math.min(part, filter.limit + 1 - events.length);
    const found = await read({ ...filter, ...(before === undefined ? {} : { before }), limit: wanted });
    for (const event of found) {
      bytes += event.event.length;
      if (events.length === filter.limit || (bytes > pageBytes && events.length > 0)) return { events, more: true };
      events.push(event);
    }
    if (found.length < wanted) return { events, more: false };
    const rest = filter.limit + 1 - events.length;
    part = (bytes / events.length) * rest < pageBytes - bytes ? rest : FIRST_PART;
  }
}
