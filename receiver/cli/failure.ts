import { CommanderError } from 'commander';
import { ConfigError } from '../config/mistakes';
import { print, printJson } from './print';

/** A command that can't do what it was asked for, for a reason that its user can do something about. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: string;

  /** @param message what happened and what to do. */
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Tells the user why a command failed. Only what nobody expected comes with a stack trace. */
export function reportFailure(error: unknown, isJson: boolean): void {
  const { code, message, mistakes } = explain(error);
  if (isJson) printJson({ error: { code, message, ...(mistakes === undefined ? {} : { mistakes }) } }, process.stderr);
  else print(message, process.stderr);
}

interface Explained {
  readonly code: string;
  readonly message: string;
  readonly mistakes?: ConfigError['mistakes'];
}

function explain(error: unknown): Explained {
  if (error instanceof Failure) return { code: error.code, message: error.message };
  if (error instanceof ConfigError) return { code: error.code, message: error.message, ...(error.mistakes.length === 0 ? {} : { mistakes: error.mistakes }) };
  if (error instanceof CommanderError) return { code: 'usage', message: `${sentence(error.message)} Run the command with --help to see what it takes.` };
  return { code: 'unexpected', message: `This was not expected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` };
}

/** Commander's messages: `error: unknown option '--cout'`, a line break, `(Did you mean --count?)`. */
function sentence(message: string): string {
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n');
  const text = [`${first.charAt(0).toUpperCase()}${first.slice(1)}`, ...rest].join(' ');
  return /[.?!)]$/.test(text) ? text : `${text}.`;
}
