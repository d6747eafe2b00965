import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { engines } from '../../test/receiver/engines';
import { chance, chosenSeed } from './chance';
import { startProxy } from './proxy';
import type { Proxy } from './proxy';
import { itInLongRun, roundsOf } from './scale';
import { smallDisk } from './small-disk';
import { suffer } from './trouble';
import type { Trouble } from './trouble';
import { sleep, until } from './wait';
import { openWorld } from './world';
import type { World, WorldOptions } from './world';

const TEST_MS = 300_000;
const ROUNDS = roundsOf(2, 0.2);

/** Between one blow and the next, where there are many. */
const BLOW_EVERY_MS = 400;

const random = chance(chosenSeed());
const postgres = engines.find(({ name }) => name === 'postgres');
const blows = Array.from({ length: ROUNDS }, (_, index) => index);

/** What the test's own sessions are known by. */
const OURS = 'chaos';

/** An empty database, what the receivers make in it, and a little more. */
const DISK_MIB = 32;

/** Above the time-out of the destinations and the margin of a lease. */
const STANDSTILL_MS = 8_000;

let world: World;
let proxy: Proxy | undefined;
let admin: Client;

(postgres === undefined ? describe.skip : describe)('two receivers on a Postgres', () => {
  afterEach(async () => {
    await admin?.end().catch(() => undefined);
    await world?.close();
    await proxy?.close();
    proxy = undefined;
  }, TEST_MS);

  it('whose server goes away refuse with Retry-After, and go on when it is back', async () => {
    await open('server restarted');
    const { server } = world.store;
    if (server?.crash === undefined) return;
    await suffer(world, { begin: () => server.crash?.(), end: () => server.start?.() });
    await kept();
  }, TEST_MS);

  it('whose sessions are ended again and again lose nothing', async () => {
    await open('sessions ended');
    for (const _blow of blows) {
      await endSessions();
      await world.progress(20);
      await sleep(random.next() * BLOW_EVERY_MS);
    }
    await kept();
  }, TEST_MS);

  it('whose connections are cut again and again lose nothing', async () => {
    const { cut } = await behindProxy('connections cut');
    for (const _blow of blows) {
      cut();
      await world.progress(20);
      await sleep(random.next() * BLOW_EVERY_MS);
    }
    await kept();
  }, TEST_MS);

  itInLongRun.each(['up', 'down', 'both'] as const)('that answers no more (%s) refuse with Retry-After, instead of letting senders wait', async (direction) => {
    const { stall, flow } = await behindProxy(`silence, ${direction}`);
    await suffer(world, { begin: () => stall(direction), end: flow });
    await kept();
    expect(world.load.answers.late).toBe(0);
  }, TEST_MS);

  itInLongRun('that cannot be reached refuse with Retry-After, and go on when it can', async () => {
    const { refuse, cut, flow } = await behindProxy('unreachable');
    await suffer(world, { begin: () => (refuse(), cut()), end: flow });
    await kept();
  }, TEST_MS);

  itInLongRun('that has no connection left for them refuse with Retry-After, and go on when it has', async () => {
    await open('connections used up');
    await suffer(world, useUpConnections());
    await kept();
  }, TEST_MS);

  it('that becomes read-only refuse with Retry-After, and go on when it is writable, on the same connections', async () => {
    await open('read-only');
    const database = escapeIdentifier(new URL(world.store.url).pathname.slice(1));
    await suffer(world, {
      async begin() {
        await admin.query(`ALTER DATABASE ${database} SET default_transaction_read_only = on`);
        await endSessions();
      },
      async end() {
        await admin.query('SET default_transaction_read_only = off');
        await admin.query(`ALTER DATABASE ${database} RESET default_transaction_read_only`);
      },
    });
    await kept();
  }, TEST_MS);

  itInLongRun('whose disk is full refuse with Retry-After, and go on when there is room', async () => {
    const disk = smallDisk(DISK_MIB);
    if (disk === undefined) return;
    try {
      await open('full disk', async ({ url }) => (await moveTo(disk.folder, url), url));
      await suffer(world, { begin: disk.fill, end: disk.empty });
      await kept();
    } finally {
      await admin.end();
      await world.close();
      disk.remove();
    }
  }, TEST_MS);

  itInLongRun('whose tables somebody locks and forgets refuse with Retry-After, and go on when the lock is gone', async () => {
    await open('tables locked');
    const holder = await session();
    await suffer(world, {
      begin: () => until('the locks are had', () => lockAll(holder)),
      end: async () => void (await holder.query('ROLLBACK')),
    });
    await holder.end();
    await kept();
    expect(world.load.answers.late).toBe(0);
  }, TEST_MS);

  itInLongRun('of which one stands still give its work to the other, and double nothing when it goes on', async () => {
    await open('one stands still');
    for (const blow of blows.slice(0, Math.ceil(ROUNDS / 4))) {
      const slot = world.fleet.slots[blow % world.fleet.slots.length];
      await world.progress(50);
      slot?.process.signal('SIGSTOP');
      // Longer than a lease: what it holds falls to the other.
      await sleep(STANDSTILL_MS);
      await world.progress(50);
      slot?.process.signal('SIGCONT');
      await slot?.process.ready();
    }
    await kept();
  }, TEST_MS);
});

