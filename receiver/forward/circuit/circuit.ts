/*
 * A destination's circuit breaker, as values: what is known of its last failures, and what follows from it.
 *
 * closed:    requests go as they come. Failures of as many different requests as `failures` says, with no success between
 *            them, open it. One request's own repeats count once: it may be that request which the destination cannot take.
 * open:      nothing is claimed. The events wait, and no attempt is used up.
 * half_open: the pause is over. One request is the probe: a success closes the circuit, a failure opens it for longer.
 *
 * The probe is in turn what falls due first, which a failure puts at the end of the line, and what was never tried: beside a
 * few events that the destination can't take, and that are always due again, the others show that it is up. None is
 * tried sooner than its own schedule has it. So no event becomes a dead letter sooner than it would without this.
 */
import { backoffMs, type Schedule } from '../../backoff';

export type CircuitState = 'closed' | 'open' | 'half_open';

export interface Circuit {
  /** The requests that failed since the last success, as far as they are counted. */
  readonly failing: readonly string[];
  readonly pause?: Pause;
}

/** Times are epoch milliseconds. */
export interface Pause {
  readonly since: number;
  readonly until: number;
  /** 1 for the first one since the circuit was closed. */
  readonly number: number;
}

/** What an attempt says of the destination. */
export interface Symptom {
  readonly webhookId: string;
  /** Whether it can be told that the destination is there, or is not; `unclear` says nothing of either. */
  readonly condition: 'up' | 'down' | 'unclear';
  /** Epoch milliseconds. */
  readonly sentAt: number;
  /** It asked to be left alone for so long. */
  readonly retryAfterMs?: number;
}

export interface CircuitOptions {
  /** How many requests have to fail. */
  readonly failures: number;
  /** The pauses before the first probe, the second, … */
  readonly pauses: Schedule;
}

/**
 * Pauses of 5 s, 10 s, 20 s, … 5 min, half of each at random. A destination that is down for an hour sees some 20
 * to 30 probes, and gets the first events within 5 minutes of its return.
 */
export const CIRCUIT: CircuitOptions = { failures: 5, pauses: { baseMs: 5_000, factor: 2, capMs: 300_000 } };

export const closedCircuit: Circuit = { failing: [] };

/** @param now epoch milliseconds; before the pause's own beginning the clock was set back, and the pause means nothing any more. */
export function stateOf({ pause }: Circuit, now: number): CircuitState {
  if (pause === undefined) return 'closed';
  return now >= pause.since && now < pause.until ? 'open' : 'half_open';
}

/** How many requests may be under way at once. */
export function requestsAllowed(circuit: Circuit, now: number): number {
  switch (stateOf(circuit, now)) {
    case 'closed':
      return Infinity;
    case 'half_open':
      return 1;
    case 'open':
      return 0;
  }
}

/**
 * The circuit after an attempt.
 * @param random in [0, 1)
 */
export function after(circuit: Circuit, symptom: Symptom, now: number, random: number, options: CircuitOptions = CIRCUIT): Circuit {
  switch (symptom.condition) {
    case 'up':
      return closedCircuit;
    case 'unclear':
      return circuit;
    case 'down':
      return afterFailure(circuit, symptom, now, random, options);
  }
}

function afterFailure({ failing, pause }: Circuit, { webhookId, sentAt, retryAfterMs = 0 }: Symptom, now: number, random: number, options: CircuitOptions): Circuit {
  const counted = [...failing.filter((id) => id !== webhookId), webhookId].slice(-options.failures);
  if (pause === undefined && counted.length < options.failures) return { failing: counted };
  // Sent before the pause was over, so that it is no probe: it says what is known already.
  if (pause !== undefined && sentAt < pause.until && now >= pause.since) return { failing: counted, pause };
  const number = (pause?.number ?? 0) + 1;
  return { failing: counted, pause: { since: now, until: now + Math.max(retryAfterMs, backoffMs(options.pauses, number, random)), number } };
}
