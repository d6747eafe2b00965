import { createApi } from './api/api';
import { createActivity } from './api/activity';
import type { SourceView } from './api/overview';
import { createRecentRefusals } from './api/refusals';
import { createApp, createHookRouter } from './app';
import type { LibraryConfig } from './config/assemble';
import { guardFor } from './config/guard';
import type { DestinationConfig, SourceConfig } from './config/config';
import { checkAddress } from './forward/address/check';
import { guardedConnector } from './forward/address/connector';
import { createResolve } from './forward/address/resolve';
import { createAddressRule } from './forward/address/rule';
import type { AddressRule } from './forward/address/rule';
import { loadDestinations } from './forward/destinations';
import type { Destinations } from './forward/destinations';
import { createForwarder } from './forward/forwarder';
import { createInProcess, inProcessDestination } from './forward/in-process';
import { createPost } from './forward/post';
import { createBudget } from './ingest/budget';
import { createGate } from './ingest/gate';
import { createIngest } from './ingest/ingest';
import { issuerKeys } from './ingest/issuer';
import { liveSources } from './ingest/source';
import type { LiveSource } from './ingest/source';
import { createInspector } from './inspector/inspector';
import { observeAttempts, observeIngest, shownCounts } from './observe';
import type { Receiver, ReceiverParts } from './receiver';
import { startRetention } from './retention';
import { sharedAnswer } from './shared-answer';
import type { Store } from './store/store';
import type { Log } from './telemetry/log';
import { createMetrics } from './telemetry/metrics';
import { version } from './version';

/** So long strangers share one answer about the store, however often they ask. */
const STORE_ASKED_EVERY_MS = 1_000;

/** The parts that every receiver has. */
export type Tuning = Required<Omit<ReceiverParts, 'open'>>;

/** Composes the parts around an open store, and starts to forward what it holds. Rejects when that can't be; nothing but the store is left open then. */
export async function compose(config: LibraryConfig, store: Store, log: Log, tuning: Tuning): Promise<Receiver> {
  const destinations = await loadDestinations({ store, configured: config.destinations, clock: Date.now, log });
  try {
    return composeAround(destinations, config, store, log, tuning);
  } catch (error) {
    destinations.close();
    throw error;
  }
}

function composeAround(destinations: Destinations, config: LibraryConfig, store: Store, log: Log, { pace, monotonic, lastRequestsMs }: Tuning): Receiver {
  const activity = createActivity();
  const refusals = createRecentRefusals();
  const budget = createBudget(() => ({ bytes: current.limits.bufferedBytes, requests: current.limits.requests, sources: sources.size }));
  const counts = sharedAnswer(() => store.counts(), STORE_ASKED_EVERY_MS, monotonic);
  const metrics = createMetrics({ counts: async () => shownCounts(await counts(), (id) => destinations.isLeaving(id)), held: () => budget.held(), circuits: () => destinations.list().map(({ config: { id } }) => ({ destination: id, state: forwarder.circuit(id) })) });
  const resolve = createResolve();
  const inProcess = createInProcess(createPost({ version, connector: guardedConnector({ rule: () => addressRule, resolve }) }), log);
  const onAttempt = observeAttempts({ metrics, activity });
  const forwarder = createForwarder({ store, destinations, post: inProcess.post, clock: Date.now, random: Math.random, log, onAttempt });

  let current = config;
  let addressRule = addressRuleOf(config);
  let sources = sourcesOf(config.sources);
  let address: string | undefined;
  let draining = false;
  let handled = false;
  const observer = observeIngest({ metrics, activity, refusals, log, wake: (ids) => forwarder.wake(ids) });
  const ingest = createIngest({
    source: (id) => sources.get(id),
    bodyBytes: () => current.limits.bodyBytes,
    budget,
    gate: createGate(monotonic),
    pace,
    append: (arrivals) => store.append(arrivals),
    route: ({ type, hook }) => destinations.route(type, hook),
    isDraining: () => draining,
    now: () => new Date(),
    observer,
  });
  // The handlers of on('event') come when they come: what waits for them is not to be swept away before.
  const knownDestinations = (): readonly string[] => [inProcessDestination.id, ...destinations.known()];
  const api = createApi({
    store,
    sources: () => [...sources.values()].map((source) => sourceView(source, current.publicUrl ?? address ?? addressOf(config.listen))),
    destinations,
    wake: (ids) => forwarder.wake(ids),
    circuit: (id) => forwarder.circuit(id),
    checkAddress: (url) => checkAddress(url, addressRule, resolve),
    activity,
    refusals: () => refusals.list(),
    token: () => current.admin?.token,
    version,
    log,
    monotonic,
  });

  const drain = (): void => {
    draining = true;
    // An open stream would hold up the server's end.
    api.close();
  };
  const check = sharedAnswer(() => store.check(), STORE_ASKED_EVERY_MS, monotonic);
  const ready = (): Promise<void> => (draining ? Promise.reject(new Error('The receiver is draining.')) : check());
  const configured = (): readonly DestinationConfig[] => (handled ? [...current.destinations, inProcessDestination] : current.destinations);
  const router = createHookRouter(ingest, log);
  const app = createApp({ ingest, api, inspector: createInspector(), metrics, ready, log });
  // Last of all: what could not be composed leaves nothing that runs.
  const retention = startRetention({ store, retention: () => current.retention, destinations: knownDestinations, now: Date.now, log });
  forwarder.start();
  return {
    router,
    app,
    on(_name, handler) {
      inProcess.add(handler);
      if (handled) return;
      handled = true;
      destinations.replace(configured());
    },
    listensOn(url) {
      address = url;
    },
    connections: { opened: () => metrics.connections.inc(), closed: () => metrics.connections.dec(), shed: () => metrics.shedConnections.inc() },
    reload(next) {
      current = next;
      addressRule = addressRuleOf(next);
      // Connections that are open were let through by the rule before.
      for (const id of destinations.known()) inProcess.post.forget(id);
      sources = sourcesOf(next.sources);
      destinations.replace(configured());
      retention.look();
    },
    drain,
    async close() {
      drain();
      retention.stop();
      destinations.close();
      const inTime = await forwarder.drain(lastRequestsMs);
      await forwarder.stop();
      await store.close();
      return inTime;
    },
  };
}

function addressRuleOf({ privateDestinations, destinations }: LibraryConfig): AddressRule {
  return createAddressRule({ privateDestinations, configured: destinations });
}

function sourcesOf(configs: readonly SourceConfig[]): ReadonlyMap<string, LiveSource> {
  return liveSources(configs, ({ auth }, provider) => guardFor(auth, provider, issuerKeys));
}

function sourceView({ config, provider }: LiveSource, base: string): SourceView {
  const { id, auth, validation, pings, redact } = config;
  return { id, provider: provider.name, title: provider.title, scheme: auth.scheme, url: `${base}/hooks/${id}`, validation, pings, redact };
}

function addressOf({ host, port }: LibraryConfig['listen']): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
