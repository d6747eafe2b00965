/*
 * The destinations that there are: those of the configuration file and those registered at run time, and which of
 * them are disabled. In memory for the ingest path, kept in the store, which other receivers may share.
 */
import type { DestinationConfig } from '../config/config';
import type { Store } from '../store/store';
import type { Log } from '../telemetry/log';
import { createChanges, type Changes, type Held } from './changes';
import { createLeaving, inBackground, type After } from './leaving';
import { createRefresh } from './refresh';
import { readRemembered, recordOf } from './remembered';
import type { Registration } from './registration';
import { createRoutes, type Route } from './routes';
import { createTurns } from './turns';

export interface Destination {
  readonly config: DestinationConfig;
  readonly origin: 'configured' | 'registered';
  /** Epoch milliseconds; set when the destination answered 410. Nothing is sent until it is enabled: what is pending waits. */
  readonly disabledAt?: number;
}

export interface Destinations extends Changes {
  get(id: string): Destination | undefined;
  list(): readonly Destination[];
  /** Ids of all that events are kept for: those of {@link list}, and those that take their leave. */
  known(): readonly string[];
  /** Deleted, and not forgotten yet: nothing is sent to it, and it shows nowhere. */
  isLeaving(id: string): boolean;
  /** Where an event goes. A destination that is disabled or takes its leave is among them: its events wait for it. */
  route(type: string, source: string): Route;
  /** The same, whatever the order. */
  targets(type: string, source: string): readonly string[];
  /** Takes effect at once; {@link save} makes it last. A second call changes nothing. */
  disable(id: string, at: number): void;
  /** Takes over a reloaded configuration. A configured destination precedes a registered one of the same id. */
  replace(configured: readonly DestinationConfig[]): void;
  /** Calls back after each change; returns what ends that. */
  subscribe(listener: () => void): () => void;
  /** Follows the store no more, and forgets none any more that takes its leave. */
  close(): void;
}

export interface DestinationsOptions {
  readonly store: Pick<Store, 'destinations' | 'putDestination' | 'deleteDestination' | 'watchDestinations'>;
  readonly configured: readonly DestinationConfig[];
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly after?: After;
  readonly log: Log;
}

/** Reads what the store remembers, and follows it from then on. Rejects when the store can't be read. */
export async function loadDestinations({ store, clock, after = inBackground, log, ...options }: DestinationsOptions): Promise<Destinations> {
  let configured = byId(options.configured);
  let routes = createRoutes([]);
  const listeners = new Set<() => void>();
  const inTurn = createTurns();
  const registered = new Map<string, DestinationConfig>();
  const disabled = new Map<string, number>();
  const unsaved = new Set<string>();
  const leaving = createLeaving({ clock, after, inTurn, forget, onChange: changed, log });
  const held: Held = { configured: () => configured, registered, leaving, disabled, unsaved };
  const refresh = createRefresh({ ...held, store, inTurn, after, onChange: changed, log });
  const changes = createChanges({ ...held, store, clock, inTurn, refresh: () => refresh.now(), onChange: changed });
  // Before the first reading: a change between the two would never be heard of.
  const stopWatching = store.watchDestinations(() => refresh.soon());
  try {
    await inTurn(() => refresh.now());
  } catch (error) {
    close();
    throw error;
  }
  route();

  function get(id: string): Destination | undefined {
    const config = configured.get(id) ?? registered.get(id);
    if (config === undefined) return undefined;
    const disabledAt = disabled.get(id);
    return { config, origin: configured.has(id) ? 'configured' : 'registered', ...(disabledAt === undefined ? {} : { disabledAt }) };
  }

  function known(): readonly string[] {
    return [...new Set([...configured.keys(), ...registered.keys(), ...leaving.ids()])];
  }

  function route(): void {
    routes = createRoutes(known().flatMap((id) => get(id)?.config ?? leaving.get(id)?.config ?? []));
  }

  function changed(): void {
    route();
    for (const listener of listeners) listener();
  }

  /**
   * The configuration file may have taken over the id in the meantime, and what is pending with it; or it was registered
   * again with another receiver. One that another receiver has forgotten is forgotten again: events came for it here.
   */
  async function forget({ config: { id }, leavingUntil }: Required<Registration>): Promise<boolean> {
    const read = await readRemembered(store, log);
    const until = read.leaving.find(({ config }) => config.id === id)?.leavingUntil;
    if (read.registered.has(id) || (until !== undefined && until !== leavingUntil)) {
      await refresh.now();
      return false;
    }
    if (configured.has(id)) {
      await store.putDestination(recordOf(id, undefined, disabled.get(id)));
      return false;
    }
    await store.deleteDestination(id);
    disabled.delete(id);
    return true;
  }

  function close(): void {
    stopWatching();
    refresh.close();
    leaving.close();
  }

  return {
    get,
    list: () => known().flatMap((id) => get(id) ?? []),
    known,
    isLeaving: (id) => leaving.get(id) !== undefined && !configured.has(id),
    route: (type, source) => routes(type, source),
    targets: (type, source) => routes(type, source).destinations,
    ...changes,
    disable(id, at) {
      if (get(id) === undefined || disabled.has(id)) return;
      disabled.set(id, at);
      unsaved.add(id);
      changed();
    },
    replace(next) {
      configured = byId(next);
      changed();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close,
  };
}

function byId(configs: readonly DestinationConfig[]): ReadonlyMap<string, DestinationConfig> {
  return new Map(configs.map((config) => [config.id, config]));
}
