/*
 * Forwards what the store holds: one worker for each destination, none of which waits for another.
 */
import type { Store } from '../store/store';
import { BETWEEN_ATTEMPTS, type Schedule } from '../backoff';
import { createCarry, type AttemptReport } from './carry';
import { createBreaker, type Breaker } from './circuit/breaker';
import type { CircuitOptions, CircuitState } from './circuit/circuit';
import type { Destinations } from './destinations';
import { errorName, type Log } from '../telemetry/log';
import type { Post } from './post';
import { startWorker, type Worker } from './worker';

/** How much longer than an attempt a claim is held: time to settle it, and the delay of a repeat after a crash. */
const LEASE_MARGIN_MS = 5_000;

export interface ForwarderOptions {
  readonly store: Pick<Store, 'claim' | 'settle'>;
  readonly destinations: Destinations;
  /** Closed by {@link Forwarder.stop}. */
  readonly post: Post;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  /** Told about every attempt once the store has kept it. */
  readonly onAttempt: (report: AttemptReport) => void;
  readonly schedule?: Schedule;
  readonly circuit?: CircuitOptions;
  readonly leaseMarginMs?: number;
}

export interface Forwarder {
  /** Takes up what is pending, and follows the destinations as they come, change and go. */
  start(): void;
  /** Says that these have something new to forward; an id once for each event lets batches go as soon as they are full. */
  wake(destinationIds: readonly string[]): void;
  /** Whether a destination's circuit lets requests through. */
  circuit(destinationId: string): CircuitState;
  /** Claims no more and waits for what is under way. Resolves to whether all of it was settled in time. */
  drain(timeoutMs: number): Promise<boolean>;
  /** Ends at once. Requests under way are cut off and fall due again when their lease has run out. */
  stop(): Promise<void>;
}

interface Line {
  readonly worker: Worker;
  readonly breaker: Breaker;
}

/** Nothing is claimed before {@link Forwarder.start}. No method ever rejects. */
export function createForwarder(options: ForwarderOptions): Forwarder {
  const { store, destinations, post, log, clock, random, onAttempt, circuit } = options;
  const { schedule = BETWEEN_ATTEMPTS, leaseMarginMs = LEASE_MARGIN_MS } = options;
  const lines = new Map<string, Line>();
  const finishing = new Set<Promise<void>>();
  const stopping = new AbortController();
  let unsubscribe: (() => void) | undefined;

  function follow(): void {
    // One that takes its leave keeps its worker, which has nothing to send to meanwhile: were it back, it goes on from there.
    const present = new Set(destinations.known());
    for (const [id, { worker, breaker }] of lines) {
      if (!present.has(id)) {
        retire(id, worker);
        continue;
      }
      breaker.moved(destinations.get(id)?.config.url);
      worker.look();
    }
    for (const id of present) if (!lines.has(id)) lines.set(id, employ(id));
  }

  function employ(id: string): Line {
    const breaker = createBreaker({ destination: id, clock, random, log, ...(circuit === undefined ? {} : { circuit }) });
    breaker.moved(destinations.get(id)?.config.url);
    let unsettled = 0;
    const worker = startWorker({
      id,
      destination: () => destinations.get(id),
      claim: (claim) => store.claim(claim),
      carry: createCarry({
        store, destinations, post, schedule, clock, random, log, onAttempt,
        onEnd: (url, report) => breaker.note(url, report),
        signal: stopping.signal,
        onUnsettled: (change) => { unsettled += change; },
      }),
      blocked: () => unsettled > 0,
      breaker,
      onClaimFailure: (error, failures) =>
        log.warn({ destination: id, failures, error: errorName(error) }, 'the store gives out no requests: trying again'),
      onBreakdown: (error, breakdowns) =>
        log.error({ destination: id, breakdowns, error: errorName(error) }, 'forwarding to a destination failed unexpectedly: starting anew'),
      leaseMarginMs,
      clock,
      random,
    });
    return { worker, breaker };
  }

  function retire(id: string, worker: Worker): void {
    lines.delete(id);
    worker.halt();
    const finished = worker.finished.then(() => {
      finishing.delete(finished);
      // Registered anew in the meantime, it uses these connections.
      if (!lines.has(id)) post.forget(id);
    });
    finishing.add(finished);
  }

  async function halt(): Promise<void> {
    unsubscribe?.();
    for (const { worker } of lines.values()) worker.halt();
    await Promise.all([...finishing, ...[...lines.values()].map(({ worker }) => worker.finished)]);
  }

  return {
    start() {
      unsubscribe ??= destinations.subscribe(follow);
      follow();
    },
    wake(destinationIds) {
      for (const id of destinationIds) lines.get(id)?.worker.wake(1);
    },
    circuit: (id) => lines.get(id)?.breaker.state() ?? 'closed',
    async drain(timeoutMs) {
      const { promise: late, resolve } = Promise.withResolvers<boolean>();
      const timer = setTimeout(resolve, timeoutMs, false);
      const inTime = await Promise.race([halt().then(() => true), late]);
      clearTimeout(timer);
      return inTime;
    },
    async stop() {
      stopping.abort();
      const halted = halt();
      await post.close();
      await halted;
    },
  };
}
