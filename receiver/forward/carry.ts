/*
 * Carries a claimed request through: sends it once and has the store keep what became of it.
 */
import type { OutgoingRequest, Store } from '../store/store';
import { errorName } from '../telemetry/log';
import { attemptRequest, type Attempted, type AttemptTools } from './attempt';
import type { Destination, Destinations } from './destinations';
import { keep, type KeepOptions } from './keep';
import { settlementOf } from './settlement';

/** What is told about each attempt, after the store has kept it. */
export interface AttemptReport extends Attempted {
  readonly request: OutgoingRequest;
}

/** When `signal` is aborted, nothing is waited for any more. Requests without an answer are left to their lease. */
export interface CarryOptions extends AttemptTools, KeepOptions {
  readonly store: Pick<Store, 'settle'>;
  readonly destinations: Pick<Destinations, 'get' | 'isLeaving' | 'disable' | 'save'>;
  /** Told about each attempt as soon as it has ended, with the URL that it was at. */
  readonly onEnd: (url: string, report: AttemptReport) => void;
  readonly onAttempt: (report: AttemptReport) => void;
}

export type Carry = (request: OutgoingRequest, destination: Destination, leaseEndsAt: number) => Promise<number | undefined>;

/** The function never rejects; it resolves to when the request falls due again, if it does. */
export function createCarry(options: CarryOptions): Carry {
  return async (request, destination, leaseEndsAt) => {
    try {
      return await carry(request, destination, leaseEndsAt, options);
    } catch (error) {
      options.log.error({ destination: request.destination, webhookId: request.webhookId, error: errorName(error) }, 'forwarding failed unexpectedly');
      return undefined;
    }
  };
}

async function carry(request: OutgoingRequest, destination: Destination, leaseEndsAt: number, options: CarryOptions): Promise<number | undefined> {
  const { signal, destinations, clock } = options;
  if (signal.aborted) return undefined;
  // The claim was slow: before an answer is here, another receiver may have the request, and send it at the same time.
  if (clock() + destination.config.timeoutMs > leaseEndsAt) {
    options.log.warn({ destination: request.destination, webhookId: request.webhookId }, 'the store was slow to give out a request, so that it could not be sent in time: it falls due again');
    return leaseEndsAt;
  }
  const sent = await attemptRequest(request, destination.config, options);
  // Cut off by ourselves: whether it arrived nobody knows, and it is no fault of the destination.
  if (signal.aborted && sent.attempt.status === undefined) return undefined;
  const attempted = judgeNow(sent, destination, options);
  // Before anything is waited for, so that nothing more is claimed for it.
  if (attempted.outcome.kind === 'disabled') destinations.disable(request.destination, clock());
  const report = { ...attempted, request };
  options.onEnd(destination.config.url, report);
  logAttempt(report, options);
  await settle(report, leaseEndsAt, options);
  tell(report, options);
  return attempted.outcome.kind === 'retry' ? attempted.outcome.dueAt : undefined;
}

/**
 * A 410 is about the address that gave it: a destination that has moved meanwhile is not gone. The request is dead all
 * the same, except while the destination takes its leave, when the address is gone already and another one may come.
 */
function judgeNow(attempted: Attempted, { config }: Destination, { destinations, clock }: CarryOptions): Attempted {
  if (attempted.outcome.kind !== 'disabled' || destinations.get(config.id)?.config.url === config.url) return attempted;
  return { ...attempted, outcome: destinations.isLeaving(config.id) ? { kind: 'retry', dueAt: clock() } : { kind: 'dead' } };
}

/** There is somebody to try again for. */
function isExpected(id: string, destinations: CarryOptions['destinations']): boolean {
  return destinations.get(id) !== undefined || destinations.isLeaving(id);
}

async function settle({ request, ...attempted }: AttemptReport, leaseEndsAt: number, options: CarryOptions): Promise<void> {
  const { destination } = request;
  const { store, destinations, clock } = options;
  const { outcome } = attempted;
  // First: whoever takes up the next event, after a crash or on another machine, is to know that the destination is gone.
  if (outcome.kind === 'disabled') await keep({ destination, operation: 'disable', write: () => destinations.save(destination) }, options);
  await keep({
    destination,
    operation: 'settle',
    write: () => store.settle(settlementOf(request, attempted)),
    // Delivered stays true, and is kept unless somebody has claimed the request anew. The rest is overtaken once the lease has run out.
    stillTrue: () => isExpected(destination, destinations) && (outcome.kind === 'delivered' || clock() < leaseEndsAt),
  }, options);
}

function logAttempt({ request, attempt, outcome }: AttemptReport, { log }: CarryOptions): void {
  const { destination, webhookId, events } = request;
  const { status, error, latencyMs } = attempt;
  const fields = { destination, webhookId, events: events.length, attempt: request.attempt, status, error, latencyMs, outcome: outcome.kind };
  if (outcome.kind === 'disabled') log.warn(fields, 'a destination answered 410 and is disabled: the events of this request are dead letters, all others wait until it is enabled');
  else if (error === 'address_refused') log.warn({ ...fields, refusal: attempt.answer }, 'a destination has an address that is not allowed: nothing was sent');
  else if (outcome.kind === 'dead') log.warn(fields, 'a request is dead: its events are dead letters');
  else log.debug(fields, 'a request was sent');
}

function tell(report: AttemptReport, { log, onAttempt }: CarryOptions): void {
  try {
    onAttempt(report);
  } catch (error) {
    log.error({ error: errorName(error) }, 'a listener to attempts failed');
  }
}
