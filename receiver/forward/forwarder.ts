/*
 * Forwards what the store holds: one worker for each destination, none of which waits for another.
 */
import type { Store } from '../store/store';
import { BETWEEN_ATTEMPTS, type Schedule } from '../backoff';
import { createCarry, type AttemptReport } from './carry';
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
  readonly leaseMarginMs?: number;
}

export interface Forwarder {
  /** Takes up what is pending, and follows the destinations as they come, change and go. */
  start(): void;
  /** Says that these have something new to forward; an id once for each event lets batches go as soon as they are full. */
  wake(destinationIds: readonly string[]): void;
  /** Claims no more and waits for what is under way. Resolves to whether all of it was settled in time. */
  drain(timeoutMs: number): Promise<boolean>;
  /** Ends at once. Requests under way are cut off and fall due again when their lease has run out. */
  stop(): Promise<void>;
}

/** Nothing is claimed before {@link Forwarder.start}. No method ever rejects. */
export function createForwarder(options: ForwarderOptions): Forwarder {
  const { store, destinations, post, log, clock, random, onAttempt } = options;
  const { schedule = BETWEEN_ATTEMPTS, leaseMarginMs = LEASE_MARGIN_MS } = options;
  const workers = new Map<string, Worker>();
  const finishing = new Set<Promise<void>>();
  const stopping = new AbortController();
  let unsubscribe: (() => void) | undefined;

  function follow(): void {
    // One that takes its leave keeps its worker, which has nothing to send to meanwhile: were it back, it goes on from there.
    const present = new Set(destinations.known());
    for (const [id, worker] of workers) {
      if (present.has(id)) worker.look();
      else retire(id, worker);
    }
    for (const id of present) if (!workers.has(id)) workers.set(id, employ(id));
  }

  function employ(id: string): Worker {
    let unsettled = 0;
    return startWorker({
      id,
      destination: () => destinations.get(id),
      claim: (claim) => store.claim(claim),
      carry: createCarry({
        store, destinations, post, schedule, clock, random, log, onAttempt,
        signal: stopping.signal,
        onUnsettled: (change) => { unsettled += change; },
      }),
      blocked: () => unsettled > 0,
      onClaimFailure: (error, failures) =>
        log.warn({ destination: id, failures, error: errorName(error) }, 'the store gives out no requests: trying again'),
      leaseMarginMs,
      clock,
      random,
    });
  }

  function retire(id: string, worker: Worker): void {
    workers.delete(id);
    worker.halt();
    const finished = worker.finished.then(() => {
      finishing.delete(finished);
      // Registered anew in the meantime, it uses these connections.
      if (!workers.has(id)) post.forget(id);
    });
    finishing.add(finished);
  }

  async function halt(): Promise<void> {
    unsubscribe?.();
    for (const worker of workers.values()) worker.halt();
    await Promise.all([...finishing, ...[...workers.values()].map(({ finished }) => finished)]);
  }

  return {
    start() {
      unsubscribe ??= destinations.subscribe(follow);
      follow();
    },
    wake(destinationIds) {
      for (const id of destinationIds) workers.get(id)?.wake(1);
    },
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
