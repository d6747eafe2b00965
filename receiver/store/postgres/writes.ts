import type { StoreOptions } from '../options';
import { StoreError, type Appended, type Arrival, type Settlement } from '../store';
import { append } from './append';
import { makeReady, weightOf, type ReadyArrival } from './arrivals';
import { Batcher } from './batcher';
import { bisected } from './bisect';
import type { Database, Transaction } from './database';
import type { DestinationQueues } from './destination-queues';
import { reasonOf } from './failure';
import { inTime } from './in-time';
import type { DeliveryJobs } from './jobs';
import { settle } from './settle';

const MAX_QUEUED_APPENDS = 10_000;
const MAX_QUEUED_BYTES = 64 * 1_048_576;
/** More than one, so that a commit is not waited for in idleness; fewer than the connections there are for it. */
const APPEND_LANES = 2;

/** What writes ask of their surroundings. */
export interface WriteTools {
  readonly database: Database;
  readonly queues: DestinationQueues;
  readonly jobs: DeliveryJobs;
}

/** Everything that writes: appends and settlements in batches, the rest each by itself. */
export class Writes {
  readonly #tools: WriteTools;
  readonly #appends: Batcher<readonly ReadyArrival[], readonly Appended[]>;
  readonly #settlements: Batcher<Settlement, undefined>;

  constructor(tools: WriteTools, { maxQueuedAppends = MAX_QUEUED_APPENDS, maxQueuedBytes = MAX_QUEUED_BYTES }: StoreOptions) {
    this.#tools = tools;
    this.#appends = new Batcher({ flush: (calls) => bisected(calls, (some) => this.#append(some)), lanes: APPEND_LANES, weigh: weightOf, maxItems: maxQueuedAppends, maxBytes: maxQueuedBytes });
    // Never full: they are few (a forwarder has so many requests under way), and refusing one would send an event twice.
    this.#settlements = new Batcher({ flush: (some) => bisected(some, (part) => this.#settle(part)), lanes: 1, weigh: () => 0, maxItems: Infinity, maxBytes: Infinity });
  }

  /** Resolves once all of them are durable. */
  async append(arrivals: readonly Arrival[]): Promise<readonly Appended[]> {
    let ready: readonly ReadyArrival[];
    try {
      ready = makeReady(arrivals);
    } catch (error) {
      throw new StoreError('operation_failed', `The store could not carry out an operation: an arrival is not what it should be (${reasonOf(error)}).`, { cause: error });
    }
    // What keeps the order of conversations goes one after the other: two commits at once may end in either order.
    return inTime(this.#appends.write(ready, arrivals.some(({ inOrder }) => inOrder !== undefined)));
  }

  settle(settlement: Settlement): Promise<void> {
    return this.#settlements.write(settlement);
  }

  /** Carries out a transaction; one that queues for destinations names them. */
  async run<Result>(work: (transaction: Transaction, jobs: DeliveryJobs) => Promise<Result>, destinations: readonly string[] = []): Promise<Result> {
    const { database, queues, jobs } = this.#tools;
    await queues.ensure(destinations);
    return database.write('work', (transaction) => work(transaction, jobs), (error) => queues.recover(error, destinations));
  }

  /** Refuses more, has what was admitted written. */
  async close(): Promise<void> {
    await Promise.all([this.#appends.close(), this.#settlements.close()]);
  }

  async #append(calls: readonly (readonly ReadyArrival[])[]): Promise<readonly (readonly Appended[])[]> {
    const { database, queues, jobs } = this.#tools;
    const destinations = new Set(calls.flatMap((arrivals) => arrivals.flatMap((ready) => ready.destinations)));
    await queues.ensure(destinations);
    return database.write('appends', (transaction) => append(transaction, jobs, calls), (error) => queues.recover(error, destinations));
  }

  #settle(settlements: readonly Settlement[]): Promise<readonly undefined[]> {
    const { database, queues, jobs } = this.#tools;
    return database.write('settlements', (transaction) => settle(transaction, jobs, settlements, Date.now()), (error) => queues.recover(error, []));
  }
}
