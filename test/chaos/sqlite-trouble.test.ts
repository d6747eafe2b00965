import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engines } from '../../test/receiver/engines';
import type { Engine } from '../../test/receiver/engines';
import { chance, chosenSeed } from './chance';
import { databaseLock } from './database-lock';
import { isLongRun } from './scale';
import { smallDisk } from './small-disk';
import { suffer } from './trouble';
import { sleep } from './wait';
import { openWorld } from './world';
import type { World } from './world';

const TEST_MS = 300_000;

/** Longer than the receiver waits for somebody's lock; in a long run, for as long as a backup may take. */
const LOCKED_MS = isLongRun ? 10_000 : 3_000;

/** Room for the store's log, which it empties at 32 MiB, and for what it is emptied into. */
const DISK_MIB = 128;

const random = chance(chosenSeed());
const sqlite = engines.find(({ name }) => name === 'sqlite');
let world: World | undefined;

afterEach(async () => {
  await world?.close();
  world = undefined;
});

const when = (condition: boolean): jest.It => (sqlite !== undefined && condition ? it : it.skip);
const whenSqlite = when(true);

async function open(run: string, engine = sqlite): Promise<World & { readonly file: string; readonly pid: number }> {
  if (engine === undefined) throw new Error('SQLite is not among the engines.');
  const opened = await openWorld({ run, engine, receivers: 1, chance: random });
  world = opened;
  return { ...opened, file: opened.store.url.slice('sqlite:'.length), pid: opened.fleet.slots[0]?.process.pid ?? 0 };
}

when(can('prlimit', '--version'))('nothing can be written: refused with Retry-After, and taken up again when it can', async () => {
  const { pid, file, ...under } = await open('no room');
  // Below the file's end, each write fails; Node ignores the signal that comes with it.
  const limit = (bytes: string): void => void execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
  for (const bytes of [() => '1', () => String(statSync(`${file}-wal`).size)]) {
    await suffer(under, { begin: () => limit(bytes()), end: () => limit('unlimited') });
  }
  expect(await under.conclude(2)).toEqual([]);
}, TEST_MS);

whenSqlite('the disk is full: refused with Retry-After, and taken up again when there is room', async () => {
  const disk = smallDisk(DISK_MIB);
  if (disk === undefined) return;
  try {
    const under = await open('full disk', onDisk(disk.folder));
    await suffer(under, { begin: disk.fill, end: disk.empty });
    expect(await under.conclude(1)).toEqual([]);
  } finally {
    await world?.close();
    world = undefined;
    disk.remove();
  }
}, TEST_MS);

whenSqlite('somebody else locks the database: refused with Retry-After, and taken up again afterwards', async () => {
  const { file, ...under } = await open('locked');
  const lock = databaseLock(file);
  await suffer(under, {
    async begin() {
      await lock.take();
      await sleep(LOCKED_MS);
    },
    end: () => lock.release(),
  });
  lock.close();
  expect(await under.conclude(1)).toEqual([]);
}, TEST_MS);

when(canProtect())('its files become read-only: refused with Retry-After, and taken up again afterwards', async () => {
  const { file, ...under } = await open('read-only');
  const files = [file, `${file}-wal`];
  const mark = (how: '+i' | '-i'): void => void execFileSync('chattr', [how, ...files]);
  await suffer(under, { begin: () => mark('+i'), end: () => mark('-i') });
  expect(await under.conclude(1)).toEqual([]);
}, TEST_MS);

function onDisk(disk: string): Engine {
  const folder = join(disk, 'data');
  mkdirSync(folder);
  return { name: 'sqlite', open: async () => ({ url: `sqlite:${join(folder, 'store.db')}`, dispose: async () => undefined }) };
}

/** Permissions don't hold back whoever has a file open, nor root; the mark of an immutable file does, where it can be set. */
function canProtect(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'chathooks-immutable-'));
  const probe = join(folder, 'probe');
  writeFileSync(probe, '');
  const could = can('chattr', '+i', probe);
  can('chattr', '-i', probe);
  rmSync(folder, { recursive: true });
  return could;
}

/** Whether a command is there and succeeds. */
function can(command: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