async function open(run: string, way?: WorldOptions['way']): Promise<void> {
  if (postgres === undefined) throw new Error('Postgres is not among the engines.');
  world = await openWorld({ run, engine: postgres, receivers: 2, chance: random, ...(way === undefined ? {} : { way }) });
  admin = await session();
}

async function behindProxy(run: string): Promise<Proxy> {
  let started: Proxy | undefined;
  await open(run, async ({ url }) => (started = await startProxy(url)).url);
  if (started === undefined) throw new Error('There is no proxy.');
  proxy = started;
  return started;
}

async function kept(): Promise<void> {
  expect(await world.conclude(ROUNDS)).toEqual([]);
}

/** A session of the test's own, past any proxy. */
async function session(): Promise<Client> {
  const client = new Client({ connectionString: world.store.url, application_name: OURS });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Moves a database that nobody uses yet to a disk of its own. */
async function moveTo(folder: string, url: string): Promise<void> {
  const { username, pathname } = new URL(url);
  const data = join(folder, 'data');
  mkdirSync(data);
  // The server runs as a user of the same name as its superuser.
  execFileSync('chown', [username, data]);
  const client = new Client({ connectionString: Object.assign(new URL(url), { pathname: '/postgres' }).href });
  await client.connect();
  await client.query(`CREATE TABLESPACE small LOCATION ${escapeLiteral(data)}`);
  await client.query(`ALTER DATABASE ${escapeIdentifier(pathname.slice(1))} SET TABLESPACE small`);
  await client.end();
}

/** Ends every session of the receivers. */
async function endSessions(): Promise<void> {
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name <> $1', [OURS]);
}

/** Locks every table of the receivers, whatever they are, and keeps the transaction open. False: the receivers were in the way. */
async function lockAll(holder: Client): Promise<boolean> {
  const { rows } = await admin.query<{ names: string }>(
    "SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') AS names FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
  );
  await holder.query('BEGIN');
  try {
    await holder.query(`LOCK TABLE ${rows[0]?.names} IN ACCESS EXCLUSIVE MODE`);
    return true;
  } catch {
    await holder.query('ROLLBACK');
    return false;
  }
}

/** Others take all connections that the server has to give, and what the receivers let go. */
function useUpConnections(): Trouble {
  const others: Client[] = [];
  let over = false;
  let taking: Promise<void> | undefined;
  async function take(): Promise<void> {
    while (!over) {
      try {
        others.push(await session());
      } catch {
        await endSessions();
        await sleep(20);
      }
    }
  }
  return {
    begin() {
      taking = take();
    },
    async end() {
      over = true;
      await taking;
      await Promise.all(others.map((other) => other.end()));
    },
  };
}
