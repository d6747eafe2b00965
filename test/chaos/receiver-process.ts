import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from '../support/samples';
import { until } from './wait';

/** A receiver as it is shipped, in a process of its own. */
export interface ReceiverProcess {
  readonly pid: number;
  readonly url: string;
  /** Resolves once it says that it can take deliveries; rejects when it ended instead. */
  ready(): Promise<void>;
  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void;
  isRunning(): boolean;
  /** Resolves when the process has ended, to its exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** The end of what it wrote: the log, and why it did not start. */
  said(): string;
}

const KEPT_CHARACTERS = 20_000;

/** The program under test. Another build of it (one that is broken on purpose, say) is named by CHATHOOKS_CHAOS_PROGRAM. */
const PROGRAM = process.env['CHATHOOKS_CHAOS_PROGRAM'] ?? join(root, 'receiver', 'bin', 'chathooks.js');

/** Starts `chathooks start`; it is not ready yet when this returns. */
export function startReceiver(config: string, port: number, folder: string): ReceiverProcess {
  const child = spawn(process.execPath, [PROGRAM, 'start', '--config', config], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const url = `http://127.0.0.1:${port}`;
  let said = '';
  let running = true;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-KEPT_CHARACTERS)));
  }
  const ended = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => {
    running = false;
    return code ?? signal ?? 'nothing';
  });
  return {
    pid: child.pid ?? 0,
    url,
    ended,
    said: () => said,
    isRunning: () => running,
    signal: (name) => void child.kill(name),
    async ready() {
      await until(`${url} is ready`, () => !running || isReady(url));
      if (!running) throw new Error(`The receiver ended instead of getting ready:\n${said}`);
    },
  };
}

/** What /readyz says. */
export function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).then((answer) => answer.ok, () => false);
}
