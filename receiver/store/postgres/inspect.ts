import { Database } from './database';
import { judge, openErrorOf, placeOf, SETTINGS, type Settings } from './open';
import { StoreOpenError } from '../open-error';

const CLOCK = 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::double precision AS now';
const IS_THERE = "SELECT to_regclass('chathooks.migrations') IS NOT NULL AS there";
/** A commit with nothing in it is not waited for; a message to whoever replicates is something, and is kept nowhere. */
const PROBE = "SELECT pg_logical_emit_message(true, 'chathooks', '')";
const ROUNDS = 9;

/** What a look at a database from outside tells. */
export interface Inspected {
  /** Host, port and name. */
  readonly place: string;
  /** Whether a receiver has used it before. */
  readonly isPrepared: boolean;
  /** The median of some durable commits; absent where the user may not try. */
  readonly commitMs?: number;
  /** How far its clock is ahead of this machine's; less than 0 when it is behind. */
  readonly clockAheadMs: number;
}

/**
 * Looks at a database; nothing in it is changed.
 * Rejects with a {@link StoreOpenError} when no receiver could use it.
 */
export async function inspectDatabase(url: string): Promise<Inspected> {
  const place = placeOf(url);
  const database = new Database(url, undefined);
  try {
    const [settings] = await database.read(({ query }) => query<Settings>(SETTINGS));
    if (settings !== undefined) judge(settings, place);
    const [there] = await database.read(({ query }) => query<{ readonly there: boolean }>(IS_THERE));
    const clockAheadMs = await clockAhead(database);
    const commitMs = await medianCommit(database).catch(() => undefined);
    return { place, isPrepared: there?.there === true, clockAheadMs, ...(commitMs === undefined ? {} : { commitMs }) };
  } catch (error) {
    throw error instanceof StoreOpenError ? error : openErrorOf(error, place);
  } finally {
    await database.close();
  }
}

/** The time there, against the middle of the time that asking took. */
async function clockAhead(database: Database): Promise<number> {
  return database.read(async ({ query }) => {
    const asked = Date.now();
    const [clock] = await query<{ readonly now: number }>(CLOCK);
    return Math.round((clock?.now ?? asked) - (asked + Date.now()) / 2);
  });
}

async function medianCommit(database: Database): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    await database.write('work', ({ query }) => query(PROBE));
    times.push(performance.now() - startedAt);
  }
  return times.toSorted((one, other) => one - other)[Math.floor(ROUNDS / 2)] ?? 0;
}
