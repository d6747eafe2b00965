import { once } from 'node:events';
import { statSync } from 'node:fs';
import { engines } from '../../test/receiver/engines';
import { chance, chosenSeed } from './chance';
import { databaseLock } from './database-lock';
import { startProxy } from './proxy';
import type { Proxy } from './proxy';
import { roundsOf } from './scale';
import { sleep } from './wait';
import { openWorld } from './world';
import type { World } from './world';

/** Kills at each boundary. */
const ROUNDS = roundsOf(2, 0.1);
const TEST_MS = 300_000;

const BURST = 8;

/** For deliveries to be read that can't be stored: what follows must hold if they are not, too. */
const READ_MS = 150;

const random = chance(chosenSeed());
const engineNamed = (name: string) => engines.find((engine) => engine.name === name);
let world: World;

afterEach(() => world?.close());

describe.each(engines.map((engine) => ({ engine, name: engine.name })))('killed behind a delivery, on $name', ({ engine }) => {
  it.each(['arrives', 'answered'] as const)('repeats a forward as it was when it %s, and is not marked', async (moment) => {
    world = await openWorld({ run: `a forward ${moment}`, engine, receivers: 1, chance: random, senders: 0, calm: true });
    const [slot] = world.fleet.slots;
    for (let round = 0; round < ROUNDS; round++) {
      const killed = once(world.destinations.events, moment).then(() => slot?.kill());
      const burst = world.load.burst(BURST);
      await killed;
      slot?.start();
      await slot?.process.ready();
      await burst;
    }
    expect(await world.conclude(ROUNDS)).toEqual([]);
    expect(world.destinations.repeats()).toBeGreaterThan(0);
  }, TEST_MS);
});

(engineNamed('sqlite') === undefined ? describe.skip : describe)('killed within a delivery, on sqlite', () => {
  it('has kept nothing of what it had read only', async () => {
    const { file } = await open('after the read');
    const lock = databaseLock(file);
    for (let round = 0; round < ROUNDS; round++) {
      await lock.take();
      const burst = world.load.burst(BURST);
      await sleep(READ_MS);
      await kill();
      lock.release();
      await revive();
      expect((await burst).filter(({ repeated }) => repeated === true)).toEqual([]);
    }
    lock.close();
    expect(await world.conclude(ROUNDS)).toEqual([]);
  }, TEST_MS);

  it.each([
    // More than the page cache holds: it is written to the log before the commit.
    ['after the insert, before the commit', 300_000],
    ['as the log is written', 100],
  ])('has all or nothing of a delivery, killed %s', async (run, characters) => {
    const { file } = await open(run);
    for (let round = 0; round < ROUNDS; round++) {
      const written = logChanges(`${file}-wal`);
      const burst = world.load.burst(BURST, 'x'.repeat(characters));
      await written;
      await kill();
      await revive();
      await burst;
    }
    expect(await world.conclude(ROUNDS)).toEqual([]);
  }, TEST_MS);

  async function open(run: string): Promise<{ readonly file: string }> {
    const engine = engineNamed('sqlite');
    if (engine === undefined) throw new Error('SQLite is not among the engines.');
    world = await openWorld({ run, engine, receivers: 1, chance: random, senders: 0, calm: true });
    return { file: world.store.url.slice('sqlite:'.length) };
  }
});

(engineNamed('postgres') === undefined ? describe.skip : describe)('killed within a delivery, on postgres', () => {
  let proxy: Proxy;

  afterEach(() => proxy?.close());

  it('has kept nothing of what it had read only', async () => {
    await open('after the read');
    for (let round = 0; round < ROUNDS; round++) {
      proxy.stall('up');
      const burst = world.load.burst(BURST);
      await sleep(READ_MS);
      await kill();
      proxy.cut();
      proxy.flow();
      await revive();
      expect((await burst).filter(({ repeated }) => repeated === true)).toEqual([]);
    }
    expect(await world.conclude(ROUNDS)).toEqual([]);
  }, TEST_MS);

  it.each([
    ['after the insert, before the commit', 'the order', false],
    ['after the commit, before the answer', 'the answer', true],
  ] as const)('keeps what is committed, and nothing else: %s', async (run, swallowed, isKept) => {
    await open(run);
    for (let round = 0; round < ROUNDS; round++) {
      const text = `ahoy ${round}`;
      const reached = proxy.swallowCommit(text, swallowed);
      const burst = world.load.burst(1, text);
      await reached;
      await kill();
      proxy.cut();
      await revive();
      expect((await burst).map(({ repeated = false }) => repeated)).toEqual([isKept]);
    }
    expect(await world.conclude(ROUNDS)).toEqual([]);
  }, TEST_MS);

  async function open(run: string): Promise<void> {
    const engine = engineNamed('postgres');
    if (engine === undefined) throw new Error('Postgres is not among the engines.');
    world = await openWorld({
      run, engine, receivers: 1, chance: random, senders: 0, calm: true,
      way: async ({ url }) => (proxy = await startProxy(url)).url,
    });
  }
});

async function kill(): Promise<void> {
  await world.fleet.slots[0]?.kill();
}

async function revive(): Promise<void> {
  world.fleet.slots[0]?.start();
  await world.fleet.allReady();
}

/** Resolves as soon as a file is written to: looks without a pause, since what follows a write follows within a moment. */
async function logChanges(file: string): Promise<void> {
  const before = stamp(file);
  while (stamp(file) === before) await new Promise((resolve) => setImmediate(resolve));
}

function stamp(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return `${found?.size} ${found?.mtimeNs}`;
}
