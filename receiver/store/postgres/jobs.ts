import type { Job, JobInsert, PgBoss } from 'pg-boss';
import type { Transaction } from './database';
import { QueueGoneError, sqlStateOf } from './failure';
import { jobIdOf, queueName, type QueueKind } from './queues';

/** Before what is new. */
const REPEAT_PRIORITY = 1;
/** Before everything, for the moment between marking jobs and taking them. */
const MARK = 2;

/** A forward as its job sees it: keys, never what is sent. */
export interface Queued {
  readonly position: number;
  readonly destination: string;
  readonly conversation: string | null;
}

export interface Fetched {
  readonly id: string;
  /** More than 0: it was fetched before, and may stand for a request already. */
  readonly fetchedBefore: number;
  readonly kind: 'forwards' | 'in-order';
  readonly position: number;
  readonly conversation: string | null;
}

/** The jobs that a request holds. */
export interface Standing {
  readonly job: string;
  readonly in_order: boolean;
  readonly held: readonly string[];
}

interface JobData {
  readonly forward: number;
  readonly conversation?: string;
}

interface ForwardJob extends JobInsert<JobData> {
  readonly data: JobData;
}

/**
 * The jobs of the forwards, in the queues of pg-boss. Everything that takes a transaction happens in it, together with
 * what the job is about. Jobs are hints, the forwards are the truth: a job whose forward waits no more is dropped by whoever
 * meets it, and one too many does no harm.
 */
export class DeliveryJobs {
  readonly #boss: PgBoss;

  constructor(boss: PgBoss) {
    this.#boss = boss;
  }

