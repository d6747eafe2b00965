/*
 * The destinations that there are: those of the configuration file and those registered at run time, and which of
 * them are disabled. In memory for the ingest path, kept in the store, which other receivers may share.
 */
import type { DestinationConfig } from '../config/config';
import type { Store } from '../store/store';
import type { Log } from '../telemetry/log';
import { createChanges, type Changes } from './changes';
import { inBackground, type After } from './leaving';
import { createRefresh } from './refresh';
import { readRemembered, recordOf } from './remembered';
import type { Registration } from './registration';
import { createRoster, type Destination } from './roster';
import { createRoutes, type Route } from './routes';
import { createTurns } from './turns';

export type { Destination };

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
export async function loadDestinations({ store, clock, after = inBackground, log, configured }: DestinationsOptions): Promise<Destinations> {
  let routes = createRoutes([]);
  const listeners = new Set<() => void>();
  const inTurn = createTurns();
  const roster = createRoster({ configured, clock, after, inTurn, forget, onChange: changed, log });
  const refresh = createRefresh({ roster, store, inTurn, after, log });
  const changes = createChanges({ roster, store, clock, inTurn, refresh: () => refresh.now() });
  // Before the first reading: a change between the two would never be heard of.
  const stopWatching = store.watchDestinations(() => refresh.soon());
  try {
    await inTurn(() => refresh.now());
  } catch (error) {
    close();
    throw error;
  }
  route();

  function route(): void {
    routes = createRoutes(roster.configs());
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
    if (roster.isConfigured(id)) {
      await store.putDestination(recordOf(id, undefined, roster.disabledAt(id)));
      return false;
    }
    await store.deleteDestination(id);
    roster.release(id);
    return true;
  }

  function close(): void {
    stopWatching();
    refresh.close();
    roster.close();
  }

  return {
    get: (id) => roster.get(id),
    list: () => roster.known().flatMap((id) => roster.get(id) ?? []),
    known: () => roster.known(),
    isLeaving: (id) => roster.isLeaving(id),
    route: (type, source) => routes(type, source),
    targets: (type, source) => routes(type, source).destinations,
    ...changes,
    disable: (id, at) => roster.disable(id, at),
    replace: (next) => roster.configure(next),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close,
  };
}
