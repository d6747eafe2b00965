/*
 * The process of one n8n. What is known of it lies in a file of its folder, so that a test file can restart the n8n
 * that the whole suite shares, and the end of the suite still stops the right process.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Installed } from './installation';
import { until } from './until';

const DESCRIPTION = 'instance.json';
const LOG = 'n8n.log';
const READY_WITHIN = 90_000;
const STOPPED_WITHIN = 20_000;

/** One n8n: where it lives, how it is started, and which process it is now. */
export interface Instance {
  readonly folder: string;
  readonly url: string;
  readonly installed: Installed;
  /** The environment that n8n gets, all of it but PATH and HOME. */
  readonly env: Readonly<Record<string, string>>;
  readonly pid?: number;
  /** The owner's session. */
  readonly cookie?: string;
}

/** The folders of all n8n that were started in a folder. */
export function instancesWithin(folder: string): readonly string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((instance) => existsSync(join(instance, DESCRIPTION)));
}

export function readInstance(folder: string): Instance {
  return JSON.parse(readFileSync(join(folder, DESCRIPTION), 'utf8')) as Instance;
}

export function writeInstance(instance: Instance): void {
  writeFileSync(join(instance.folder, DESCRIPTION), JSON.stringify(instance));
}

/** Everything that n8n wrote since its folder was made, restarts included. */
export function readLog(folder: string): string {
  return readLogFrom(folder, 0);
}

/** What it wrote from this byte on. */
export function readLogFrom(folder: string, start: number): string {
  return readFileSync(join(folder, LOG)).subarray(start).toString('utf8');
}

/** In bytes. */
export function logLength(folder: string): number {
  return statSync(join(folder, LOG)).size;
}

/**
 * Starts n8n and waits until its REST API answers.
 *
 * @throws when it ends, or is not ready in time; the message has the end of its log
 */
export async function launch(instance: Instance): Promise<void> {
  const { folder, installed, url } = instance;
  const log = openSync(join(folder, LOG), 'a');
  const child = spawn(join(installed.bin, 'node'), ['--require', join(__dirname, 'end-with-parent.cjs'), installed.entry, 'start'], {
    cwd: folder,
    // Nothing else of the environment: jest's NODE_ENV, a developer's own N8N_ variables or a proxy would change what is tested.
    env: { ...instance.env, PATH: [installed.bin, process.env['PATH']].join(delimiter), HOME: folder },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  const { pid } = child;
  if (pid === undefined) throw new Error(`${join(installed.bin, 'node')} could not be started.`);
  writeInstance({ ...instance, pid });
  try {
    await until(() => ready(url, folder), { what: 'n8n to be ready', within: READY_WITHIN, seen: () => endOfLog(folder) });
  } catch (error) {
    await end(folder);
    throw error;
  }
}

/** Stops n8n as a service manager does: SIGTERM, and SIGKILL when that is not enough. Fine for one that has ended already. */
export async function end(folder: string): Promise<void> {
  const { pid, ...rest } = readInstance(folder);
  if (pid === undefined) return;
  signal(folder, 'SIGTERM');
  const stopped = { what: `n8n (process ${pid}) to stop`, within: STOPPED_WITHIN };
  await until(async () => !isRunning(folder) || undefined, stopped).catch(() => signal(folder, 'SIGKILL'));
  await until(async () => !isRunning(folder) || undefined, stopped);
  writeInstance(rest);
}

async function ready(url: string, folder: string): Promise<true | undefined> {
  if (!isRunning(folder)) throw new Error(`n8n ended before it was ready. ${endOfLog(folder)}`);
  const answer = await fetch(`${url}/healthz/readiness`).catch(() => undefined);
  return answer?.status === 200 || undefined;
}

function signal(folder: string, name: 'SIGTERM' | 'SIGKILL'): void {
  const { pid } = readInstance(folder);
  if (pid !== undefined && isRunning(folder)) process.kill(pid, name);
}

/** Whether the process is there and is n8n: its number may belong to another one by now, and a zombie has no command line. */
function isRunning(folder: string): boolean {
  const { pid, installed } = readInstance(folder);
  if (pid === undefined) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(installed.entry);
  } catch {
    return false;
  }
}

function endOfLog(folder: string): string {
  return `The end of its log:\n${readLog(folder).split('\n').slice(-30).join('\n')}`;
}
