/*
 * One destination's worker: claims what is due whenever it has a free slot, and gives each request to `carry`.
 * There is one claim at a time: two would share out what is pending, and cut smaller batches.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Claimed, ClaimOptions, OutgoingRequest } from '../store/store';
import { createAlarm } from './alarm';
import { backoffMs, STORE_TROUBLE } from '../backoff';
import type { Breaker } from './circuit/breaker';
import type { Destination } from './destinations';
import { plan } from './plan';

/** A claim that brought nothing while something is said to be due (two clocks disagree) is not repeated at once. */
const LEAST_SLEEP_MS = 50;

export interface Worker {
  /** Something new is there: `events` of it, as far as the caller knows. */
  wake(events: number): void;
  /** Looks again at what the destination is: it was changed, disabled or enabled. */
  look(): void;
  /** Claims no more. */
  halt(): void;
  /** Resolves once the worker was halted and nothing is under way. Never rejects. */
  readonly finished: Promise<void>;
}

export interface WorkerOptions {
  readonly id: string;
  readonly destination: () => Destination | undefined;
  readonly claim: (options: ClaimOptions) => Promise<Claimed>;
  /** Sends and settles; never rejects. Resolves to when the request falls due again, if it does. */
  readonly carry: (request: OutgoingRequest, destination: Destination, leaseEndsAt: number) => Promise<number | undefined>;
  /** True while the store does not keep what became of requests: claiming now could only bring them back. */
  readonly blocked: () => boolean;
  readonly breaker: Pick<Breaker, 'state' | 'allowed' | 'pausedUntil'>;
  readonly onClaimFailure: (error: unknown, failures: number) => void;
  /** Told of a mistake in here: the worker starts anew. */
  readonly onBreakdown: (error: unknown, breakdowns: number) => void;
  readonly leaseMarginMs: number;
  readonly clock: () => number;
  readonly random: () => number;
}

/** Starts at once, with what may have been left pending by an earlier process. */
export function startWorker(options: WorkerOptions): Worker {
  const { id, clock, breaker } = options;
  const alarm = createAlarm();
  const carrying = new Set<Promise<void>>();
  const halting = new AbortController();
  let more = true;
  let wokenAt: number | undefined;
  let wokenEvents = 0;
  let dueAt: number | undefined;
  let notBefore = 0;
  let failures = 0;
  let lastClaimAt = 0;
  let probes = 0;

  /** A worker that ended at a mistake would leave its destination without one until the next start of the program. */
  async function work(): Promise<void> {
    for (let breakdowns = 1; !halting.signal.aborted; breakdowns++) {
      try {
        await forward();
      } catch (error) {
        options.onBreakdown(error, breakdowns);
        more = true;
        await pause(backoffMs(STORE_TROUBLE, breakdowns, options.random()), undefined, { signal: halting.signal }).catch(() => undefined);
      }
    }
    while (carrying.size > 0) await Promise.all(carrying);
  }

  async function forward(): Promise<void> {
    while (!halting.signal.aborted) {
      const destination = options.destination();
      const freeSlots = Math.min(destination?.config.concurrency ?? 0, breaker.allowed()) - carrying.size;
      const held = destination === undefined || destination.disabledAt !== undefined || options.blocked();
      const batch = destination?.config.batch ?? { max: 1, waitMs: 0 };
      const step = plan({ held, pausedUntil: breaker.pausedUntil(), freeSlots, more, wokenAt, wokenEvents, dueAt, notBefore, lastClaimAt, batch }, clock());
      if (step.kind === 'sleep') await alarm.sleep(step.ms);
      else if (destination !== undefined) await claim(destination, freeSlots);
    }
  }

  async function claim(destination: Destination, requests: number): Promise<void> {
    const { batch, timeoutMs } = destination.config;
    const leaseMs = timeoutMs + options.leaseMarginMs;
    const claimedAt = clock();
    // Before the claim, not after: what happens while it runs may have come too late for it.
    lastClaimAt = claimedAt;
    more = false;
    wokenAt = undefined;
    wokenEvents = 0;
    dueAt = undefined;
    // A few events that the destination can't take are always due again: were they the only probes, it would look down for good.
    const freshFirst = breaker.state() === 'half_open' && (probes += 1) % 2 === 0;
    try {
      const claimed = await options.claim({ destination: id, requests, batch: batch.max, leaseMs, ...(freshFirst ? { freshFirst } : {}) });
      failures = 0;
      for (const request of claimed.requests) carry(request, destination, claimedAt + leaseMs);
      noteDue(claimed, requests);
    } catch (error) {
      failures += 1;
      more = true;
      notBefore = clock() + backoffMs(STORE_TROUBLE, failures, options.random());
      options.onClaimFailure(error, failures);
    }
  }

  function noteDue({ requests, nextDueAt }: Claimed, asked: number): void {
    if (requests.length >= asked) {
      more = true;
    } else if (nextDueAt !== undefined) {
      due(requests.length > 0 ? nextDueAt : Math.max(nextDueAt, clock() + LEAST_SLEEP_MS));
    }
  }

  function due(at: number): void {
    dueAt = Math.min(dueAt ?? Infinity, at);
  }

  function carry(request: OutgoingRequest, destination: Destination, leaseEndsAt: number): void {
    const carried = options.carry(request, destination, leaseEndsAt).then((again) => {
      carrying.delete(carried);
      if (again !== undefined) due(again);
      // In a conversation that is kept in order, the next event may go now.
      if (destination.config.order === 'conversation') more = true;
      alarm.ring();
    });
    carrying.add(carried);
  }

  return {
    wake(events) {
      wokenAt ??= clock();
      wokenEvents += events;
      alarm.ring();
    },
    look() {
      more = true;
      alarm.ring();
    },
    halt() {
      halting.abort();
      alarm.ring();
    },
    finished: work(),
  };
}
