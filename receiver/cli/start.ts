import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { Config } from '../config/config';
import { errorCode } from '../config/error-code';
import type { Warning } from '../config/mistakes';
import type { RunningServer } from '../server';
import { StoreOpenError } from '../store/open-error';
import { addCommand } from './command';
import type { SharedOptions } from './command';
import { Failure, reportFailure } from './failure';
import { writeFirstFile } from './first-file';
import { print } from './print';
import { readConfiguration } from './sources';
import { createStopSignals } from './stop-signals';
import { welcome } from './welcome';

/** What a shell reports of a process that Ctrl-C ended. */
const INTERRUPTED = 130;

/** `chathooks start`: runs the receiver until it is told to stop. */
export function addStart(program: Command): void {
  addCommand(program, {
    usage: 'start',
    summary: 'run the receiver; the first time, write a configuration for it (SIGHUP reloads it, SIGTERM and Ctrl-C stop)',
    examples: ['start', 'start --config /etc/chathooks/chathooks.yaml'],
  }).action(async ({ config: path, json }: SharedOptions) => {
    const isFirstRun = !existsSync(path) && (await writeFirstFile(path));
    const { config, warnings } = await readConfiguration(path);
    printWarnings(warnings);
    const server = await run(config, path);
    welcome({ config, path, url: server.url, isFirstRun }, json === true);
    reloadOnSignal(server, path, json === true);
    stopOnSignal(server, json === true);
  });
}

async function run(config: Config, configPath: string): Promise<RunningServer> {
  // Imported here: the other commands need neither the server nor the time that loading it takes.
  const { startServer } = await import('../server.js');
  const { host, port } = config.listen;
  try {
    return await startServer(config);
  } catch (error) {
    const remedies: Readonly<Record<string, string>> = {
      EADDRINUSE: `Port ${port} on ${host} is in use already. Stop the program that has it, or set another with listen: { port: … } in ${configPath}.`,
      EACCES: `Port ${port} on ${host} may not be opened by this user. Set a port from 1024 up in ${configPath}.`,
      EADDRNOTAVAIL: `${host} is no address of this machine. Correct listen.host in ${configPath}.`,
      ENOTFOUND: `${host} cannot be resolved to an address. Correct listen.host in ${configPath}.`,
    };
    const code = errorCode(error);
    const remedy = code === undefined ? undefined : remedies[code];
    if (remedy !== undefined) throw new Failure(code === 'EADDRINUSE' ? 'port_in_use' : 'cannot_listen', remedy, { cause: error });
    if (error instanceof StoreOpenError) throw new Failure(error.code, error.message, { cause: error });
    throw error;
  }
}

/** A reload that fails changes nothing. One at a time: the file that was saved last is the one that counts. */
function reloadOnSignal(server: RunningServer, path: string, isJson: boolean): void {
  let queue = Promise.resolve();
  process.on('SIGHUP', () => {
    queue = queue.then(async () => {
      try {
        const { config, warnings } = await readConfiguration(path);
        await server.reload(config);
        printWarnings(warnings);
        print(`Reloaded ${path}.`, process.stderr);
      } catch (error) {
        reportFailure(error, isJson);
        print('The configuration was not reloaded; the one before stays in use.', process.stderr);
      }
    });
  });
}

/** Finishes what is under way; the log says how that ended. A second signal doesn't wait for it. */
function stopOnSignal(server: RunningServer, isJson: boolean): void {
  const stop = (): void => {
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        reportFailure(error, isJson);
        process.exit(1);
      },
    );
  };
  const heard = createStopSignals({ stop, cutShort: () => process.exit(INTERRUPTED), monotonic: () => performance.now() });
  process.on('SIGTERM', heard).on('SIGINT', heard);
}

function printWarnings(warnings: readonly Warning[]): void {
  for (const { path, message } of warnings) print(`Warning: ${path} ${message}`, process.stderr);
}
