import type { EventFilter, StoredEvent } from './store';

/** Of one page. Events are as large as deliveries may be, and a page is put together in memory. */
const PAGE_BYTES = 16 * 1_048_576;

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
  // One more than asked for tells whether there is a next page; so does the one that does not fit.
  const events = await read({ ...filter, limit: filter.limit + 1, bytes: pageBytes });
  let bytes = 0;
  for (const [index, { event }] of events.entries()) {
    bytes += Buffer.byteLength(event);
    if (index === filter.limit || (index > 0 && bytes > pageBytes)) return { events: events.slice(0, index), more: true };
  }
  const last = events.at(-1);
  if (last === undefined || bytes <= pageBytes) return { events, more: false };
  // It fills the page by itself, and says nothing of what comes after it.
  return { events, more: (await read({ ...filter, before: last.key, limit: 1, bytes: 0 })).length > 0 };
}
