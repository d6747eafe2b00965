import { compileGlobs } from '../../../receiver/event-globs';
import type { Arrival, Attempt, DestinationRecord, EventFilter, ForwardFilter, ForwardStatus, Store, StoredEventDetail, StoredForward } from '../../../receiver/store/store';

interface Kept {
  readonly arrival: Arrival;
  readonly key: string;
  readonly forwards: Map<string, { status: ForwardStatus; attempts: (Attempt & { webhookId: string })[] }>;
}

/**
 * A store in memory with what the API asks of one. The tests of the stores themselves are in test/receiver/store; here
 * it is a part that can be made to fail.
 */
export class MemoryStore implements Store {
  /** Set: every call rejects with it. */
  failure: Error | undefined;
  private readonly kept: Kept[] = [];
  private readonly records = new Map<string, DestinationRecord>();

  async append(arrivals: readonly Arrival[]) {
    return arrivals.map((arrival) => {
      const key = String(this.kept.length + 1);
      this.kept.push({ arrival, key, forwards: new Map(arrival.destinations.map((id) => [id, { status: 'pending', attempts: [] }])) });
      return { key, id: arrival.id, duplicate: false, destinations: arrival.destinations };
    });
  }

  /** Records an attempt, as a forwarder's settlement would. */
  attempt(key: string, destination: string, status: ForwardStatus, attempt: Attempt, webhookId = `msg_${key}`): void {
    const forward = this.kept.find((one) => one.key === key)?.forwards.get(destination);
    if (forward === undefined) throw new Error('There is no such forward.');
    forward.status = status;
    forward.attempts.push({ ...attempt, webhookId });
  }

  async events({ provider, type, source, status, q, before, limit }: EventFilter) {
    this.answerOrFail();
    const fits = compileGlobs([type ?? '*']);
    return this.newest()
      .filter(({ arrival, key, forwards }) =>
        (provider === undefined || arrival.provider === provider) && fits(arrival.type) &&
        (source === undefined || arrival.source === source || arrival.hook === source) &&
        (status === undefined || [...forwards.values()].some((forward) => forward.status === status)) &&
        (q === undefined || arrival.event.includes(q)) && (before === undefined || BigInt(key) < BigInt(before)))
      .slice(0, limit).map(summaryOf);
  }

  async event(key: string): Promise<StoredEventDetail | undefined> {
    this.answerOrFail();
    const found = this.kept.find((one) => one.key === key);
    if (found === undefined) return undefined;
    const { receivedAt, headers, body, bodyRedacted, issues } = found.arrival;
    const attempts = [...found.forwards].flatMap(([destination, forward]) => forward.attempts.map((attempt) => ({ destination, ...attempt })));
    return { ...summaryOf(found), receivedAt, headers, body, bodyRedacted, issues, attempts };
  }

  async forwards({ status, destination, before, limit }: ForwardFilter): Promise<readonly StoredForward[]> {
    this.answerOrFail();
    return this.newest()
      .flatMap(({ arrival, key, forwards }) => [...forwards].map(([id, forward]) => {
        const lastAttempt = forward.attempts.at(-1);
        return {
          position: key, key, type: arrival.type, id: arrival.id, source: arrival.source,
          destination: id, status: forward.status, attempts: forward.attempts.length,
          ...(lastAttempt === undefined ? {} : { lastAttempt }),
        };
      }))
      .filter((one) => (status === undefined || one.status === status) && (destination === undefined || one.destination === destination) && (before === undefined || BigInt(one.position) < BigInt(before)))
      .slice(0, limit);
  }

  async replay(key: string, destinations: readonly string[]) {
    this.answerOrFail();
    const found = this.kept.find((one) => one.key === key);
    if (found === undefined) return 0;
    for (const id of destinations) found.forwards.set(id, { status: 'pending', attempts: found.forwards.get(id)?.attempts ?? [] });
    return destinations.length;
  }

  async redrive(destination?: string) {
    this.answerOrFail();
    const dead = this.kept.flatMap(({ forwards }) => [...forwards].filter(([id, forward]) => forward.status === 'dead' && (destination === undefined || id === destination)));
    for (const [, forward] of dead) forward.status = 'pending';
    return { count: dead.length, destinations: [...new Set(dead.map(([id]) => id))] };
  }

  async destinations() { return [...this.records.values()]; }

  async putDestination(record: DestinationRecord) {
    this.answerOrFail();
    this.records.set(record.id, record);
  }

  async deleteDestination(id: string) { return this.records.delete(id); }

  async counts() {
    this.answerOrFail();
    const forwards = this.kept.flatMap((one) => [...one.forwards].map(([destination, { status }]) => ({ destination, status, count: 1 })));
    return { events: this.kept.length, bytes: this.kept.reduce((sum, { arrival }) => sum + arrival.body.length, 0), forwards };
  }

  async claim() { return { requests: [] }; }
  async settle() { /* Attempts are recorded by attempt(). */ }
  async prune() { return 0; }

  async erase(keys: readonly string[]) {
    const erased = this.kept.filter(({ key }) => keys.includes(key));
    for (const one of erased) this.kept.splice(this.kept.indexOf(one), 1);
    return erased.length;
  }

  watchDestinations() { return () => undefined; }
  async check() { this.answerOrFail(); }
  async close() { /* Nothing is open. */ }

  private newest(): readonly Kept[] { return this.kept.toReversed(); }

  private answerOrFail(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}

function summaryOf({ key, arrival, forwards }: Kept) {
  return { key, event: arrival.event, forwards: [...forwards].map(([destination, { status, attempts }]) => ({ destination, status, attempts: attempts.length })) };
}
