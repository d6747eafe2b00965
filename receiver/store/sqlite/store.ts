import type { StoreOptions } from '../options';
import { StoreError } from '../store';
import type { Appended, Arrival, Claimed, ClaimOptions, DestinationRecord, EventFilter, ForwardFilter, InOrder, PruneOptions, Settlement, Store, StoreCounts, StoredEvent, StoredEventDetail, StoredForward } from '../store';
import { eraseAll } from './erasing';
import { cannotOpen } from './cannot-open';
import { createDatabaseFile } from './files';
import { renamedId, seqOf } from '../key';
import { lockDatabase } from './lock';
import type { PackedAppended } from './protocol';
import { ReadQueue } from './read-queue';
import { WriteQueue } from './write-queue';

const MAX_QUEUED_APPENDS = 10_000;
const MAX_QUEUED_BYTES = 64 * 1_048_576;
const READER_IDLE_MS = 30_000;

/** Opens the database at a path, and creates it where there is none. Rejects with a StoreOpenError. */
export async function openSqliteStore(path: string, options: StoreOptions): Promise<Store> {
  const { log, maxBytes, maxQueuedAppends = MAX_QUEUED_APPENDS, maxQueuedBytes = MAX_QUEUED_BYTES, readerIdleMs = READER_IDLE_MS } = options;
  const { file, unlock } = take(path);
  const writes = new WriteQueue({ path: file, maxBytes, maxQueuedAppends, maxQueuedBytes, log });
  const reads = new ReadQueue({ path: file, log, idleMs: readerIdleMs });
  try {
    await writes.start();
  } catch (error) {
    await writes.close();
    unlock();
    throw error;
  }
  return new SqliteStore(writes, reads, unlock);
}

class SqliteStore implements Store {
  readonly #writes: WriteQueue;
  readonly #reads: ReadQueue;
  readonly #unlock: () => void;
  /** How far the search for events to prune has come: the ones that are held back are not looked at each time. */
  #prunedTo = 0;
  #closing: Promise<void> | undefined;

  constructor(writes: WriteQueue, reads: ReadQueue, unlock: () => void) {
    this.#writes = writes;
    this.#reads = reads;
    this.#unlock = unlock;
  }

  async append(arrivals: readonly Arrival[]): Promise<readonly Appended[]> {
    if (arrivals.length === 0) return [];
    const appended = await this.#writes.write({ kind: 'append', arrivals });
    return appended.map((one, index) => appendedOf(arrivals[index], one));
  }

  claim(options: ClaimOptions): Promise<Claimed> {
    return this.#writes.write({ kind: 'claim', now: Date.now(), ...options });
  }

  settle(settlement: Settlement): Promise<void> {
    return this.#writes.write({ kind: 'settle', settlement });
  }

  events(filter: EventFilter, signal?: AbortSignal): Promise<readonly StoredEvent[]> {
    return this.#reads.ask({ kind: 'events', filter }, signal);
  }

  async event(key: string): Promise<StoredEventDetail | undefined> {
    const seq = seqOf(key);
    return seq === undefined ? undefined : this.#reads.ask({ kind: 'event', seq });
  }

  forwards(filter: ForwardFilter, signal?: AbortSignal): Promise<readonly StoredForward[]> {
    return this.#reads.ask({ kind: 'forwards', filter }, signal);
  }

  async replay(key: string, destinations: readonly string[], inOrder?: InOrder): Promise<number> {
    const seq = seqOf(key);
    return seq === undefined ? 0 : this.#writes.write({ kind: 'replay', seq, destinations, inOrder });
  }

  /** Dead letters that die anew meanwhile are passed by: each is met once. */
  async redrive(destination?: string): Promise<{ readonly count: number; readonly destinations: readonly string[] }> {
    const candidates = destination === undefined ? (await this.counts()).forwards.filter(({ status }) => status === 'dead').map((dead) => dead.destination) : [destination];
    const redriven: string[] = [];
    let total = 0;
    for (const candidate of candidates) {
      const before = total;
      let after: number | undefined = 0;
      while (after !== undefined) {
        const part: { readonly count: number; readonly after?: number } = await this.#writes.write({ kind: 'redrive', destination: candidate, after });
        total += part.count;
        after = part.after;
      }
      if (total > before) redriven.push(candidate);
    }
    return { count: total, destinations: redriven };
  }

  destinations(): Promise<readonly DestinationRecord[]> {
    return this.#writes.write({ kind: 'destinations' });
  }

  putDestination(record: DestinationRecord): Promise<void> {
    return this.#writes.write({ kind: 'put-destination', record });
  }

  /** Its forwards first: were the process to end between, the next call finishes the work. */
  async deleteDestination(id: string): Promise<boolean> {
    let any = false;
    for (let more = true; more; ) {
      const part = await this.#writes.write({ kind: 'drop-forwards', destination: id });
      any ||= part.dropped > 0;
      more = part.more;
    }
    return (await this.#writes.write({ kind: 'delete-destination', id })) || any;
  }

  /** The reader is asked only while the writer can't answer: somebody may be about to find out why. */
  async counts(): Promise<StoreCounts> {
    try {
      return await this.#writes.write({ kind: 'counts' });
    } catch (error) {
      if (error instanceof StoreError && error.code === 'store_unavailable') return this.#reads.ask({ kind: 'counts' });
      throw error;
    }
  }

  /** A transaction for each stretch, so that a long one that is held back makes nobody wait. */
  async prune(options: PruneOptions): Promise<number> {
    for (;;) {
      const { removed, after } = await this.#writes.write({ kind: 'prune', after: this.#prunedTo, ...options });
      this.#prunedTo = after ?? 0;
      if (removed > 0 || after === undefined) return removed;
    }
  }

  erase(keys: readonly string[]): Promise<number> {
    return eraseAll(this.#writes, keys.map(seqOf).filter((seq) => seq !== undefined));
  }

  /** One process has the file. */
  watchDestinations(): () => void {
    return () => undefined;
  }

  check(): Promise<void> {
    return this.#writes.write({ kind: 'check', now: Date.now() });
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all([this.#reads.close(), this.#writes.close()]).then(this.#unlock);
    return this.#closing;
  }
}

function take(path: string): { readonly file: string; readonly unlock: () => void } {
  try {
    const file = createDatabaseFile(path);
    return { file, unlock: lockDatabase(file) };
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

/** The writer answers with one result for each arrival, in their order. */
function appendedOf(arrival: Arrival | undefined, appended: PackedAppended): Appended {
  const { id = '', destinations = [] } = arrival ?? {};
  if (typeof appended === 'number') return { key: String(appended), id, duplicate: false, destinations };
  const { seq, duplicate, renamedAt } = appended;
  return { key: String(seq), id: renamedAt === undefined ? id : renamedId(id, renamedAt), duplicate, destinations: appended.destinations };
}
