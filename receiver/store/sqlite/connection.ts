import { pathToFileURL } from 'node:url';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { StoreOpenError } from '../open-error';
import { migrate } from './migrations';

/** How long a lock of somebody else (a backup, a person with `sqlite3`) is waited for. */
export const BUSY_MS = 2_000;
const PAGE_BYTES = 4_096;

/**
 * In pages, 32 MiB. A checkpoint costs two fsyncs and happens within a commit: at SQLite's own 1,000 pages a burst
 * would pay for one every few commits, and each page that is written often would be copied as often.
 */
const CHECKPOINT_PAGES = 8_192;
/** A reader can hold the log open and make it grow; afterwards it is cut back to this. */
const LOG_BYTES = 64 * 1_048_576;
/** Appends touch the ends of a few trees; what a claim or a prune reads besides comes from the system's own cache. */
const CACHE_KIB = 2_048;

/** A connection and its prepared statements. */
export class Connection {
  readonly #statements = new Map<string, StatementSync>();

  constructor(readonly database: DatabaseSync) {}

  /** The statement of an SQL text, prepared once. Texts are constants of the program, so there are few. */
  sql(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.database.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  /** The rows of a query. Their type is the caller's word: the text of the query is what it rests upon. */
  all<Row>(text: string, ...values: readonly SQLInputValue[]): readonly Row[] {
    return this.sql(text).all(...values) as unknown as readonly Row[];
  }

  /** The first row of a query. */
  get<Row>(text: string, ...values: readonly SQLInputValue[]): Row | undefined {
    return this.sql(text).get(...values) as Row | undefined;
  }

  /** The rows of a query, read one by one. */
  iterate<Row>(text: string, ...values: readonly SQLInputValue[]): Iterable<Row> {
    return this.sql(text).iterate(...values) as unknown as Iterable<Row>;
  }

  /** Carries out a statement. Returns how many rows it changed. */
  run(text: string, ...values: readonly SQLInputValue[]): number {
    return Number(this.sql(text).run(...values).changes);
  }

  close(): void {
    this.#statements.clear();
    this.database.close();
  }
}

/**
 * Opens the database for writing, brings its schema up to date, and makes sure that a commit is on disk when it
 * returns.
 *
 * What is removed is overwritten (secure_delete): neither what retention removes nor what is erased is to be read from
 * the file afterwards. An append removes next to nothing, so that it costs only those two.
 *
 * Foreign keys are not enforced: one program writes, in a few places, and each check would cost an append a lookup.
 *
 * @throws StoreOpenError when durability can't be had, or the file is of a newer version
 */
export function connectWriter(path: string, maxBytes: number | undefined): Connection {
  const database = open(path, 'rw');
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA journal_size_limit = ${LOG_BYTES}; PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON`);
    if (maxBytes !== undefined) database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / PAGE_BYTES))}`);
    requireDurable(database);
    migrate(database);
    return new Connection(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens the database for reading. In WAL mode readers and the writer do not wait for each other. */
export function connectReader(path: string): Connection {
  const database = open(path, 'ro');
  database.exec('PRAGMA query_only = ON');
  return new Connection(database);
}

/** The modes never create: a database that has vanished is an error, not an occasion to begin an empty one. */
function open(path: string, mode: 'ro' | 'rw'): DatabaseSync {
  const url = pathToFileURL(path);
  url.searchParams.set('mode', mode);
  return new DatabaseSync(url, { enableForeignKeyConstraints: false, timeout: BUSY_MS, readOnly: mode === 'ro' });
}

/** Reads back what was set: a build or a file system can decline both, silently, and every 200 would be a lie. */
function requireDurable(database: DatabaseSync): void {
  const mode = database.prepare('PRAGMA journal_mode').get()?.journal_mode;
  const synchronous = database.prepare('PRAGMA synchronous').get()?.synchronous;
  if (mode === 'wal' && typeof synchronous === 'number' && synchronous >= 2) return;
  throw new StoreOpenError(
    'store_not_durable',
    `SQLite runs with journal_mode ${String(mode)} and synchronous ${String(synchronous)} where wal and 2 are needed: an event could be acknowledged and lost. Put the database on a local disk.`,
  );
}
