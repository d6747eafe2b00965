import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { CircuitState } from '../forward/circuit/circuit';
import type { StoreCounts } from '../store/store';

/** What the receiver counts, in Prometheus' words. Labels hold configured ids and stable codes only: their number is bounded. */
export interface Metrics {
  readonly accepted: Counter<'source' | 'provider'>;
  readonly duplicates: Counter<'source' | 'provider'>;
  readonly handshakes: Counter<'source' | 'provider'>;
  readonly refused: Counter<'source' | 'code' | 'diagnosis'>;
  readonly connections: Gauge;
  readonly shedConnections: Counter;
  readonly acknowledgement: Histogram<'source'>;
  readonly attempts: Counter<'destination' | 'outcome'>;
  readonly attemptDuration: Histogram<'destination'>;
  /** What Prometheus reads. Whoever asks while it is put together gets the same bytes. */
  render(): Promise<{ readonly contentType: string; readonly bytes: Uint8Array }>;
}

/** What is asked for at each look. */
export interface Looks {
  /** What the store holds. */
  readonly counts: () => Promise<StoreCounts>;
  /** What deliveries under way hold. */
  readonly held: () => { readonly bytes: number; readonly requests: number };
  /** Of each destination. */
  readonly circuits: () => readonly { readonly destination: string; readonly state: CircuitState }[];
}

const ACKNOWLEDGEMENT_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5];
const ATTEMPT_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60];

/** Counters of one receiver, in a registry of its own, so that two receivers in one process don't mix. */
export function createMetrics(looks: Looks): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'chathooks_' });
  forwardGauge(looks, registry);
  heldGauges(looks, registry);
  circuitGauge(looks, registry);
  let rendering: Promise<Uint8Array> | undefined;
  return {
    accepted: new Counter({ name: 'chathooks_events_accepted_total', help: 'Events that were stored.', labelNames: ['source', 'provider'], registers }),
    duplicates: new Counter({ name: 'chathooks_events_duplicate_total', help: 'Events that were known already.', labelNames: ['source', 'provider'], registers }),
    handshakes: new Counter({ name: 'chathooks_handshakes_total', help: 'Pings that were answered.', labelNames: ['source', 'provider'], registers }),
    refused: new Counter({ name: 'chathooks_deliveries_refused_total', help: 'Deliveries that were refused, by code and, for a 401, by its diagnosis.', labelNames: ['source', 'code', 'diagnosis'], registers }),
    connections: new Gauge({ name: 'chathooks_connections', help: 'Open connections.', registers }),
    shedConnections: new Counter({ name: 'chathooks_connections_shed_total', help: 'Connections that were closed because there were more than limits.connections.', registers }),
    acknowledgement: new Histogram({ name: 'chathooks_acknowledgement_seconds', help: 'From the end of the headers of a delivery to its 200.', labelNames: ['source'], buckets: ACKNOWLEDGEMENT_SECONDS, registers }),
    attempts: new Counter({ name: 'chathooks_forward_attempts_total', help: 'Attempts to forward, by what came of them.', labelNames: ['destination', 'outcome'], registers }),
    attemptDuration: new Histogram({ name: 'chathooks_forward_attempt_seconds', help: 'How long destinations take to answer.', labelNames: ['destination'], buckets: ATTEMPT_SECONDS, registers }),
    async render() {
      rendering ??= registry.metrics().then((text) => Buffer.from(text)).finally(() => (rendering = undefined));
      return { contentType: registry.contentType, bytes: await rendering };
    },
  };
}

/** Counted when asked for: the store knows, after a restart too. While it can't answer, the other figures matter most. */
function forwardGauge({ counts }: Looks, registry: Registry): void {
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

function heldGauges({ held }: Looks, registry: Registry): void {
  const registers = [registry];
  new Gauge({ name: 'chathooks_deliveries_under_way', help: 'Deliveries that were begun and not answered yet.', registers, collect() { this.set(held().requests); } });
  new Gauge({ name: 'chathooks_buffered_bytes', help: 'Room that the bodies of deliveries under way take.', registers, collect() { this.set(held().bytes); } });
}

/** One series for each state, as OpenMetrics has it for a state set: a sum over destinations says how many are down. */
function circuitGauge({ circuits }: Looks, registry: Registry): void {
  const states: readonly CircuitState[] = ['closed', 'open', 'half_open'];
  new Gauge({
    name: 'chathooks_circuit',
    help: '1 for the state that the circuit of a destination is in: closed while it is up, open while nothing is sent to it, half_open while one request tries it.',
    labelNames: ['destination', 'state'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { destination, state: current } of circuits()) for (const state of states) this.set({ destination, state }, state === current ? 1 : 0);
    },
  });
}
