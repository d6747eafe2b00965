import { isReady } from './receiver-process';
import type { ReceiverProcess } from './receiver-process';
import { until } from './wait';
import type { World } from './world';

/** Something that happens to a store. */
export interface Trouble {
  begin(): unknown;
  end(): unknown;
}

/** Deliveries before and after it, and refusals during it: enough to say that it was under load. */
const UNDER_LOAD = 30;

/**
 * Lets trouble come over a store under load, and pass. Resolves once the receivers take deliveries again, unaided.
 *
 * Rejects unless senders were told to come again meanwhile, readiness was red in all receivers, and none of them ended.
 */
export async function suffer(world: World, trouble: Trouble): Promise<void> {
  const { fleet, load } = world;
  const pids = fleet.slots.map(({ process }) => process.pid);
  await world.progress(UNDER_LOAD);
  const before = load.answers.unavailable;
  await trouble.begin();
  try {
    await until('senders are told to come again', () => load.answers.unavailable >= before + UNDER_LOAD);
    await until('no receiver is ready', async () => !(await Promise.all(fleet.urls.map(isReady))).includes(true));
    await Promise.all(fleet.slots.map(({ process }) => requireAlive(process)));
  } finally {
    await trouble.end();
  }
  await fleet.allReady();
  await world.progress(UNDER_LOAD);
  const survivors = fleet.slots.filter(({ process }, index) => process.isRunning() && process.pid === pids[index]);
  if (survivors.length < pids.length) throw new Error('A receiver ended over it.');
}

/** Readiness tells a balancer to send nothing; liveness that goes would have the receiver killed for its store's trouble. */
async function requireAlive({ url, said }: ReceiverProcess): Promise<void> {
  const status = await fetch(`${url}/healthz`).then((answer) => answer.status, String);
  if (status !== 200) throw new Error(`${url}/healthz was answered ${status}. The receiver said:\n${said()}`);
}
