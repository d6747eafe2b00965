import { ConfigError } from '../config/mistakes';
import { parseDestination } from '../config/parse';
import { destinationSchema } from '../config/schema';
import type { DestinationConfig } from '../config/config';
import type { CircuitState } from '../forward/circuit/circuit';
import type { Destination, Destinations } from '../forward/destinations';
import type { ForwardStatus, Store, StoreCounts } from '../store/store';
import { json, problem } from './answer';
import type { ApiAnswer } from './answer';
import { bodySchema } from './body-schema';
import { readJson } from './body';
import { deleteQuery } from './filters';
import type { Input } from './input';
import type { Route } from './route';

export interface DestinationParts {
  readonly store: Pick<Store, 'counts'>;
  readonly destinations: Pick<Destinations, 'get' | 'list' | 'put' | 'delete' | 'enable'>;
  readonly wake: (destinations: readonly string[]) => void;
  readonly sources: () => readonly { readonly id: string }[];
  readonly circuit: (destination: string) => CircuitState;
  /** Why nothing could be sent to a URL, if it has an address that is not allowed. Never rejects. */
  readonly checkAddress: (url: string) => Promise<string | undefined>;
}

const CONFIGURED = 'This destination stands in the configuration file. Change it there, or register another id.';

/** Where events go: reading, registering, forgetting, enabling. */
export function destinationRoutes({ store, destinations, wake, sources, circuit, checkAddress }: DestinationParts): readonly Route[] {
  return [
    {
      method: 'get',
      path: '/destinations',
      operation: { id: 'listDestinations', summary: 'Destinations: of the configuration file, and registered at run time', answer: 'DestinationList', failures: [] },
      async handle() {
        const { forwards } = await store.counts();
        return json({ destinations: destinations.list().map((destination) => ({ ...viewOf(destination, circuit), deliveries: countsOf(destination.config.id, forwards) })) });
      },
    },
    {
      method: 'put',
      path: '/destinations/{id}',
      operation: {
        id: 'putDestination',
        summary: 'Registers a destination, or replaces its registration',
        description: 'Kept in the store, and enabled if it was disabled. What is pending goes to the new registration, within the grace of a deletion too. The id in the body may be left out.',
        body: { schema: withoutId(bodySchema(destinationSchema)), required: true },
        answer: 'Destination',
        failures: [400, 409, 413, 415],
      },
      async handle(request) {
        const id = request.part('id');
        const read = await readJson(request.raw, false);
        if (!read.ok) return read.answer;
        if (read.value.id !== undefined && read.value.id !== id) return problem('invalid_destination', 'id is not the one in the URL. Leave it out of the body.');
        const parsed = readDestination({ ...read.value, id });
        if (!parsed.ok) return parsed.answer;
        const unknownSource = parsed.value.sources?.findIndex((name) => !sources().some((source) => source.id === name)) ?? -1;
        if (unknownSource >= 0) return problem('invalid_destination', `sources[${unknownSource}] is not the id of a source. GET /api/sources lists them.`);
        const refusal = await checkAddress(parsed.value.url);
        if (refusal !== undefined) return problem('invalid_destination', `url cannot be sent to: ${refusal}`);
        if (!(await destinations.put(parsed.value))) return problem('configured_destination', CONFIGURED);
        wake([id]);
        return json(viewOf({ config: parsed.value, origin: 'registered' }, circuit));
      },
    },
    {
      method: 'delete',
      path: '/destinations/{id}',
      operation: {
        id: 'deleteDestination',
        summary: 'Forgets a registered destination, and what is pending for it',
        description: 'It is gone at once: nothing is sent to it any more. With a grace, what is pending waits in case it is registered again, and so do events that come for it meanwhile, over a restart too; then they go to the new registration. After that they are forgotten.',
        query: deleteQuery,
        answer: 'Deleted',
        failures: [400, 404, 409],
      },
      async handle(request) {
        const query = request.query(deleteQuery);
        if (!query.ok) return query.answer;
        const outcome = await destinations.delete(request.part('id'), query.value.grace * 1_000);
        switch (outcome) {
          case 'deleted':
            return json({ deleted: true });
          case 'configured':
            return problem('configured_destination', CONFIGURED);
          case 'unknown':
            return unknown();
        }
      },
    },
    {
      method: 'post',
      path: '/destinations/{id}/enable',
      operation: { id: 'enableDestination', summary: 'Enables a destination that was disabled by its 410', answer: 'Enabled', failures: [404] },
      async handle(request) {
        const id = request.part('id');
        if (!(await destinations.enable(id))) return unknown();
        wake([id]);
        return json({ enabled: true });
      },
    },
  ];
}

function unknown(): ApiAnswer {
  return problem('unknown_destination', 'There is no destination with this id. GET /api/destinations lists them.');
}

function readDestination(written: object): Input<DestinationConfig> {
  try {
    return { ok: true, value: parseDestination(written) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const mistakes = error.mistakes.map(({ path, message }) => `${path} ${message}`.trim());
    return { ok: false, answer: problem('invalid_destination', mistakes.join(' ')) };
  }
}

/** Secrets are counted, never shown. */
function viewOf({ config, origin, disabledAt }: Destination, circuit: DestinationParts['circuit']): object {
  const { secrets, url, ...rest } = config;
  return { ...rest, url: shownUrl(url), secrets: secrets.length, origin, circuit: circuit(config.id), ...(disabledAt === undefined ? {} : { disabledAt: new Date(disabledAt).toISOString() }) };
}

/** Query values of a URL are keys as often as not. */
function shownUrl(address: string): string {
  const url = URL.parse(address);
  if (url === null || url.search === '') return address;
  for (const name of new Set(url.searchParams.keys())) url.searchParams.set(name, '***');
  return url.href;
}

function countsOf(id: string, forwards: StoreCounts['forwards']): Readonly<Record<ForwardStatus, number>> {
  const counts = { pending: 0, delivered: 0, dead: 0 };
  for (const { destination, status, count } of forwards) if (destination === id) counts[status] += count;
  return counts;
}

function withoutId(schema: object): object {
  const { required, ...rest } = schema as { readonly required?: readonly string[] };
  return { ...rest, required: (required ?? []).filter((name) => name !== 'id') };
}
