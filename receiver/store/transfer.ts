/*
 * Moving all that a store keeps into another one. What a move reads and writes is what it is, not what a receiver asks of
 * a store: fingerprints, positions and open requests are nobody's business otherwise.
 */
import type { Attempt, DestinationRecord, ForwardStatus } from './store';

/** A delivery with its events; `place` is where it stands in the store that it comes from. */
export interface MovedDelivery {
  readonly place: number;
  /** JSON text. */
  readonly headers: string;
  /** JSON text. */
  readonly issues: string;
  readonly bodyRedacted: boolean;
  readonly body: Uint8Array;
  readonly events: readonly MovedEvent[];
}

export interface MovedEvent {
  readonly receivedAt: number;
  readonly hook: string;
  readonly provider: string;
  readonly type: string;
  readonly source: string;
  /** JSON text. */
  readonly event: string;
  /** Absent when it belongs to a later event by now: the same thing happened again. */
  readonly fingerprint?: MovedFingerprint;
  readonly forwards: readonly MovedForward[];
}

export interface MovedFingerprint {
  readonly fingerprint: Uint8Array;
  readonly seenAt: number;
  readonly renamed: boolean;
}

export interface MovedForward {
  readonly destination: string;
  readonly status: ForwardStatus;
  readonly attempts: number;
  /** The request that carries it, or did last. */
  readonly request?: string;
  readonly earlierRequests: readonly string[];
  /** Set where the destination keeps its order; 64 hexadecimal digits. */
  readonly conversation?: string;
}

/** A request that is open: it goes on under its webhook-id, so that a repeat is recognised. */
export interface MovedRequest {
  readonly webhookId: string;
  readonly destination: string;
  readonly attempts: number;
  /** When it is to be sent again, in epoch milliseconds. */
  readonly dueAt: number;
}

export interface MovedAttempt extends Attempt {
  readonly request: string;
  readonly number: number;
}

/** What a store is moved out of. Nobody else has it open meanwhile. */
export interface StoreExport {
  /** The same for each move of this store, and of no other one. */
  readonly id: string;
  readonly sizes: { readonly deliveries: number; readonly fingerprints: number; readonly attempts: number };
  /** Deliveries after a place, in their order; some at a time, none at the end. */
  deliveries(after: number): readonly MovedDelivery[];
  /** The fingerprints of events that are no more: they keep a repeat from bringing them back. */
  tombstones(): Iterable<readonly MovedFingerprint[]>;
  attempts(): Iterable<readonly MovedAttempt[]>;
  requests(): readonly MovedRequest[];
  destinations(): readonly DestinationRecord[];
  close(): void;
}

/** What a store is moved into. Everything can be said twice, and counts once. */
export interface StoreImport {
  /** Returns the place after which the move of this store goes on; 0 at its beginning. */
  begin(id: string): Promise<number>;
  /** Returns how many of the events were new; the others are known already. */
  deliveries(id: string, deliveries: readonly MovedDelivery[]): Promise<number>;
  tombstones(fingerprints: readonly MovedFingerprint[]): Promise<void>;
  attempts(attempts: readonly MovedAttempt[]): Promise<void>;
  requests(requests: readonly MovedRequest[]): Promise<void>;
  destinations(records: readonly DestinationRecord[]): Promise<void>;
  close(): Promise<void>;
}

export interface Moved {
  readonly deliveries: number;
  readonly events: number;
  /** Events that the other store knew already. */
  readonly known: number;
  readonly requests: number;
  readonly destinations: number;
}

/** Something was moved: so much of so many. */
export type OnMoved = (what: keyof StoreExport['sizes'], done: number) => void;

/**
 * Moves everything. Cut off at any point, it goes on from there when it is run again; run once more after that, it moves
 * what has come since. The open requests come last: until then nobody sends what they carry.
 */
export async function transfer(from: StoreExport, to: StoreImport, onMoved: OnMoved): Promise<Moved> {
  const moved = { deliveries: 0, events: 0, known: 0 };
  await to.destinations(from.destinations());
  for (let after = await to.begin(from.id), more = true; more; ) {
    const deliveries = from.deliveries(after);
    const events = deliveries.reduce((sum, delivery) => sum + delivery.events.length, 0);
    const kept = deliveries.length === 0 ? 0 : await to.deliveries(from.id, deliveries);
    moved.deliveries += deliveries.length;
    moved.events += kept;
    moved.known += events - kept;
    onMoved('deliveries', moved.deliveries);
    after = deliveries.at(-1)?.place ?? after;
    more = deliveries.length > 0;
  }
  await inParts(from.tombstones(), (part) => to.tombstones(part), (done) => onMoved('fingerprints', done));
  await inParts(from.attempts(), (part) => to.attempts(part), (done) => onMoved('attempts', done));
  const requests = from.requests();
  await to.requests(requests);
  return { ...moved, requests: requests.length, destinations: from.destinations().length };
}

async function inParts<Item>(parts: Iterable<readonly Item[]>, move: (part: readonly Item[]) => Promise<void>, onMoved: (done: number) => void): Promise<void> {
  let done = 0;
  for (const part of parts) {
    await move(part);
    done += part.length;
    onMoved(done);
  }
}
