import type { Activity } from './api/activity';
import type { RecentRefusals } from './api/refusals';
import type { AttemptReport } from './forward/carry';
import type { IngestObserver } from './ingest/ingest';
import type { Log } from './telemetry/log';
import type { Metrics } from './telemetry/metrics';

export interface IngestWatchers {
  readonly metrics: Metrics;
  readonly activity: Activity;
  readonly refusals: RecentRefusals;
  readonly log: Log;
  readonly wake: (destinations: readonly string[]) => void;
}

/** Connects what ingest does with those who want to know: counters, log, live views, the forwarder. */
export function observeIngest({ metrics, activity, refusals, log, wake }: IngestWatchers): IngestObserver {
  return {
    kept(source, arrivals, appended, seconds) {
      const labels = { source: source.config.id, provider: source.provider.name };
      metrics.acknowledgement.observe({ source: source.config.id }, seconds);
      appended.forEach(({ key, duplicate, destinations }, index) => {
        const event = arrivals[index];
        (duplicate ? metrics.duplicates : metrics.accepted).inc(labels);
        if (destinations.length > 0) wake(destinations);
        if (!duplicate && event !== undefined && activity.hasListeners) activity.publish({ kind: 'event', key, event: event.event });
        log.debug({ ...labels, key, type: event?.type, duplicate }, 'an event was kept');
      });
    },
    handshake(source) {
      metrics.handshakes.inc({ source: source.config.id, provider: source.provider.name });
      log.info({ source: source.config.id }, 'a ping was answered');
    },
    refused({ source = '', code, diagnosis, cause }) {
      metrics.refused.inc({ source, code, diagnosis: diagnosis ?? '' });
      const refusal = { at: Date.now(), source, code, ...(diagnosis === undefined ? {} : { diagnosis }) };
      refusals.add(refusal);
      if (activity.hasListeners) activity.publish({ kind: 'refusal', refusal });
      log.warn({ source, code, diagnosis, cause: cause?.message }, 'a delivery was refused');
    },
  };
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
