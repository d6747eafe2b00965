/*
 * A search that reads the text of many events, in stretches: one statement over a hundred gigabytes would take longer
 * than any statement is given, and hold back the clean-up of all tables meanwhile.
 */
import type { EventFilter, StoredEvent } from '../store';
import type { Transaction } from './database';
import { sqlStateOf } from './failure';
import { boundOf } from '../key';

const RANGE = 'SELECT coalesce(min(seq), 1) AS first, coalesce(max(seq), 0) AS last FROM chathooks.events WHERE seq < $1';
const QUERY_CANCELED = '57014';

/** How many numbers of events are looked through at first, at ease and after a statement that took too long. */
const FIRST_STRETCH = 1_000;
const LONGER = 2;
const SHORTER = 8;
/** What a stretch is to take, in milliseconds: a longer one is followed by a shorter one. */
const AT_EASE_MS = 500;
const TOO_LONG_MS = 4_000;

export interface Range {
  readonly first: number;
  readonly last: number;
}

export interface SearchTools {
  /** Finds those events of a filter whose numbers are no less than `from`, newest first. */
  readonly find: (filter: EventFilter, from: number) => Promise<readonly StoredEvent[]>;
  /** Milliseconds, from wherever. */
  readonly clock: () => number;
}

/** Whether a filter may have to be held against every event that there is. */
export function isSearch({ provider, source, q }: EventFilter): boolean {
  return provider !== undefined || source !== undefined || (q !== undefined && q !== '');
}

/** The numbers of the events that may fit a filter; `last` is less than `first` when there are none. */
export async function rangeOf(transaction: Transaction, { before }: EventFilter): Promise<Range> {
  const [range] = await transaction.query<Range>(RANGE, [boundOf(before)]);
  return range ?? { first: 1, last: 0 };
}

/** The events of a filter, as one statement would find them, but for what comes and goes meanwhile. Rejects as `find` does. */
export async function searchEvents(filter: EventFilter, { first, last }: Range, { find, clock }: SearchTools): Promise<readonly StoredEvent[]> {
  const found: StoredEvent[] = [];
  let bytes = filter.bytes ?? Infinity;
  let length = FIRST_STRETCH;
  for (let end = last + 1; end > first && found.length < filter.limit && bytes >= 0; ) {
    const from = Math.max(first, end - length);
    const startedAt = clock();
    const part = await find({ ...filter, before: String(end), limit: filter.limit - found.length, ...(bytes === Infinity ? {} : { bytes }) }, from).catch((error: unknown) => {
      if (length === 1 || sqlStateOf(error) !== QUERY_CANCELED) throw error;
      return undefined;
    });
    if (part === undefined) {
      length = Math.ceil(length / SHORTER);
      continue;
    }
    for (const { event } of part) bytes -= Buffer.byteLength(event);
    found.push(...part);
    end = from;
    length = nextLength(length, clock() - startedAt);
  }
  return found;
}

function nextLength(length: number, ms: number): number {
  if (ms < AT_EASE_MS) return length * LONGER;
  return ms > TOO_LONG_MS ? Math.ceil(length / LONGER) : length;
}
