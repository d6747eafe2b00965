/*
 * Opening a database: what can be wrong with it, and what to do about that.
 */
import { StoreOpenError } from '../open-error';
import { Database } from './database';
import { reasonOf, sqlStateOf } from './failure';
import { migrate } from './migrations';
import type { Log } from '../../telemetry/log';

export const SETTINGS = `
  SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync,
    current_setting('synchronous_commit') AS commit, pg_is_in_recovery() AS standby`;
const OLDEST_VERSION = 130_000;

export interface Settings {
  readonly version: number;
  readonly encoding: string;
  readonly fsync: string;
  readonly commit: string;
  readonly standby: boolean;
}

/**
 * Connects to a database and brings its schema up to date.
 * Rejects with a {@link StoreOpenError}, which never quotes the URL: it may hold a password.
 */
export async function openDatabase(url: string, log: Log | undefined): Promise<Database> {
  const where = placeOf(url);
  const database = new Database(url, log);
  try {
    const [settings] = await database.read(({ query }) => query<Settings>(SETTINGS));
    if (settings !== undefined) judge(settings, where);
    if (settings?.commit === 'remote_apply') database.keepCommitSetting();
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error instanceof StoreOpenError ? error : openErrorOf(error, where);
  }
}

/** What a person knows a database by: host, port and name. */
export function placeOf(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname === '' ? 'localhost' : hostname}:${port === '' ? '5432' : port}${pathname}`;
  } catch {
    throw new StoreOpenError('store_url_invalid', 'The URL of the store cannot be read. Write postgres://user:password@host:5432/database, with %40 for an @ in the password, %2F for a /, %23 for a #.');
  }
}

/** What to tell somebody whose database does not open. */
export function openErrorOf(error: unknown, where: string): StoreOpenError {
  return new StoreOpenError('store_cannot_open', `The database ${where} cannot be opened (${reasonOf(error)}): ${remedyFor(error)}`, { cause: error });
}

function remedyFor(error: unknown): string {
  const state = sqlStateOf(error) ?? '';
  if (state.startsWith('28')) return 'it refuses this user. Check user name and password, and pg_hba.conf.';
  if (state === '3D000') return 'there is no such database. Create it, or check the name.';
  if (state === '42501') return 'the user lacks rights. It needs to create two schemas in it (GRANT CREATE ON DATABASE), or own chathooks and chathooks_jobs.';
  if (state === '57P03') return 'it is starting up or shutting down. Try again in a moment.';
  if (state === '53300') return 'it has no connection left. Raise max_connections: each receiver takes up to 13.';
  if (state !== '') return 'see what its log says.';
  return 'it cannot be reached. Check that it runs, host and port, and whether it asks for TLS (?sslmode=require).';
}

/** @throws StoreOpenError when a database will not do */
export function judge({ version, encoding, fsync, standby }: Settings, where: string): void {
  if (version < OLDEST_VERSION) throw new StoreOpenError('store_cannot_open', `The database ${where} is of Postgres ${Math.floor(version / 10_000)}. Postgres ${OLDEST_VERSION / 10_000} is the oldest that will do.`);
  if (encoding !== 'UTF8') throw new StoreOpenError('store_cannot_open', `The database ${where} has the encoding ${encoding}, which has no place for most of the world's letters. Create one with ENCODING 'UTF8'.`);
  if (standby) throw new StoreOpenError('store_cannot_open', `The database ${where} is a standby, and takes no writes. Name the primary.`);
  if (fsync !== 'on') throw new StoreOpenError('store_not_durable', `The database ${where} runs with fsync = ${fsync}: an event could be acknowledged and lost. Switch fsync on.`);
}