  /**
   * Queues forwards that wait.
   * @throws QueueGoneError when their queue is gone: they would wait for ever
   */
  async add({ db }: Transaction, forwards: readonly Queued[]): Promise<void> {
    for (const [queue, { destination, jobs }] of byQueue(forwards)) {
      const added = await onQueue(destination, this.#boss.insert(queue, jobs, { db, returnId: true }));
      if ((added?.length ?? 0) < jobs.length && (await this.#boss.getQueue(queue)) === null) throw new QueueGoneError(destination);
    }
  }

  /** Takes jobs that are due: repeats of requests, or what is new. */
  async fetch(transaction: Transaction, kind: 'forwards' | 'in-order', destination: string, options: { readonly most: number; readonly repeats: boolean }): Promise<readonly Fetched[]> {
    if (options.most <= 0) return [];
    const queue = queueName(kind, destination);
    const take = (db: Transaction['db']): Promise<Job<JobData>[]> =>
      onQueue(destination, this.#boss.fetch<JobData>(queue, { batchSize: options.most, ...(options.repeats ? { minPriority: REPEAT_PRIORITY } : { maxPriority: REPEAT_PRIORITY - 1 }), db }));
    const jobs = await (kind === 'in-order' ? withinSavepoint(transaction, take) : take(transaction.db));
    return jobs.map(({ id, retryCount, data }) => ({ id, fetchedBefore: retryCount, kind, position: data.forward, conversation: data.conversation ?? null }));
  }

  /** Gives jobs back that were taken, to be taken again at once. */
  async giveBack({ db }: Transaction, kind: QueueKind, destination: string, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await onQueue(destination, this.#boss.fail(queueName(kind, destination), [...ids], null, { db }));
  }

  /** Gives a job back, to be taken again at a time, in epoch milliseconds. A conversation waits for it meanwhile. */
  async defer(transaction: Transaction, kind: QueueKind, destination: string, id: string, until: number): Promise<void> {
    await this.giveBack(transaction, kind, destination, [id]);
    await onQueue(destination, this.#boss.update(queueName(kind, destination), undefined, { id, startAfter: new Date(until), priority: REPEAT_PRIORITY, db: transaction.db }));
  }

  /** Where the queue is gone, so are its jobs. */
  async remove({ db }: Transaction, kind: QueueKind, destination: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await onQueue(destination, this.#boss.deleteJob(queueName(kind, destination), [...ids], { db })).catch((error: unknown) => {
      if (!(error instanceof QueueGoneError)) throw error;
    });
  }

  /** Removes the jobs of requests that are closed. The conversations that waited for them go on. */
  async release(transaction: Transaction, destination: string, requests: readonly Standing[]): Promise<void> {
    await this.remove(transaction, 'forwards', destination, requests.filter((request) => !request.in_order).map(({ job }) => job));
    await this.remove(transaction, 'in-order', destination, requests.flatMap(({ in_order: inOrder, job, held }) => (inOrder ? [job, ...held] : held)));
  }

  /** Queues a job that stands for a request which is to be sent again at a time, in epoch milliseconds. */
  async addRepeat({ db }: Transaction, { position, destination }: Queued, at: number): Promise<string> {
    const id = jobIdOf(position);
    await onQueue(destination, this.#boss.insert(queueName('forwards', destination), [{ id, data: { forward: position }, priority: REPEAT_PRIORITY, startAfter: new Date(at).toISOString() }], { db }));
    return id;
  }

  /** Takes the jobs of certain conversations: pg-boss takes by priority, so they get one that no other job has. */
  async takeHeads({ db }: Transaction, destination: string, conversations: readonly string[]): Promise<readonly string[]> {
    const queue = queueName('in-order', destination);
    const mark = async (priority: number): Promise<void> => {
      for (const singletonKey of conversations) await onQueue(destination, this.#boss.update(queue, undefined, { singletonKey, match: 'all', priority, db }));
    };
    await mark(MARK);
    const taken = await this.#boss.fetch<JobData>(queue, { batchSize: conversations.length, minPriority: MARK, db });
    await mark(0);
    return taken.map(({ id }) => id);
  }

  /** Puts forwards into the dead-letter queue of their destination. */
  async bury({ db }: Transaction, forwards: readonly Queued[]): Promise<void> {
    for (const [queue, { destination, jobs }] of byQueue(forwards, 'dead')) await onQueue(destination, this.#boss.insert(queue, jobs, { db }));
  }

  /** Moves forwards of one destination from its dead-letter queue to where they came from. */
  async redrive(transaction: Transaction, forwards: readonly Queued[]): Promise<void> {
    for (const [queue, { destination, jobs }] of byQueue(forwards)) {
      const ids = jobs.map(({ data }) => jobIdOf(data.forward));
      const moved = await onQueue(destination, this.#boss.redrive(queueName('dead', destination), { destination: queue, ids, limit: ids.length, db: transaction.db }));
      // The dead-letter queue went with a destination that was registered again since, or was cleared by hand.
      if (moved < ids.length) await this.add(transaction, forwards.filter((forward) => queueOf(forward) === queue));
    }
  }
}

/**
 * Two who fetch at the same moment can both take the first of a conversation, when one of them does not see yet what
 * was queued before it. An index of pg-boss stops the second, which to pg-boss means "nothing there"; to Postgres it
 * means that the whole transaction has failed, unless it can go back to before.
 */
async function withinSavepoint(transaction: Transaction, take: (db: Transaction['db']) => Promise<Job<JobData>[]>): Promise<readonly Job<JobData>[]> {
  await transaction.query('SAVEPOINT taking');
  return take({
    async executeSql(text, values) {
      try {
        return await transaction.db.executeSql(text, values);
      } catch (error) {
        if (sqlStateOf(error) === '23505') await transaction.query('ROLLBACK TO taking');
        throw error;
      }
    },
  });
}

/** pg-boss says that a queue is gone by a message alone. */
async function onQueue<Result>(destination: string, call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && sqlStateOf(error) === undefined && /^Queue .* does not exist$/.test(error.message)) throw new QueueGoneError(destination, { cause: error });
    throw error;
  }
}

function queueOf({ destination, conversation }: Queued): string {
  return queueName(conversation === null ? 'forwards' : 'in-order', destination);
}

/**
 * A job of a conversation stands for whichever of its forwards is the oldest when the job is taken, and so gets an id of
 * its own: the one that is named after a forward may be under way with another.
 */
function byQueue(forwards: readonly Queued[], kind?: QueueKind): ReadonlyMap<string, { readonly destination: string; readonly jobs: ForwardJob[] }> {
  const queues = new Map<string, { readonly destination: string; readonly jobs: ForwardJob[] }>();
  for (const forward of forwards) {
    const { position, destination, conversation } = forward;
    const name = kind === undefined ? queueOf(forward) : queueName(kind, destination);
    const queue = queues.get(name) ?? { destination, jobs: [] };
    queues.set(name, queue);
    const id = conversation === null || kind === 'dead' ? { id: jobIdOf(position) } : {};
    queue.jobs.push({ ...id, data: { forward: position, ...(conversation === null ? {} : { conversation }) }, ...(conversation === null ? {} : { singletonKey: conversation }) });
  }
  return queues;
}
