import type { Config } from '../config/config';
import { checkAddress } from '../forward/address/check';
import { createResolve, type Resolve } from '../forward/address/resolve';
import { createAddressRule } from '../forward/address/rule';
import { fail, warn } from './check';
import type { Check } from './check';
import { checkUrl } from './check-connection';
import { commandLine } from './command-line';
import { counted } from './print';
import type { SeenDestination } from './seen-destination';

/**
 * Each destination, of the configuration and registered at the running receiver: whether it is enabled, whether its
 * address is allowed, and whether it takes connections.
 * @param seen as the receiver sees them; none while it is down, and then those that registered themselves are not known.
 */
export function checkDestinations(
  { destinations, privateDestinations }: Pick<Config, 'destinations' | 'privateDestinations'>,
  resolve: Resolve = createResolve(),
  seen: readonly SeenDestination[] = [],
): readonly Promise<Check>[] {
  const rule = createAddressRule({ privateDestinations, configured: destinations });
  const configured = destinations.map(({ id, url }) => check(id, url, seen.find((candidate) => candidate.id === id)));
  const registered = seen.filter(({ id, isRegistered }) => isRegistered && !destinations.some((destination) => destination.id === id));
  return [...configured, ...registered.map((destination) => check(destination.id, destination.url, destination))];

  async function check(id: string, url: string, atReceiver: SeenDestination | undefined): Promise<Check> {
    const name = `${atReceiver?.isRegistered === true ? 'registered ' : ''}destination ${id}`;
    if (atReceiver?.disabledAt !== undefined) return disabled(name, id, atReceiver.disabledAt);
    const refusal = await checkAddress(url, rule, resolve);
    return refusal === undefined ? checkUrl(name, url) : fail(name, `refused: ${refusal}`);
  }
}

/** What waits at destinations: events while a circuit is open, dead letters until somebody sends them again. */
export function checkWaiting(seen: readonly SeenDestination[], configPath: string): readonly Check[] {
  return seen.flatMap(({ id, circuit, deadLetters }) => [...circuitOf(id, circuit), ...deadLettersOf(id, deadLetters, configPath)]);
}

function disabled(name: string, id: string, since: string): Check {
  return fail(name, `It is disabled since ${since}, because it answered 410 (gone): nothing is sent to it, and its events wait. Once it takes them again, enable it in the inspector or with POST /api/destinations/${id}/enable.`);
}

function circuitOf(id: string, circuit: string): readonly Check[] {
  if (circuit !== 'open' && circuit !== 'half_open') return [];
  return [warn(`circuit of ${id}`, `It is ${circuit}: the destination has failed again and again, so its events wait, and one request tries it now and then. GET /api/deliveries?destination=${id} shows why.`)];
}

function deadLettersOf(id: string, count: number, configPath: string): readonly Check[] {
  if (count === 0) return [];
  const again = commandLine(['replay', '--dead', '--destination', id], configPath);
  return [warn(`dead letters of ${id}`, `${counted(count, 'dead letter')} at ${id}: GET /api/deliveries?status=dead&destination=${id} shows why. To forward them again, run: ${again}`)];
}
