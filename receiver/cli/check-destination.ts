import type { Config } from '../config/config';
import { isRecord } from '../config/record';
import { checkAddress } from '../forward/address/check';
import { createResolve, type Resolve } from '../forward/address/resolve';
import { createAddressRule } from '../forward/address/rule';
import { askReceiver } from './admin-api';
import { fail, warn } from './check';
import type { Check } from './check';
import { checkUrl } from './check-connection';

const TIMEOUT_MS = 5_000;

/** Each destination of the configuration: whether its address is allowed, and whether it takes connections. */
export function checkDestinations({ destinations, privateDestinations }: Pick<Config, 'destinations' | 'privateDestinations'>, resolve: Resolve = createResolve()): readonly Promise<Check>[] {
  const rule = createAddressRule({ privateDestinations, configured: destinations });
  return destinations.map(async ({ id, url }) => {
    const name = `destination ${id}`;
    const refusal = await checkAddress(url, rule, resolve);
    return refusal === undefined ? checkUrl(name, url) : fail(name, `refused: ${refusal}`);
  });
}

/** The destinations that the running receiver sends nothing to for the time being. None when it doesn't answer: that is said elsewhere. */
export async function checkCircuits(config: Config): Promise<readonly Check[]> {
  if (config.listen.port === 0) return [];
  try {
    const answer = await askReceiver(config, { method: 'GET', path: '/api/destinations', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const { destinations } = (await answer.json()) as { readonly destinations?: unknown };
    return Array.isArray(destinations) ? destinations.flatMap(circuitOf) : [];
  } catch {
    return [];
  }
}

function circuitOf(destination: unknown): readonly Check[] {
  if (!isRecord(destination) || typeof destination.id !== 'string') return [];
  const { id, circuit } = destination;
  if (circuit !== 'open' && circuit !== 'half_open') return [];
  return [warn(`circuit of ${id}`, `It is ${circuit}: the destination has failed again and again, so its events wait, and one request tries it now and then. GET /api/deliveries?destination=${id} shows why.`)];
}
