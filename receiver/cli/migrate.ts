import type { Command } from 'commander';
import { isPostgres, sqlitePath } from '../store/open';
import { StoreOpenError } from '../store/open-error';
import { reasonOf } from '../store/postgres/failure';
import { exportSqliteStore } from '../store/sqlite/export';
import { transfer, type Moved, type OnMoved, type StoreExport, type StoreImport } from '../store/transfer';
import { addCommand } from './command';
import type { SharedOptions } from './command';
import { Failure } from './failure';
import { counted, print, printJson } from './print';
import { readConfiguration } from './sources';

const INTERVAL_MS = 500;
const NEXT = 'Put the URL of the new one into the configuration, as store, and start the receiver.';

interface MigrateOptions extends SharedOptions {
  readonly from: string;
  readonly to?: string;
}

interface Migrated {
  readonly moved: Moved;
  /** Deliveries that the old store holds. */
  readonly stored: number;
}

/** `chathooks migrate`: moves a store into a shared one. */
export function addMigrate(program: Command): void {
  addCommand(program, {
    usage: 'migrate',
    summary: 'move a store into another one: events, bodies, what is still to be forwarded, dead letters, destinations',
    examples: ['migrate --from sqlite:./data/chathooks.db', 'migrate --from sqlite:./data/chathooks.db --to postgres://user:password@host:5432/chathooks'],
  })
    .requiredOption('--from <url>', 'the store to move, sqlite:<path>; no receiver may have it open')
    .option('--to <url>', 'where to, postgres://user:password@host:5432/database; the store of the configuration unless given. Best before a receiver uses it')
    .action(async ({ from, to: given, json, config: path }: MigrateOptions) => {
      // The configuration can take a password from the environment; a command line is read by every user of the machine.
      const to = given ?? (await readConfiguration(path)).config.store;
      if (!isPostgres(to)) throw new Failure('usage', 'A store can be moved into Postgres only: write --to postgres://user:password@host:5432/database.');
      const { moved, stored } = await migrate(from, to, showProgress(json === true));
      if (json) printJson({ moved });
      else print(told(moved, stored));
    });
}

async function migrate(from: string, to: string, watch: (of: StoreExport['sizes']) => OnMoved): Promise<Migrated> {
  let source: StoreExport | undefined;
  let target: StoreImport | undefined;
  try {
    source = exportSqliteStore(sqlitePath(from));
    // Only now: whoever moves nothing is spared loading pg.
    const { importPostgresStore } = await import('../store/postgres/import.js');
    target = await importPostgresStore(to);
    return { moved: await transfer(source, target, watch(source.sizes)), stored: source.sizes.deliveries };
  } catch (error) {
    if (error instanceof StoreOpenError && error.code === 'store_in_use') {
      throw new Failure(error.code, `A receiver has ${sqlitePath(from)} open: what comes in while its store is moved would be left behind. Stop the receiver first, then run the command again.`, { cause: error });
    }
    if (error instanceof StoreOpenError) throw new Failure(error.code, error.message, { cause: error });
    throw new Failure('migrate_interrupted', `The move was interrupted (${reasonOf(error)}). Nothing is lost or doubled: check both stores, and run the command again; it goes on from where it stopped.`, { cause: error });
  } finally {
    source?.close();
    await target?.close();
  }
}

/** Where somebody is looking, a line that counts up; with --json, a line of JSON twice a second. */
function showProgress(isJson: boolean): (of: StoreExport['sizes']) => OnMoved {
  return (of) => {
    let shownAt = 0;
    return (what, done) => {
      const now = performance.now();
      if (now - shownAt < INTERVAL_MS && done < of[what]) return;
      shownAt = now;
      if (isJson) printJson({ progress: { what, done, of: of[what] } }, process.stderr);
      else if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${what}: ${done} of ${of[what]}`);
    };
  };
}

function told({ deliveries, events, known, requests, destinations }: Moved, stored: number): string {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
  if (deliveries === 0 && stored > 0) return `Nothing was left to move: ${stored === 1 ? 'the delivery' : `all ${stored} deliveries`} of the old store, with ${stored === 1 ? 'its' : 'their'} events, had been moved before. ${NEXT}`;
  const others = known === 0 ? '' : ` ${counted(known, 'event')} had come there by ${known === 1 ? 'itself' : 'themselves'}.`;
  return `${counted(events, 'event')}, ${counted(requests, 'open request')} and ${counted(destinations, 'destination')} are in the new store now.${others} ${NEXT}`;
}
