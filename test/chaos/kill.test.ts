import { engines } from '../../test/receiver/engines';
import { chance, chosenSeed } from './chance';
import { killOnce } from './moments';
import { roundsOf } from './scale';
import { openWorld } from './world';
import type { World } from './world';

const ROUNDS = roundsOf(3);
const ROUND_MS = 20_000;
const END_MS = 300_000;

const fleets = engines.flatMap((engine) => (engine.name === 'sqlite' ? [{ engine, receivers: 1 }] : [{ engine, receivers: 2 }, { engine, receivers: 3 }]));

describe.each(fleets.map((fleet) => ({ ...fleet, name: fleet.engine.name })))('$receivers on $name', ({ engine, receivers, name }) => {
  const random = chance(chosenSeed());
  let world: World;

  beforeAll(async () => {
    world = await openWorld({ run: 'killed under load', engine, receivers, chance: random });
  }, END_MS);
  afterAll(() => world?.close(), END_MS);

  it(`keep, forward and number every event that was answered 200, killed in ${ROUNDS} rounds (${name}, seed ${random.seed})`, async () => {
    for (let round = 0; round < ROUNDS; round++) await killOnce(world, random);
    expect(await world.conclude(ROUNDS)).toEqual([]);
  }, ROUNDS * ROUND_MS + END_MS);
});
