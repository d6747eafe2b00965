/*
 * An outage of an hour in a moment: the circuit and the schedule of repeats, with a queue that gives out repeats first,
 * by when they fall due, and then what is new, as the store does.
 */
import { BETWEEN_ATTEMPTS } from '../../../../receiver/backoff';
import { after, closedCircuit, requestsAllowed, type Circuit } from '../../../../receiver/forward/circuit/circuit';
import { outcomeOf } from '../../../../receiver/forward/outcome';

const HOUR = 3_600_000;
const CONCURRENCY = 4;
const TOOK_MS = 100;

interface Waiting {
  readonly id: string;
  readonly attempts: number;
  readonly dueAt: number;
}

interface Outage {
  readonly downMs: number;
  readonly events: number;
  /** One comes each time that so much has passed. */
  readonly everyMs: number;
  readonly random: () => number;
}

/** What has become of all of them when nothing waits any more. */
function live({ downMs, events, everyMs, random }: Outage) {
  let circuit: Circuit = closedCircuit;
  let waiting: readonly Waiting[] = Array.from({ length: events }, (_, index) => ({ id: `e${index}`, attempts: 0, dueAt: index * everyMs }));
  let dead = 0;
  let failed = 0;
  let firstDelivered: number | undefined;
  for (let now = 0; waiting.length > 0; now = Math.max(now + TOOK_MS, circuit.pause?.until ?? 0, Math.min(...waiting.map(({ dueAt }) => dueAt)))) {
    const due = waiting.filter(({ dueAt }) => dueAt <= now).toSorted((one, other) => Number(other.attempts > 0) - Number(one.attempts > 0) || one.dueAt - other.dueAt);
    for (const { id, attempts } of due.slice(0, Math.min(CONCURRENCY, requestsAllowed(circuit, now)))) {
      const status = now < downMs ? 503 : 200;
      const outcome = outcomeOf({ latencyMs: TOOK_MS, status }, { attempt: attempts + 1, attempts: 10, schedule: BETWEEN_ATTEMPTS, now, random: random() });
      circuit = after(circuit, { webhookId: id, condition: status === 200 ? 'up' : 'down', sentAt: now }, now, random());
      waiting = waiting.flatMap((one) => (one.id !== id ? [one] : outcome.kind === 'retry' ? [{ id, attempts: attempts + 1, dueAt: outcome.dueAt }] : []));
      if (outcome.kind === 'dead') dead++;
      if (outcome.kind === 'delivered') firstDelivered ??= now;
      else failed++;
    }
  }
  return { dead, failed, delivered: events - dead, lateMs: (firstDelivered ?? Infinity) - downMs };
}

describe('a destination that is down for an hour', () => {
  it.each([
    ['with all of its events there at once', { events: 500, everyMs: 0 }, 0],
    ['with an event every ten seconds', { events: 400, everyMs: 10_000 }, 0.5],
    ['with an event every ten seconds', { events: 400, everyMs: 10_000 }, 0.999],
    ['with a handful of events', { events: 6, everyMs: 60_000 }, 0],
  ])('%s loses none, sees few attempts, and gets them soon after', (_, load, random) => {
    const { dead, failed, lateMs } = live({ ...load, downMs: HOUR, random: () => random });
    expect(dead).toBe(0);
    expect(failed).toBeLessThan(60);
    expect(lateMs).toBeLessThanOrEqual(300_000);
  });

  it('has more of them wait than it loses, were it down for a day', () => {
    const { dead, failed } = live({ downMs: 24 * HOUR, events: 300, everyMs: 0, random: () => 0.5 });
    expect(failed).toBeLessThan(24 * 60);
    expect(dead).toBeLessThan(60);
  });
});
