import { randomUUID } from 'node:crypto';
import { seqOf } from '../key';
import type { StoreOptions } from '../options';
import { StoreError } from '../store';
import type { Appended, Arrival, Claimed, ClaimOptions, DestinationRecord, EventFilter, ForwardFilter, InOrder, PruneOptions, Settlement, Store, StoreCounts, StoredEvent, StoredEventDetail, StoredForward } from '../store';
import { destinationsOfDead, redrive, replay } from './again';
import { createBoss } from './boss';
import { claim } from './claim';
import { columnText } from './column-text';
import type { Transaction } from './database';
import { DestinationQueues } from './destination-queues';
import { dropDestination, listDestinations, putDestination, revisionOf } from './destinations';
import { cleanUp, erase } from './erase';
import { findEvent, findEvents } from './event-queries';
import { reasonOf, storeErrorOf } from './failure';
import { inTime } from './in-time';
import { dropForwards } from './forget';
import { findForwards } from './forward-queries';
import { DeliveryJobs } from './jobs';
import { openDatabase, openErrorOf, placeOf } from './open';
import { prune } from './prune';
import { isSearch, rangeOf, searchEvents } from './search';
import { keepStatistics } from './statistics';
import { addUpTallies, counts } from './tally';
import { DestinationWatch } from './watch';
import { Writes, type WriteTools } from './writes';

/** By the transaction; each is a whole delivery. */
const ERASED_AT_ONCE = 200;
const UPKEEP_MS = 10_000;
/** What closing takes at most. Whoever waits for an append has been told by then that it takes too long. */
const LONGEST_CLOSE_MS = 10_000;
/** All that an event needs in order to be kept: one table that somebody has locked, or dropped, is as bad as none. */
const CHECK = `
  LOCK TABLE chathooks.deliveries, chathooks.events, chathooks.fingerprints, chathooks.forwards, chathooks_jobs.job_common IN ROW EXCLUSIVE MODE;
  INSERT INTO chathooks.tallies (what, destination, change) VALUES ('events', '', 0)`;
const GIVE_BACK = 'UPDATE chathooks.requests SET due_at = 0 WHERE holder = $1 AND leased';

interface Parts extends WriteTools {
  /** Signs leases and changes. */
  readonly holder: string;
  readonly watch: DestinationWatch;
  /** Ends the upkeep of the jobs. */
  readonly stopJobs: () => Promise<void>;
}

/** Opens the database that a URL names, which other receivers may have open too. Rejects with a StoreOpenError. */
export async function openPostgresStore(url: string, options: StoreOptions): Promise<Store> {
  const { log } = options;
  const database = await openDatabase(url, log);
  const boss = createBoss(database, log);
  const stopJobs = (): Promise<void> => boss.stop({ graceful: false });
  try {
    await boss.start();
    const jobs = new DeliveryJobs(boss);
    const holder = randomUUID();
    const watch = new DestinationWatch({ database, holder, revision: await database.read(revisionOf), log });
    return new PostgresStore({ database, jobs, queues: new DestinationQueues(boss, database, jobs), holder, watch, stopJobs }, options);
  } catch (error) {
    await stopJobs().catch(() => undefined);
    await database.close();
    throw openErrorOf(error, placeOf(url));
  }
}

class PostgresStore implements Store {
  readonly #parts: Parts;
  readonly #writes: Writes;
  readonly #log: StoreOptions['log'];
  readonly #upkeep: NodeJS.Timeout;
  #claims = 0;
  /** How far the search for events to prune has come: the ones that are held back are not looked at each time. */
  #prunedTo = 0;
  #closing: Promise<void> | undefined;

  constructor(parts: Parts, options: StoreOptions) {
    this.#parts = parts;
    this.#writes = new Writes(parts, options);
    this.#log = options.log;
    this.#upkeep = setInterval(() => void this.#keepUp(), UPKEEP_MS).unref();
  }

  append(arrivals: readonly Arrival[]): Promise<readonly Appended[]> {
    return this.#guarded(async () => (arrivals.length === 0 ? [] : this.#writes.append(arrivals)));
  }

