import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmptyStore, Engine } from '../../test/receiver/engines';
import { BASIC } from '../support/running';
import type { Chance } from './chance';
import { startDestinations } from './destination';
import type { Destinations } from './destination';
import type { Evidence } from './evidence';
import { startFleet } from './fleet';
import type { Fleet } from './fleet';
import { summary, violations } from './invariants';
import { startLoad } from './load';
import type { Load } from './load';
import { record } from './report';
import type { Row } from './report';
import { anyPending, storedEvents } from './store-reading';
import { sleep, until } from './wait';

/** Receivers on one store, senders at work on them, and destinations behind them. */
export interface World {
  readonly store: EmptyStore;
  readonly fleet: Fleet;
  readonly load: Load;
  readonly destinations: Destinations;
  /** Waits until so many more deliveries were acknowledged than now. */
  progress(deliveries: number): Promise<void>;
  /**
   * Ends the run: has what was begun acknowledged and forwarded, unaided, then looks whether every promise was kept,
   * and ends the receivers. Resolves to what was not kept, in words: an empty list when everything was.
   */
  conclude(rounds: number): Promise<readonly string[]>;
  /** Leaves nothing behind, whatever the test came to. A second call changes nothing. */
  close(): Promise<void>;
}

export interface WorldOptions {
  /** What the run is called in the table. */
  readonly run: string;
  readonly engine: Engine;
  readonly receivers: number;
  readonly chance: Chance;
  readonly senders?: number;
  /** Destinations never fail. */
  readonly calm?: boolean;
  /** What the receivers are told in place of the store's URL: the way to it through something in between. */
  readonly way?: (store: EmptyStore) => Promise<string>;
}

const SENDERS = 12;

/** To every sender whose events also go singly and in order, two that send in bulk, and one that gives up easily. */
const HASTY = 'hasty';
const SOURCES = ['chat', 'chat', HASTY, 'talk'];

/** For everything to be forwarded after the last of the trouble: a lease may have to run out, and a circuit to close. */
const FORWARDED_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 200;

interface Parts {
  readonly options: WorldOptions;
  readonly folder: string;
  readonly store: EmptyStore;
  readonly fleet: Fleet;
  readonly destinations: Destinations;
  readonly startedAt: number;
}

/** Opens everything, and has the senders begin. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const parts = await openParts(options);
  try {
    await parts.fleet.allReady();
  } catch (error) {
    await closeParts(parts);
    throw error;
  }
  const { chance, senders = SENDERS } = options;
  const load = startLoad({ urls: parts.fleet.urls, chance, senders, sources: SOURCES, hasty: HASTY });
  return worldOf(parts, load);
}

async function openParts(options: WorldOptions): Promise<Parts> {
  const { engine, receivers, chance, calm = false, way = async ({ url }: EmptyStore) => url } = options;
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'chathooks-chaos-'));
  const store = await engine.open();
  const destinations = await startDestinations(calm ? undefined : chance);
  const configured = {
    store: await way(store),
    sources: [...new Set(SOURCES)].map((id) => ({ id, provider: 'cometchat', auth: BASIC })),
    destinations: destinations.configured,
  };
  return { options, folder, store, destinations, startedAt, fleet: await startFleet(folder, receivers, configured) };
}

async function closeParts({ fleet, destinations, store, folder }: Parts): Promise<void> {
  await fleet.destroy();
  await destinations.close();
  await store.dispose();
  rmSync(folder, { recursive: true, force: true });
}

function worldOf(parts: Parts, load: Load): World {
  const { store, fleet, destinations } = parts;
  let closing: Promise<void> | undefined;
  return {
    store,
    fleet,
    load,
    destinations,
    async progress(deliveries) {
      const goal = load.acknowledged() + deliveries;
      await until(`${deliveries} more deliveries are acknowledged`, () => load.acknowledged() >= goal);
    },
    async conclude(rounds) {
      await load.stop();
      const evidence = await gather(parts, load);
      const found = violations(evidence);
      record(rowOf(parts, load, evidence, { rounds, losses: found.length }));
      const exits = await fleet.terminate();
      return [...summary(found), ...exits.flatMap((exit) => (exit === 0 ? [] : [`a receiver ended with ${exit} after SIGTERM`]))];
    },
    close() {
      load.abandon();
      return (closing ??= closeParts(parts));
    },
  };
}

async function gather({ fleet, destinations }: Parts, { offered, wrongAnswers }: Load): Promise<Evidence> {
  await fleet.allReady();
  const [url = ''] = fleet.urls;
  await until('everything is forwarded', async () => !(await anyPending(url)) || (await sleep(LOOK_EVERY_MS), false), FORWARDED_WITHIN_MS);
  return { offered, wrongAnswers, stored: await storedEvents(url), heard: destinations.heard, destinations: destinations.expected };
}

function rowOf({ options, fleet, destinations, startedAt }: Parts, load: Load, { stored, heard }: Evidence, came: Pick<Row, 'rounds' | 'losses'>): Row {
  return {
    run: options.run,
    store: options.engine.name,
    receivers: options.receivers,
    ...came,
    kills: fleet.kills(),
    acknowledged: load.acknowledged(),
    stored: stored.length,
    forwarded: new Set(heard.flatMap(({ events }) => events.map(({ id }) => id))).size,
    repeats: destinations.repeats(),
    seconds: Math.round((performance.now() - startedAt) / 1000),
    seed: options.chance.seed,
  };
}
