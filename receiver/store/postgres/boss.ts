import { PgBoss } from 'pg-boss';
import type { Log } from '../../telemetry/log';
import type { Database } from './database';
import { reasonOf } from './failure';

/** Beside our own tables, which it leaves alone. */
const SCHEMA = 'chathooks_jobs';
/** Its look at the job table for statistics, which nobody here asks for, reads all of it. */
const MONITOR_SECONDS = 600;

/** pg-boss on our connections; not started yet. Starting brings its tables up to date, safely also for several at once. */
export function createBoss(database: Database, log: Log | undefined): PgBoss {
  const boss = new PgBoss({
    db: { executeSql: async (text, values) => ({ rows: [...(await database.execute(text, values))] }) },
    schema: SCHEMA,
    schedule: false,
    superviseIntervalSeconds: MONITOR_SECONDS,
    monitorIntervalSeconds: MONITOR_SECONDS,
  });
  // Unheard, an error of its own timers would end the process. They come again by themselves.
  boss.on('error', (error) => log?.warn({ error: reasonOf(error) }, 'the upkeep of the delivery jobs failed: it is tried again'));
  boss.on('warning', ({ message }) => log?.warn({ warning: message }, 'the job queue asks for attention'));
  return boss;
}
