import { once } from 'node:events';
import type { Chance } from './chance';
import type { Slot } from './fleet';
import { sleep } from './wait';
import type { World } from './world';

/** A moment to kill at. Resolves when it has come; what follows at once finds the receivers in it. */
export interface Moment {
  readonly name: string;
  /** False: the receivers need not be ready for it. */
  readonly underLoad: boolean;
  come(world: World, victims: readonly Slot[], chance: Chance): Promise<void>;
}

/** Acknowledgements between one kill and the next, at least and at most, so that there is a load to be killed under. */
const LEAST_BETWEEN_KILLS = 20;
const MOST_BETWEEN_KILLS = 200;

const PAUSE_MS = 300;
const START_MS = 600;
const STOP_MS = 1_200;

/** The boundaries of a delivery's way, and moments that are none. */
export const moments: readonly Moment[] = [
  { name: 'any time', underLoad: true, come: (_world, _victims, chance) => sleep(chance.next() * PAUSE_MS) },
  { name: 'an acknowledgement', underLoad: true, come: async ({ load }) => void (await load.nextAcknowledgement()) },
  { name: 'a forward that is not answered', underLoad: true, come: async ({ destinations }) => void (await once(destinations.events, 'arrives')) },
  { name: 'a forward that is answered, and not marked', underLoad: true, come: async ({ destinations }) => void (await once(destinations.events, 'answered')) },
  { name: 'the start', underLoad: false, come: (_world, _victims, chance) => sleep(chance.next() * START_MS) },
  {
    // Deliveries pile up in its sockets meanwhile, and its clock, timers and leases jump.
    name: 'a standstill',
    underLoad: true,
    async come(_world, victims, chance) {
      for (const { process } of victims) process.signal('SIGSTOP');
      await sleep(chance.next() * STOP_MS);
      if (chance.below(2) === 0) return;
      for (const { process } of victims) process.signal('SIGCONT');
      await sleep(chance.next() * PAUSE_MS);
    },
  },
];

/** Kills receivers at a random moment and starts others in their places. Resolves to the moment's name. */
export async function killOnce(world: World, chance: Chance): Promise<string> {
  const { slots } = world.fleet;
  const moment = chance.pick(moments);
  const victims = chance.below(3) === 0 ? slots : [chance.pick(slots)];
  if (moment.underLoad) {
    await Promise.all(victims.map(({ process }) => process.ready()));
    await world.progress(LEAST_BETWEEN_KILLS + chance.below(MOST_BETWEEN_KILLS - LEAST_BETWEEN_KILLS));
  }
  await moment.come(world, victims, chance);
  await Promise.all(victims.map((victim) => victim.kill()));
  for (const victim of victims) victim.start();
  return moment.name;
}
