import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { StoreCounts } from '../store/store';

/** What the receiver counts, in Prometheus' words. Labels hold configured ids and stable codes only: their number is bounded. */
export interface Metrics {
  readonly accepted: Counter<'source' | 'provider'>;
  readonly duplicates: Counter<'source' | 'provider'>;
  readonly handshakes: Counter<'source' | 'provider'>;
  readonly refused: Counter<'source' | 'code' | 'diagnosis'>;
  readonly acknowledgement: Histogram<'source'>;
  readonly attempts: Counter<'destination' | 'outcome'>;
  readonly attemptDuration: Histogram<'destination'>;
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

const ACKNOWLEDGEMENT_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5];
const ATTEMPT_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60];

/**
 * Counters of one receiver, in a registry of its own, so that two receivers in one process don't mix.
 * @param counts what the store holds; asked for at each look.
 */
export function createMetrics(counts: () => Promise<StoreCounts>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'chathooks_' });
  forwardGauge(counts, registry);
  return {
    accepted: new Counter({ name: 'chathooks_events_accepted_total', help: 'Events that were stored.', labelNames: ['source', 'provider'], registers }),
    duplicates: new Counter({ name: 'chathooks_events_duplicate_total', help: 'Events that were known already.', labelNames: ['source', 'provider'], registers }),
    handshakes: new Counter({ name: 'chathooks_handshakes_total', help: 'Pings that were answered.', labelNames: ['source', 'provider'], registers }),
    refused: new Counter({ name: 'chathooks_deliveries_refused_total', help: 'Deliveries that were refused, by code and, for a 401, by its diagnosis.', labelNames: ['source', 'code', 'diagnosis'], registers }),
    acknowledgement: new Histogram({ name: 'chathooks_acknowledgement_seconds', help: 'From the end of the headers of a delivery to its 200.', labelNames: ['source'], buckets: ACKNOWLEDGEMENT_SECONDS, registers }),
    attempts: new Counter({ name: 'chathooks_forward_attempts_total', help: 'Attempts to forward, by what came of them.', labelNames: ['destination', 'outcome'], registers }),
    attemptDuration: new Histogram({ name: 'chathooks_forward_attempt_seconds', help: 'How long destinations take to answer.', labelNames: ['destination'], buckets: ATTEMPT_SECONDS, registers }),
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

/** Counted when asked for: the store knows, after a restart too. While it can't answer, the other figures matter most. */
function forwardGauge(counts: () => Promise<StoreCounts>, registry: Registry): void {
  new Gauge({
    name: 'chathooks_forwards',
    help: 'Events on their way to a destination (pending) or given up on (dead).',
    labelNames: ['destination', 'status'],
    registers: [registry],
    async collect() {
      this.reset();
      const { forwards } = await counts().catch((): Pick<StoreCounts, 'forwards'> => ({ forwards: [] }));
      for (const { destination, status, count } of forwards) this.set({ destination, status }, count);
    },
  });
}
