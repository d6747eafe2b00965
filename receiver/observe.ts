import type { Counter, Histogram } from 'prom-client';
import type { Activity } from './api/activity';
import type { RecentRefusals } from './api/refusals';
import type { AttemptReport } from './forward/carry';
import type { IngestObserver } from './ingest/ingest';
import { StoreError } from './store/store';
import type { Arrival, StoreCounts } from './store/store';
import { errorName } from './telemetry/log';
import type { Log } from './telemetry/log';
import type { Metrics } from './telemetry/metrics';
import { createThinning } from './telemetry/thinning';

export interface IngestWatchers {
  readonly metrics: Metrics;
  readonly activity: Activity;
  readonly refusals: RecentRefusals;
  readonly log: Log;
  readonly wake: (destinations: readonly string[]) => void;
}

/** Looked up once: putting labels together for each delivery costs more than counting it. */
interface SourceCounters {
  readonly accepted: Counter.Internal;
  readonly duplicates: Counter.Internal;
  readonly acknowledgement: Histogram.Internal<'source'>;
}

/** Connects what ingest does with those who want to know: counters, log, live views, the forwarder. */
export function observeIngest({ metrics, activity, refusals, log, wake }: IngestWatchers): IngestObserver {
  const counters = new Map<string, SourceCounters>();
  const thinning = createThinning(() => performance.now());
  const countersOf = (source: string, provider: string): SourceCounters => {
    const known = counters.get(source);
    if (known !== undefined) return known;
    const made = {
      accepted: metrics.accepted.labels({ source, provider }),
      duplicates: metrics.duplicates.labels({ source, provider }),
      acknowledgement: metrics.acknowledgement.labels({ source }),
    };
    counters.set(source, made);
    return made;
  };
  return {
    kept(source, arrivals, appended, seconds) {
      const { accepted, duplicates, acknowledgement } = countersOf(source.config.id, source.provider.name);
      acknowledgement.observe(seconds);
      appended.forEach(({ key, id, duplicate, destinations }, index) => {
        const event = arrivals[index];
        (duplicate ? duplicates : accepted).inc();
        if (destinations.length > 0) wake(destinations);
        if (!duplicate && event !== undefined && activity.hasListeners) activity.publish({ kind: 'event', key, event: storedText(event, id) });
        log.debug({ source: source.config.id, key, type: event?.type, duplicate }, 'an event was kept');
      });
    },
    handshake(source) {
      metrics.handshakes.inc({ source: source.config.id, provider: source.provider.name });
      // Some pings need no credential.
      const leftOut = thinning.line('handshake');
      if (leftOut === undefined) return;
      log.info({ source: source.config.id, ...(leftOut === 0 ? {} : { leftOut }) }, 'a ping was answered');
    },
    refused({ source = '', code, diagnosis, cause }) {
      metrics.refused.inc({ source, code, diagnosis: diagnosis ?? '' });
      const refusal = { at: Date.now(), source, code, ...(diagnosis === undefined ? {} : { diagnosis }) };
      refusals.add(refusal);
      if (activity.hasListeners) activity.publish({ kind: 'refusal', refusal });
      const leftOut = thinning.line(code);
      if (leftOut === undefined) return;
      log.warn({ source, code, diagnosis, ...causeOf(cause), ...(leftOut === 0 ? {} : { leftOut }) }, 'a delivery was refused');
    },
  };
}

/** A store's messages are the project's own words with the engine's code in them; any other error may quote what it was about. */
function causeOf(cause: Error | undefined): object {
  if (cause === undefined) return {};
  return { cause: errorName(cause), ...(cause instanceof StoreError ? { reason: cause.message } : {}) };
}

/** The event as the store has it: it gives another id to one that happened again with an equal body. */
function storedText({ event, id }: Arrival, storedId: string): string {
  return id === storedId ? event : JSON.stringify({ ...(JSON.parse(event) as object), id: storedId });
}

/** Connects what becomes of attempts with counters and live views. */
export function observeAttempts({ metrics, activity }: Pick<IngestWatchers, 'metrics' | 'activity'>): (report: AttemptReport) => void {
  return ({ request, attempt, outcome }) => {
    const { destination, webhookId } = request;
    metrics.attempts.inc({ destination, outcome: outcome.kind });
    metrics.attemptDuration.observe({ destination }, attempt.latencyMs / 1000);
    if (!activity.hasListeners) return;
    activity.publish({ kind: 'attempt', destination, webhookId, keys: request.events.map(({ key }) => key), outcome: outcome.kind, attempt });
  };
}

/** What the store holds, but for what is pending for a destination that takes its leave: to everybody outside it is gone. */
export function shownCounts({ events, bytes, forwards }: StoreCounts, isLeaving: (destination: string) => boolean): StoreCounts {
  return { events, bytes, forwards: forwards.filter(({ destination, status }) => status !== 'pending' || !isLeaving(destination)) };
}
