/*
 * A real Postgres for tests: one of its own, as npm has installed it, or the one that TEST_DATABASE_URL names.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client } from 'pg';
import { root } from '../support/samples';

export interface Postgres {
  /** Creates an empty database. Resolves to its URL. */
  createDatabase(): Promise<string>;
  /** Cuts off every session and ends the server; absent where the server is somebody else's. */
  readonly crash?: () => Promise<void>;
  /** Starts it again, at the same address, with what was committed. */
  readonly start?: () => Promise<void>;
  /** Ends the server for good, and removes its files. */
  stop(): Promise<void>;
}

type Answer = { readonly url: string } | { readonly error: string };

/** Starts a Postgres. It takes some two seconds: one does for a file of tests, with a database for each test. */
export async function startPostgres(): Promise<Postgres> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined) return { createDatabase: () => createDatabase(given), stop: async () => undefined };
  const child = fork(join(root, 'test', 'postgres', 'serve.mjs'), { stdio: 'ignore' });
  const url = await tell(child, 'start');
  return {
    createDatabase: () => createDatabase(url),
    crash: async () => void (await tell(child, 'crash')),
    start: async () => void (await tell(child, 'start')),
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

async function tell(child: ChildProcess, order: 'start' | 'crash'): Promise<string> {
  child.send(order);
  const [answer] = (await once(child, 'message')) as [Answer];
  if ('error' in answer) throw new Error(`Postgres did not ${order}: ${answer.error}`);
  return answer.url;
}

async function createDatabase(url: string): Promise<string> {
  const name = `chathooks_${randomBytes(8).toString('hex')}`;
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}
