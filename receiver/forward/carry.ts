/*
 * Carries a claimed request through: sends it once and has the store keep what became of it.
 */
import { StoreError, type OutgoingRequest, type Settlement, type Store } from '../store/store';
import { attemptRequest, type Attempted, type AttemptTools } from './attempt';
import type { Destination, Destinations } from './destinations';
import { errorName, type Log } from '../telemetry/log';
import { persist } from './persist';

/** What is told about each attempt, after the store has kept it. */
export interface AttemptReport extends Attempted {
  readonly request: OutgoingRequest;
}

export interface CarryOptions extends AttemptTools {
  readonly store: Pick<Store, 'settle'>;
  readonly destinations: Pick<Destinations, 'get' | 'disable' | 'save'>;
  readonly log: Log;
  readonly onAttempt: (report: AttemptReport) => void;
  /** Called when the store begins to refuse a settlement, and when that is over. */
  readonly onUnsettled: (change: 1 | -1) => void;
  /** Aborted: nothing is waited for any more. Requests without an answer are left to their lease. */
  readonly signal: AbortSignal;
}

const TRIES_AT_A_MISTAKE = 3;

export type Carry = (request: OutgoingRequest, destination: Destination, leaseEndsAt: number) => Promise<number | undefined>;

/** The function never rejects; it resolves to when the request falls due again, if it does. */
export function createCarry(options: CarryOptions): Carry {
  const { store, destinations, log, onAttempt, onUnsettled, signal, clock, random } = options;

  async function carry(request: OutgoingRequest, destination: Destination, leaseEndsAt: number): Promise<number | undefined> {
    if (signal.aborted) return undefined;
    const attempted = await attemptRequest(request, destination.config, options);
    const { attempt, outcome } = attempted;
    // Cut off by ourselves: whether it arrived nobody knows, and it is no fault of the destination.
    if (signal.aborted && attempt.status === undefined) return undefined;
    if (outcome.kind === 'disabled') destinations.disable(request.destination, clock());

    const { destination: id, webhookId, events } = request;
    const { status, error, latencyMs } = attempt;
    const fields = { destination: id, webhookId, events: events.length, attempt: request.attempt, status, error, latencyMs };
    const failed = outcome.kind === 'dead' || outcome.kind === 'disabled';
    if (failed) log.warn({ ...fields, outcome: outcome.kind }, 'a request is dead');
    else log.debug({ ...fields, outcome: outcome.kind }, 'a request was sent');

    // Delivered stays true for ever. The rest is overtaken once the lease has run out and somebody tries again.
    const stillTrue = (): boolean => destinations.get(id) !== undefined && (outcome.kind === 'delivered' || clock() < leaseEndsAt);
    await keep(() => store.settle(settlementOf(webhookId, attempted)), 'settle', id, stillTrue);
    if (outcome.kind === 'disabled') {
      log.warn({ destination: id }, 'a destination answered 410 and is disabled: its events wait until it is enabled');
      await keep(() => destinations.save(id), 'disable', id, () => true);
    }
    tell({ ...attempted, request });
    return outcome.kind === 'retry' ? outcome.dueAt : undefined;
  }

  async function keep(write: () => Promise<void>, operation: string, id: string, stillTrue: () => boolean): Promise<void> {
    let refused = false;
    const kept = await persist(write, {
      random,
      signal,
      worthRetrying: (trouble, failures) => mayPass(trouble, failures) && stillTrue(),
      onFailure: (trouble, failures) => {
        if (!refused) onUnsettled(1);
        refused = true;
        log.warn({ destination: id, operation, failures, error: errorName(trouble) }, 'the store did not keep the outcome of a request');
      },
    });
    if (refused) onUnsettled(-1);
    if (!kept) log.error({ destination: id, operation }, 'the outcome of a request is lost: it will be sent again, under the same webhook-id');
  }

  function tell(report: AttemptReport): void {
    try {
      onAttempt(report);
    } catch (error) {
      log.error({ error: errorName(error) }, 'a listener to attempts failed');
    }
  }

  return async (request, destination, leaseEndsAt) => {
    try {
      return await carry(request, destination, leaseEndsAt);
    } catch (error) {
      log.error({ destination: request.destination, webhookId: request.webhookId, error: errorName(error) }, 'forwarding failed unexpectedly');
      return undefined;
    }
  };
}

function settlementOf(webhookId: string, { attempt, outcome }: Attempted): Settlement {
  switch (outcome.kind) {
    case 'delivered':
      return { webhookId, attempt, outcome: 'delivered' };
    case 'retry':
      return { webhookId, attempt, outcome: 'retry', dueAt: outcome.dueAt };
    case 'dead':
    case 'disabled':
      return { webhookId, attempt, outcome: 'dead' };
  }
}

/** A store that is unavailable comes back. Any other error is a mistake somewhere, which repetition seldom cures. */
function mayPass(error: unknown, failures: number): boolean {
  return error instanceof StoreError ? error.code !== 'store_closed' : failures < TRIES_AT_A_MISTAKE;
}
