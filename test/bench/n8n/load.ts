import { fork } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../support/samples';

export interface LoadOptions {
  readonly url: string;
  readonly path: string;
  readonly connections: number;
  /** How many deliveries are sent, one after the other on each connection. */
  readonly amount: number;
  readonly run: string;
}

export interface Load {
  readonly startedAt: number;
  readonly sent: number;
  /** With 200. */
  readonly answered: number;
  /** The ids of the events that the answers name; none where an answer names none. */
  readonly acknowledged: readonly string[];
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Answers that came after two seconds or never. */
  readonly late: number;
}

interface Message {
  readonly acknowledged: readonly (string | null | undefined)[];
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly late: number;
  readonly failed: number;
}

/** Sends deliveries from a process of its own, so that measuring takes no time of what is measured. */
export function load({ run, ...options }: LoadOptions): Promise<Load> {
  const startedAt = Date.now();
  const child = fork(join(root, 'test', 'bench', 'load.mjs'), [JSON.stringify({ ...options, run: `${run}-${startedAt}` })]);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('message', (message) => {
      const { acknowledged, failed, late, ...latencies } = message as Message;
      const ids = acknowledged.flatMap((id) => id ?? []);
      resolve({ startedAt, sent: options.amount, answered: acknowledged.length, acknowledged: ids, late: late + failed, p50: latencies.p50, p99: latencies.p99, max: latencies.max });
    });
  });
}
