import type { Command } from 'commander';
import { isPostgres, sqlitePath } from '../store/open';
import { StoreOpenError } from '../store/open-error';
import { reasonOf } from '../store/postgres/failure';
import { exportSqliteStore } from '../store/sqlite/export';
import { transfer, type Moved, type OnMoved, type StoreExport, type StoreImport } from '../store/transfer';
import { addCommand } from './command';
import type { SharedOptions } from './command';
import { Failure } from './failure';
import { print, printJson } from './print';
import { readConfiguration } from './sources';

const INTERVAL_MS = 500;

interface MigrateOptions extends SharedOptions {
  readonly from: string;
  readonly to?: string;
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
      const moved = await migrate(from, to, showProgress(json === true));
      if (json) printJson({ moved });
      else print(told(moved));
    });
}

async function migrate(from: string, to: string, watch: (of: StoreExport['sizes']) => OnMoved): Promise<Moved> {
  let source: StoreExport | undefined;
  let target: StoreImport | undefined;
  try {
    source = exportSqliteStore(sqlitePath(from));
    // Only now: whoever moves nothing is spared loading pg.
    const { importPostgresStore } = await import('../store/postgres/import.js');
    target = await importPostgresStore(to);
    return await transfer(source, target, watch(source.sizes));
  } catch (error) {
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

function told({ events, known, requests, destinations }: Moved): string {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
  const others = known === 0 ? '' : ` ${counted(known, 'event')} had come there by ${known === 1 ? 'itself' : 'themselves'}.`;
  return `${counted(events, 'event')}, ${counted(requests, 'open request')} and ${counted(destinations, 'destination')} are in the new store now.${others} Put its URL into the configuration, as store, and start the receiver.`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
