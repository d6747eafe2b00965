import { Client, Pool, type ClientConfig, type PoolClient, type PoolConfig } from 'pg';
import type { Db } from 'pg-boss';
import type { Log } from '../../telemetry/log';
import { isCollision, isContent, reasonOf } from './failure';
import { getTypeParser, rowsOf } from './rows';
import { Sockets } from './sockets';

/** How long a connection is waited for, and how long a statement may take before its connection is given up as dead. */
const CONNECT_MS = 5_000;
const STATEMENT_MS = 30_000;
/** Of an append: senders wait for it, and a network that swallows everything is to be noticed while they do. */
const APPEND_STATEMENT_MS = 10_000;
const IDLE_MS = 30_000;
/** When a silent connection is first asked whether it is there: twenty seconds later it is known to be dead. */
const SILENCE_MS = 10_000;
/** What ending connections takes at most. */
const GOODBYE_MS = 1_000;
const COLLISIONS_AT_MOST = 5;

/**
 * Connections by what they are for: a long search must not keep an append waiting, nor many claims a settlement.
 * A receiver holds up to 13 of them: these, and one that listens.
 */
const POOLS = { appends: 3, settlements: 1, work: 4, reads: 2, jobs: 2 } as const;

/**
 * Settings are of the transaction, not of the session, so that they hold through a pooler too. Whatever the server's
 * default is, an acknowledged event is on its disk.
 */
const BEGIN = "BEGIN; SET LOCAL statement_timeout = '20s'; SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '20s'";
const DURABLY = '; SET LOCAL synchronous_commit = on';
const BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '20s'";

/** What an operation does its work with. */
export interface Transaction {
  /** The rows of a statement. Their type is the caller's word: the text of the statement is what it rests upon. */
  readonly query: <Row>(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;
  /** The same connection, for pg-boss: its jobs commit with what they are about. */
  readonly db: Db;
}

type PoolName = keyof typeof POOLS;

/** The connections to a database. They are opened when they are needed, and opened anew after they were lost. */
export class Database {
  readonly #options: ClientConfig;
  readonly #pools: Readonly<Record<PoolName, Pool>>;
  readonly #sockets = new Sockets();
  #begin = BEGIN + DURABLY;
  #closing: Promise<void> | undefined;

  constructor(url: string, log: Log | undefined) {
    this.#options = {
      connectionString: url, application_name: 'chathooks', connectionTimeoutMillis: CONNECT_MS, stream: this.#sockets.create, keepAlive: true, keepAliveInitialDelayMillis: SILENCE_MS, types: { getTypeParser },
    };
    const open = (max: number, statementMs = STATEMENT_MS): Pool => {
      const pool = new Pool({ ...this.#options, max, idleTimeoutMillis: IDLE_MS, query_timeout: statementMs } satisfies PoolConfig);
      // The pool listens to those only that nobody uses. Whoever uses one, or is about to, hears of it by a query that fails.
      pool.on('connect', (client) => client.on('error', () => undefined));
      // Of a connection that nobody uses at the moment. Unheard, it would end the process.
      pool.on('error', (error) => log?.warn({ error: reasonOf(error) }, 'a connection to the database was lost'));
      return pool;
    };
    this.#pools = { appends: open(POOLS.appends, APPEND_STATEMENT_MS), settlements: open(POOLS.settlements), work: open(POOLS.work), reads: open(POOLS.reads), jobs: open(POOLS.jobs) };
  }

  /** The server waits for more than its own disk already: it is not told to wait for less. */
  keepCommitSetting(): void {
    this.#begin = BEGIN;
  }

  /** Carries out a transaction that writes; anew, when another one was in its way. `recover` runs between the two. */
  async write<Result>(pool: Exclude<PoolName, 'reads'>, work: (transaction: Transaction) => Promise<Result>, recover?: (error: unknown) => Promise<void>): Promise<Result> {
    for (let collisions = 1; ; collisions++) {
      try {
        return await this.#transact(pool, this.#begin, work);
      } catch (error) {
        if (!isCollision(error) || collisions === COLLISIONS_AT_MOST) throw error;
        await recover?.(error);
      }
    }
  }

  /** Carries out a transaction whose statements all see the database at one moment. */
  read<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.#transact('reads', BEGIN_READING, work);
  }

  /** A statement, or several, in no transaction but what they begin themselves. A connection on which one failed is not used again. */
  async execute(text: string, values?: readonly unknown[]): Promise<readonly unknown[]> {
    const client = await this.#pools.jobs.connect();
    try {
      const rows = await rowsOf(client, text, values);
      client.release();
      return rows;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** A connection outside the pools, for what lasts: to be connected, and ended, by the caller. `queryMs`: what a statement may take. */
  lasting(queryMs: number): Client {
    return new Client({ ...this.#options, query_timeout: queryMs });
  }

  /** Opens no connection any more, has the transactions under way end, and closes. */
  close(): Promise<void> {
    this.#closing ??= Promise.all(Object.values(this.#pools).map((pool) => pool.end())).then(() => this.#sockets.close(GOODBYE_MS));
    return this.#closing;
  }

  /** Closes at once: what is under way fails. */
  cutOff(): Promise<void> {
    const closed = this.close();
    this.#sockets.cutOff();
    return closed;
  }

  async #transact<Result>(pool: PoolName, begin: string, work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const client = await this.#pools[pool].connect();
    try {
      await client.query(begin);
      const result = await work(transactionOn(client));
      await commit(client);
      client.release();
      return result;
    } catch (error) {
      await abandon(client, error);
      throw error;
    }
  }
}

/** The COMMIT of a transaction in which a statement failed, unnoticed, is carried out as a ROLLBACK and is no error. */
async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT') throw new Error('The transaction was rolled back: a statement of it had failed.');
}

/**
 * A connection is used again when the error was about the operation. Any other may be about the connection: a session that
 * was read-only, or with a primary that is none any more, stays so for ever.
 */
async function abandon(client: PoolClient, error: unknown): Promise<void> {
  const isClean = (isCollision(error) || isContent(error)) && (await client.query('ROLLBACK').then(() => true, () => false));
  client.release(!isClean);
}

function transactionOn(client: PoolClient): Transaction {
  return {
    query: <Row>(text: string, values?: readonly unknown[]) => rowsOf(client, text, values) as Promise<readonly Row[]>,
    db: { executeSql: async (text, values) => ({ rows: [...(await rowsOf(client, text, values))] }) },
  };
}
