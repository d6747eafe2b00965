import { stat } from 'node:fs/promises';
import { fail, ok, warn } from './check';
import type { Check } from './check';

/** The first of the releases with the node:sqlite that the store is tested with. */
const OLDEST_NODE = [24, 14, 1] as const;

/** A file system may be a little ahead of this machine, over a network. */
const CLOCK_TOLERANCE_MS = 60_000;

/** Whether this Node has the database that the store needs. */
export function checkNode(version: string): Check {
  const wanted = OLDEST_NODE.join('.');
  if (compare(version.split('.').map(Number), OLDEST_NODE) >= 0) return ok('node', `Node.js ${version}.`);
  return fail('node', `Node.js ${version} is older than ${wanted}. Install ${wanted} or newer.`);
}

/** The file was saved in the past: a clock that says otherwise was set back, or never set. */
export async function checkClock(configPath: string, now: Date): Promise<Check> {
  const saved = await stat(configPath).catch(() => undefined);
  const time = `It is ${now.toISOString()} here`;
  const isBehind = saved !== undefined && saved.mtimeMs > now.getTime() + CLOCK_TOLERANCE_MS;
  return isBehind ? warn('clock', `${time}, before the configuration was saved. Set the clock: one-time passwords and tokens depend on it.`) : ok('clock', `${time}.`);
}

/** Secrets stand in the file, or it would be of no use to a stranger. */
export async function checkPermissions(configPath: string): Promise<Check> {
  const { mode } = await stat(configPath);
  const isOpen = process.platform !== 'win32' && (mode & 0o077) !== 0;
  return isOpen ? warn('permissions', `Other users of this machine may read ${configPath}. Run: chmod 600 ${configPath}`) : ok('permissions', `Only you may read ${configPath}.`);
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (const [index, part] of other.entries()) {
    const difference = (one[index] ?? 0) - part;
    if (difference !== 0) return difference;
  }
  return 0;
}
