/*
 * The destinations that there are: those of the configuration file and those registered at run time, and which of
 * them are disabled. In memory for the ingest path, kept in the store.
 */
import type { DestinationConfig } from '../config/config';
import type { DestinationRecord, Store } from '../store/store';
import { errorName, type Log } from '../telemetry/log';
import { readRegistration } from './registration';
import { createRoutes } from './routes';

export interface Destination {
  readonly config: DestinationConfig;
  readonly origin: 'configured' | 'registered';
  /** Epoch milliseconds; set when the destination answered 410. Nothing is sent until it is enabled: what is pending waits. */
  readonly disabledAt?: number;
}

export interface Destinations {
  get(id: string): Destination | undefined;
  list(): readonly Destination[];
  /** Ids of the destinations that an event goes to. A disabled one is among them: its events wait for it. */
  targets(type: string, source: string): readonly string[];
  /** Registers a destination or replaces its registration, and enables it. False: the file configures this id, nothing was done. */
  put(config: DestinationConfig): Promise<boolean>;
  /** Forgets a registered destination with what is pending for it; or what is pending for one that is no more. */
  delete(id: string): Promise<'deleted' | 'configured' | 'unknown'>;
  /** Releases what a disabled destination held back. False: there is no such destination. */
  enable(id: string): Promise<boolean>;
  /** Takes effect at once; {@link save} makes it last. A second call changes nothing. */
  disable(id: string, at: number): void;
  /** Writes what is to be remembered about a destination to the store. */
  save(id: string): Promise<void>;
  /** Takes over a reloaded configuration. A configured destination precedes a registered one of the same id. */
  replace(configured: readonly DestinationConfig[]): void;
  /** Calls back after each change; returns what ends that. */
  subscribe(listener: () => void): () => void;
}

export interface DestinationsOptions {
  readonly store: Pick<Store, 'destinations' | 'putDestination' | 'deleteDestination'>;
  readonly configured: readonly DestinationConfig[];
  readonly log: Log;
  /** Reads a registration back; throws for one that makes no sense any more, which is then left out. */
  readonly parse?: (registration: string) => DestinationConfig;
}

/** Reads what the store remembers. Rejects when the store can't be read. */
export async function loadDestinations(options: DestinationsOptions): Promise<Destinations> {
  const { store, log, parse = readRegistration } = options;
  const registered = new Map<string, DestinationConfig>();
  const disabled = new Map<string, number>();
  let configured = byId(options.configured);
  let routes = createRoutes([]);
  const listeners = new Set<() => void>();

  for (const { id, registration, disabledAt } of await store.destinations()) {
    if (disabledAt !== undefined) disabled.set(id, disabledAt);
    if (registration === undefined) continue;
    try {
      registered.set(id, { ...parse(registration), id });
    } catch (error) {
      log.error({ destination: id, error: errorName(error) }, 'a registered destination makes no sense and is left out');
    }
  }
  route();

  function get(id: string): Destination | undefined {
    const config = configured.get(id) ?? registered.get(id);
    if (config === undefined) return undefined;
    const disabledAt = disabled.get(id);
    return { config, origin: configured.has(id) ? 'configured' : 'registered', ...(disabledAt === undefined ? {} : { disabledAt }) };
  }

  function list(): readonly Destination[] {
    return [...new Set([...configured.keys(), ...registered.keys()])].flatMap((id) => get(id) ?? []);
  }

  function record(id: string, registration: DestinationConfig | undefined, disabledAt: number | undefined): DestinationRecord {
    return {
      id,
      ...(registration === undefined ? {} : { registration: JSON.stringify(registration) }),
      ...(disabledAt === undefined ? {} : { disabledAt }),
    };
  }

  function route(): void {
    routes = createRoutes(list().map(({ config }) => config));
  }

  /** One change after the other: the store is to end up with what stands here. */
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const changing = last.then(change);
    last = changing.catch(() => undefined);
    return changing;
  }

  function changed(): void {
    route();
    for (const listener of listeners) listener();
  }

  return {
    get,
    list,
    targets: (type, source) => routes(type, source),
    put: (config) => inTurn(async () => {
      if (configured.has(config.id)) return false;
      await store.putDestination(record(config.id, config, undefined));
      registered.set(config.id, config);
      disabled.delete(config.id);
      changed();
      return true;
    }),
    delete: (id) => inTurn(async () => {
      if (configured.has(id)) return 'configured';
      const registration = registered.get(id);
      // Here before in the store: an event that came between the two would be forwarded to nobody, for ever.
      if (registered.delete(id)) changed();
      try {
        const had = await store.deleteDestination(id);
        disabled.delete(id);
        return had || registration !== undefined ? 'deleted' : 'unknown';
      } catch (error) {
        if (registration !== undefined) {
          registered.set(id, registration);
          changed();
        }
        throw error;
      }
    }),
    enable: (id) => inTurn(async () => {
      if (get(id) === undefined) return false;
      await store.putDestination(record(id, registered.get(id), undefined));
      disabled.delete(id);
      changed();
      return true;
    }),
    disable(id, at) {
      if (get(id) === undefined || disabled.has(id)) return;
      disabled.set(id, at);
      changed();
    },
    save: (id) => inTurn(async () => {
      if (get(id) !== undefined) await store.putDestination(record(id, registered.get(id), disabled.get(id)));
    }),
    replace(next) {
      configured = byId(next);
      changed();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function byId(configs: readonly DestinationConfig[]): ReadonlyMap<string, DestinationConfig> {
  return new Map(configs.map((config) => [config.id, config]));
}