  async claim(options: ClaimOptions): Promise<Claimed> {
    const destination = columnText(options.destination);
    const claiming = { ...options, destination, holder: this.#parts.holder, now: Date.now(), conversationsFirst: this.#claims++ % 2 === 0 };
    return this.#run((transaction, jobs) => claim(transaction, jobs, claiming), [destination]);
  }

  settle(settlement: Settlement): Promise<void> {
    return this.#guarded(() => this.#writes.settle(settlement));
  }

  events(filter: EventFilter, signal?: AbortSignal): Promise<readonly StoredEvent[]> {
    return this.#guarded(async () => {
      const find = (part: EventFilter, from?: number): Promise<readonly StoredEvent[]> => this.#look((transaction) => findEvents(transaction, part, from), signal);
      if (!isSearch(filter)) return find(filter);
      const range = await this.#look((transaction) => rangeOf(transaction, filter), signal);
      return searchEvents(filter, range, { find, clock: () => performance.now() });
    });
  }

  async event(key: string): Promise<StoredEventDetail | undefined> {
    const seq = seqOf(key);
    return seq === undefined ? undefined : this.#read((transaction) => findEvent(transaction, seq));
  }

  forwards(filter: ForwardFilter, signal?: AbortSignal): Promise<readonly StoredForward[]> {
    return this.#read((transaction) => findForwards(transaction, filter), signal);
  }

  async replay(key: string, destinations: readonly string[], inOrder?: InOrder): Promise<number> {
    const seq = seqOf(key);
    return seq === undefined ? 0 : this.#run((transaction, jobs) => replay(transaction, jobs, { seq, destinations, ...(inOrder === undefined ? {} : { inOrder }) }), destinations);
  }

  /** Dead letters that die anew meanwhile are passed by: each is met once. */
  async redrive(destination?: string): Promise<{ readonly count: number; readonly destinations: readonly string[] }> {
    const candidates = destination === undefined ? await this.#read(destinationsOfDead) : [columnText(destination)];
    const redriven: string[] = [];
    let total = 0;
    for (const candidate of candidates) {
      const before = total;
      for (let after: number | undefined = 0; after !== undefined; ) {
        const from: number = after;
        const part = await this.#run((transaction, jobs) => redrive(transaction, jobs, candidate, from));
        total += part.count;
        after = part.after;
      }
      if (total > before) redriven.push(candidate);
    }
    return { count: total, destinations: redriven };
  }

  destinations(): Promise<readonly DestinationRecord[]> {
    return this.#read(listDestinations);
  }

  async putDestination(record: DestinationRecord): Promise<void> {
    this.#parts.watch.made(await this.#run((transaction) => putDestination(transaction, record, this.#parts.holder)));
  }

  /** Its record last: were the process to end before, the next call finishes the work. */
  async deleteDestination(id: string): Promise<boolean> {
    const destination = columnText(id);
    let any = false;
    for (let more = true; more; ) {
      const part = await this.#run((transaction, jobs) => dropForwards(transaction, jobs, destination));
      any ||= part.dropped > 0;
      more = part.more;
    }
    await this.#guarded(() => this.#parts.queues.drop(destination));
    const revision = await this.#run((transaction) => dropDestination(transaction, id, this.#parts.holder));
    if (revision !== undefined) this.#parts.watch.made(revision);
    return any || revision !== undefined;
  }

  counts(): Promise<StoreCounts> {
    return this.#read(counts);
  }

  /** A transaction for each stretch, so that a long one that is held back makes nobody wait. */
  async prune(options: PruneOptions): Promise<number> {
    for (;;) {
      const { removed, after } = await this.#run((transaction, jobs) => prune(transaction, jobs, options, this.#prunedTo));
      this.#prunedTo = after ?? 0;
      if (removed > 0 || after === undefined) return removed;
    }
  }

  /** Cleans up even when nothing was erased: the call before may not have come that far. */
  async erase(keys: readonly string[]): Promise<number> {
    const seqs = keys.map(seqOf).filter((seq) => seq !== undefined);
    let erased = 0;
    for (let at = 0; at < seqs.length; at += ERASED_AT_ONCE) {
      erased += await this.#run((transaction, jobs) => erase(transaction, jobs, seqs.slice(at, at + ERASED_AT_ONCE)));
    }
    try {
      await cleanUp(this.#parts.database);
    } catch (error) {
      const message = `The events are removed, but Postgres has not cleaned up after them (${reasonOf(error)}). Check that the user owns the tables, and erase once more.`;
      throw new StoreError('not_scrubbed', message, { cause: error });
    }
    return erased;
  }

  watchDestinations(listener: () => void): () => void {
    return this.#parts.watch.watch(listener);
  }

  /** Only a write tells whether one can write. */
  async check(): Promise<void> {
    await inTime(this.#guarded(() => this.#parts.database.write('appends', ({ query }) => query(CHECK))));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { database, watch, holder, stopJobs } = this.#parts;
    clearInterval(this.#upkeep);
    const alarm = setTimeout(() => {
      this.#log?.warn({}, 'the database does not answer: the store is closed without it');
      void database.cutOff();
    }, LONGEST_CLOSE_MS);
    await Promise.all([this.#writes.close(), watch.close()]);
    // Others go on with it at once. Where this fails, they do when the leases have run out.
    await database.write('work', ({ query }) => query(GIVE_BACK, [holder])).catch(() => undefined);
    await stopJobs().catch(() => undefined);
    await database.close();
    clearTimeout(alarm);
  }

  #read<Result>(work: (transaction: Transaction) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    return this.#guarded(() => this.#look(work, signal));
  }

  #look<Result>(work: (transaction: Transaction) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    this.#refuseOnceClosed();
    return this.#parts.database.read((transaction) => {
      if (signal?.aborted === true) throw new StoreError('store_busy', 'Nobody waits for this search any more.');
      return work(transaction);
    });
  }

  #run<Result>(work: (transaction: Transaction, jobs: DeliveryJobs) => Promise<Result>, destinations: readonly string[] = []): Promise<Result> {
    return this.#guarded(() => this.#writes.run(work, destinations.map(columnText)));
  }

  async #guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#refuseOnceClosed();
    try {
      return await work();
    } catch (error) {
      throw storeErrorOf(error);
    }
  }

  #refuseOnceClosed(): void {
    if (this.#closing !== undefined) throw new StoreError('store_closed', 'The store is closed.');
  }

  async #keepUp(): Promise<void> {
    const { database } = this.#parts;
    for (const work of [addUpTallies, keepStatistics]) {
      await database.write('work', work).catch((error: unknown) => this.#log?.warn({ error: reasonOf(error) }, 'the upkeep of the store failed: it is tried again'));
    }
  }
}
