/*
 * One command, run to its end.
 */
import { spawn } from 'node:child_process';

const KEPT_OUTPUT = 20_000;

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** After this many milliseconds the command is killed. */
  readonly within: number;
}

export interface Ended {
  /** The exit code; undefined for a command that could not be started, or was killed. */
  readonly code?: number;
  /** What it wrote on both streams: the end of it, when it is long. */
  readonly output: string;
}

/** Runs a command without a shell and waits for it. Never rejects: what went wrong is in the output. */
export function run(command: string, args: readonly string[], { cwd, env = process.env, within }: CommandOptions): Promise<Ended> {
  return new Promise((resolve) => {
    let output = '';
    const keep = (text: string): void => {
      output = (output + text).slice(-KEPT_OUTPUT);
    };
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: within, killSignal: 'SIGKILL' });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => {
      keep(`${error.message}\n`);
      resolve({ output });
    });
    child.on('close', (code, signal) => {
      if (signal !== null) keep(`${command} was ended by ${signal}; it had ${within / 1000} s\n`);
      resolve(code === null ? { output } : { code, output });
    });
  });
}

/** npm's warnings, its empty lines, stacks and pointers to a log. */
const NOISE = /^(?:npm warn.*|npm error(?: +at .*)?|npm error A complete log of this run.*)?$/;

/**
 * The end of what a command wrote, without what npm writes whatever went wrong: see {@link NOISE}, and the page on
 * how the command is used.
 */
export function lastLines(output: string, count = 12): string {
  const lines = output.split('\n').filter((line) => !NOISE.test(line.trim()));
  const usage = lines.findIndex((line) => line === 'npm error Usage:');
  return (usage === -1 ? lines : lines.slice(0, usage)).slice(-count).join('\n');
}
