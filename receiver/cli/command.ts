import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { DEFAULT_PATH } from './command-line';

/** The options that every command has. */
export interface SharedOptions {
  readonly config: string;
  readonly json?: true;
}

export interface CommandText {
  /** Name and arguments: `send <provider> <event>`. */
  readonly usage: string;
  readonly summary: string;
  /** Lines that can be run as they are. */
  readonly examples: readonly [string, ...string[]];
}

/** Adds a command with the options that all of them have, and its examples below its help. */
export function addCommand(program: Command, { usage, summary, examples }: CommandText): Command {
  const lines = examples.map((example) => `  $ chathooks ${example}`).join('\n');
  return program
    .command(usage)
    .description(summary)
    .option('--config <path>', 'the configuration file', DEFAULT_PATH)
    .option('--json', 'print JSON')
    .addHelpText('after', `\n${examples.length === 1 ? 'Example' : 'Examples'}:\n${lines}`);
}

/** Reads an option that is a whole number. */
export function wholeNumberOption(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,12}$/.test(text) ? Number(text) : NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It has to be a whole number from ${least} to ${most}.`);
  };
}
