/*
 * The circuit breaker of one destination: keeps its circuit while the program runs, and tells when it changes.
 */
import type { Log } from '../../telemetry/log';
import type { AttemptReport } from '../carry';
import { after, closedCircuit, requestsAllowed, stateOf, type Circuit, type CircuitOptions, type CircuitState } from './circuit';
import { conditionOf } from './symptom';

export interface Breaker {
  state(): CircuitState;
  /** How many requests may be under way at once: all, one, or none. */
  allowed(): number;
  /** Epoch milliseconds; undefined unless it is open. */
  pausedUntil(): number | undefined;
  /** Learns from an attempt at a URL. */
  note(url: string, report: AttemptReport): void;
  /** The destination's URL now, if it has one. Another one is another place, of which nothing is known yet. */
  moved(url: string | undefined): void;
}

export interface BreakerOptions {
  readonly destination: string;
  readonly clock: () => number;
  readonly random: () => number;
  readonly log: Log;
  readonly circuit?: CircuitOptions;
}

/** Closed at first. */
export function createBreaker({ destination, clock, random, log, circuit: options }: BreakerOptions): Breaker {
  let circuit: Circuit = closedCircuit;
  let at: string | undefined;

  function logChange(before: Circuit, { attempt }: AttemptReport): void {
    if (before.pause === circuit.pause) return;
    if (circuit.pause === undefined) return log.info({ destination, circuit: 'closed' }, 'a destination answers again: its circuit is closed');
    const { status, error } = attempt;
    const { number, since, until } = circuit.pause;
    const fields = { destination, circuit: 'open', status, error, pause: number, pauseMs: until - since };
    if (number === 1) log.warn(fields, 'a destination is down: its circuit is open, and its events wait');
    else log.info(fields, 'a destination is still down: its circuit stays open');
  }

  return {
    state: () => stateOf(circuit, clock()),
    allowed: () => requestsAllowed(circuit, clock()),
    pausedUntil: () => (stateOf(circuit, clock()) === 'open' ? circuit.pause?.until : undefined),
    note(url, report) {
      if (url !== (at ?? url)) return;
      const { request, attempt, retryAfterMs } = report;
      const symptom = { webhookId: request.webhookId, condition: conditionOf(attempt), sentAt: attempt.at, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
      const before = circuit;
      circuit = after(before, symptom, clock(), random(), options);
      logChange(before, report);
    },
    moved(url) {
      if (url === undefined) return;
      if (url !== (at ?? url)) {
        if (circuit.pause !== undefined) log.info({ destination, circuit: 'closed' }, 'a destination has moved: its circuit is closed');
        circuit = closedCircuit;
      }
      at = url;
    },
  };
}
