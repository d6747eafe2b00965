import { Command, CommanderError } from 'commander';
import { errorCode } from '../config/error-code';
import { version } from '../version';
import { addDoctor } from './doctor';
import { addErase } from './erase';
import { addEvents } from './events';
import { reportFailure } from './failure';
import { addInit } from './init';
import { addMigrate } from './migrate';
import { addReplay } from './replay';
import { addSend } from './send';
import { addStart } from './start';
import { addTail } from './tail';
import { addVerify } from './verify';

const program = new Command('chathooks')
  .description('Receives webhooks of chat and identity platforms: verifies, normalizes, keeps and forwards them.')
  .version(version)
  .exitOverride()
  // Mistakes in a command line are told like every other failure (failure.ts).
  .configureOutput({ outputError: () => undefined })
  .addHelpText('after', '\nExample:\n  $ chathooks start');

for (const add of [addInit, addStart, addSend, addEvents, addTail, addReplay, addErase, addMigrate, addDoctor, addVerify]) add(program);

// A reader that has seen enough (`chathooks events | head`) is no failure.
process.stdout.on('error', (error) => {
  if (errorCode(error) !== 'EPIPE') throw error;
  process.exit();
});

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError && error.exitCode === 0) return;
  // The help that a missing command brings up has said it all.
  if (!(error instanceof CommanderError && error.code === 'commander.help')) reportFailure(error, process.argv.includes('--json'));
  process.exitCode = 1;
});
