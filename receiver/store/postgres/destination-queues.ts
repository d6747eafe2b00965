import type { PgBoss } from 'pg-boss';
import type { Database } from './database';
import { QueueGoneError } from './failure';
import type { DeliveryJobs, Queued } from './jobs';
import { QUEUE_KINDS, queueName } from './queues';

/**
 * A job is never given up by pg-boss itself. How often something is tried, and how long it waits, is up to those who
 * settle it; what a receiver held that died is taken over by a claim, for pg-boss looks for such jobs once in minutes.
 * An event that waits for its destination for weeks is not to be swept away: 63 years, as long as an integer allows.
 */
const QUEUE = { retryLimit: 1_000_000, retryDelay: 0, retryBackoff: false, expireInSeconds: 86_400, retentionSeconds: 2_000_000_000, deleteAfterSeconds: 0 } as const;
const WAITING = `
  SELECT position, destination, conversation FROM chathooks.forwards
  WHERE destination = $1 AND state = 'pending' AND request IS NULL AND position > $2 ORDER BY position LIMIT $3`;
const QUEUED_AT_ONCE = 5_000;

/** The queues of the destinations, made when a destination is first met. Any receiver may remove them when it forgets one. */
export class DestinationQueues {
  readonly #boss: PgBoss;
  readonly #database: Database;
  readonly #jobs: DeliveryJobs;
  /** Destinations whose queues are there, as far as is known. */
  readonly #ready = new Map<string, Promise<void>>();

  constructor(boss: PgBoss, database: Database, jobs: DeliveryJobs) {
    this.#boss = boss;
    this.#database = database;
    this.#jobs = jobs;
  }

  /** Makes the queues of destinations, and queues what waits for one whose queues were missing. */
  async ensure(destinations: Iterable<string>): Promise<void> {
    await Promise.all([...new Set(destinations)].map((destination) => this.#ensure(destination)));
  }

  /** Between two tries of a transaction: queues that it took for granted are looked for again. */
  async recover(error: unknown, destinations: Iterable<string>): Promise<void> {
    this.#ready.clear();
    await this.ensure(error instanceof QueueGoneError ? [...destinations, error.destination] : destinations);
  }

  /** Removes the queues of a destination and all that is in them. */
  async drop(destination: string): Promise<void> {
    this.#ready.delete(destination);
    for (const kind of QUEUE_KINDS) await this.#boss.deleteQueue(queueName(kind, destination));
  }

  #ensure(destination: string): Promise<void> {
    let ready = this.#ready.get(destination);
    if (ready === undefined) {
      ready = this.#create(destination);
      this.#ready.set(destination, ready);
      ready.catch(() => this.#ready.delete(destination));
    }
    return ready;
  }

  async #create(destination: string): Promise<void> {
    const names = QUEUE_KINDS.map((kind) => queueName(kind, destination));
    if ((await this.#boss.getQueues(names)).length === names.length) return;
    for (const kind of QUEUE_KINDS) await this.#boss.createQueue(queueName(kind, destination), { ...QUEUE, policy: kind === 'in-order' ? 'key_strict_fifo' : 'standard' });
    for (let after = 0, more = true; more; ) {
      const waiting = await this.#database.write('work', async (transaction) => {
        const found = await transaction.query<Queued>(WAITING, [destination, after, QUEUED_AT_ONCE]);
        await this.#jobs.add(transaction, found);
        return found;
      });
      after = waiting.at(-1)?.position ?? after;
      more = waiting.length === QUEUED_AT_ONCE;
    }
  }
}
