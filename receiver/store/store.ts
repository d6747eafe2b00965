/*
 * What the receiver asks of a store. One suite (test/receiver/store) runs over every implementation.
 *
 * Terms:
 * - arrival: a normalized event on its way into the store, with what it came from.
 * - key:     the store's own handle of an event: a string of digits, larger for later events.
 * - forward: one event on its way to one destination: pending, delivered or dead.
 * - request: one HTTP request to a destination. It carries one forward or a batch of them, and one webhook-id for all
 *            of its attempts. Once cut, a request is never cut anew: a repeat after a crash is recognisable.
 * - dead letter: a forward that is dead.
 *
 * Several receivers may share one store: no request is leased to two of them, and what a dead one held falls due again.
 */
import type { Issue } from '../../providers/verdict';

export interface Arrival {
  /** SHA-256 over the event's source and id: bounded in size whatever a sender puts into an id. */
  readonly fingerprint: Uint8Array;
  /** Set: an equal fingerprint counts as a repeat within this time only; later it is an event of its own. */
  readonly repeatWindowMs?: number;
  readonly hook: string;
  readonly provider: string;
  readonly type: string;
  readonly source: string;
  readonly id: string;
  /** The whole event as JSON text: what is forwarded, byte for byte. */
  readonly event: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** Names and values as received, credentials redacted. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  /** True when `body` is not what was received, because secrets were taken out of it. */
  readonly bodyRedacted: boolean;
  readonly issues: readonly Issue[];
  /** Ids of the destinations that are to get it. */
  readonly destinations: readonly string[];
  /** Those of its destinations that keep the order of its conversation; absent when there are none. */
  readonly inOrder?: InOrder;
}

/** To each of these destinations one event of a conversation is on its way at a time, in the order in which they were kept. */
export interface InOrder {
  /** SHA-256, in hexadecimal digits, over the event's source and the conversation's id. */
  readonly conversation: string;
  readonly destinations: readonly string[];
}

export interface Appended {
  readonly key: string;
  /** The id under which the event is kept: the first copy's for a duplicate. */
  readonly id: string;
  readonly duplicate: boolean;
  /** Destinations that have something new to forward. */
  readonly destinations: readonly string[];
}

export interface ClaimOptions {
  readonly destination: string;
  /** How many requests at most. */
  readonly requests: number;
  /** How many events one request may carry. */
  readonly batch: number;
  /** True: what was never tried comes before repeats, as far as there is any. */
  readonly freshFirst?: boolean;
  /** How long the claim is held; a request that is not settled in time falls due again. */
  readonly leaseMs: number;
}

export interface Claimed {
  readonly requests: readonly OutgoingRequest[];
  /**
   * When to claim again at the latest, in epoch milliseconds: the next request of this destination falls due then, or
   * another receiver may have left one behind. Absent when there is none waiting, and nobody else who could.
   */
  readonly nextDueAt?: number;
}

export interface OutgoingRequest {
  readonly webhookId: string;
  readonly destination: string;
  /** 1 for the first attempt of this request. */
  readonly attempt: number;
  readonly events: readonly { readonly key: string; readonly event: string }[];
}

export type Settlement = {
  readonly webhookId: string;
  /** The `attempt` as claimed. A request that was claimed anew since belongs to whoever holds it now: a settlement that comes late changes nothing. */
  readonly attemptNumber: number;
  readonly attempt: Attempt;
} & (
  | { readonly outcome: 'delivered' }
  | { readonly outcome: 'dead' }
  | { readonly outcome: 'retry'; readonly dueAt: number }
);

/** One try at one request. */
export interface Attempt {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly latencyMs: number;
  /** HTTP status of the answer; absent when there was none. */
  readonly status?: number;
  /** Why there was no answer, in a stable code: `timeout`, `connection_refused`, … */
  readonly error?: string;
  /** The beginning of the answer's body; or which address was refused, and what to write if it was meant. */
  readonly answer?: string;
}

export type ForwardStatus = 'pending' | 'delivered' | 'dead';

export interface ForwardSummary {
  readonly destination: string;
  readonly status: ForwardStatus;
  readonly attempts: number;
}

export interface StoredEvent {
  readonly key: string;
  /** JSON text. */
  readonly event: string;
  readonly forwards: readonly ForwardSummary[];
}

export interface StoredEventDetail extends StoredEvent {
  readonly receivedAt: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  readonly bodyRedacted: boolean;
  readonly issues: readonly Issue[];
  readonly attempts: readonly (Attempt & { readonly destination: string; readonly webhookId: string })[];
}

export interface EventFilter {
  readonly provider?: string;
  /** A type, or a glob over types (`chat.message.*`, `identity.**`). */
  readonly type?: string;
  /** A source's id, or an event's `source`. */
  readonly source?: string;
  /** Events with at least one forward of this status. */
  readonly status?: ForwardStatus;
  /** Text that the event contains, letter for letter. */
  readonly q?: string;
  /** Only events older than this key. */
  readonly before?: string;
  readonly limit: number;
  /** Events are as large as deliveries may be: the listing ends with the one by which their JSON texts come to more than so many bytes. */
  readonly bytes?: number;
}

export interface ForwardFilter {
  readonly status?: ForwardStatus;
  readonly destination?: string;
  readonly before?: string;
  readonly limit: number;
}

export interface StoredForward extends ForwardSummary {
  /** The key of the forward itself, for paging. */
  readonly position: string;
  readonly key: string;
  readonly type: string;
  readonly id: string;
  readonly source: string;
  readonly lastAttempt?: Attempt;
}

/** A destination that was registered at run time, or what is remembered about a configured one. */
export interface DestinationRecord {
  readonly id: string;
  /** The registration, as JSON text; absent for a destination of the configuration file. */
  readonly registration?: string;
  /** Epoch milliseconds; set when the destination answered 410. */
  readonly disabledAt?: number;
}

export interface PruneOptions {
  /** Epoch milliseconds: events received before that go. */
  readonly olderThan: number;
  /** The oldest events go until those that stay take no more than this. */
  readonly keepBytes?: number;
  /** Ids of the destinations there are; given, what is pending for any other holds no event back. */
  readonly known?: readonly string[];
}

export interface StoreCounts {
  readonly events: number;
  /** Of the kept events and bodies, without what the store itself needs around them. */
  readonly bytes: number;
  readonly forwards: readonly { readonly destination: string; readonly status: ForwardStatus; readonly count: number }[];
}

export interface Store {
  /** Resolves once all of them are durable (one transaction), and not before; rejects with a {@link StoreError} when nothing was kept. */
  append(arrivals: readonly Arrival[]): Promise<readonly Appended[]>;
  /** Leases what is due to one worker, repeats first, then new requests cut from pending forwards, oldest first. */
  claim(options: ClaimOptions): Promise<Claimed>;
  settle(settlement: Settlement): Promise<void>;
  /** @param signal says that nobody waits for the answer any more: a search that has not begun is spared, and rejects. */
  events(filter: EventFilter, signal?: AbortSignal): Promise<readonly StoredEvent[]>;
  event(key: string): Promise<StoredEventDetail | undefined>;
  /** @param signal as for {@link events}. */
  forwards(filter: ForwardFilter, signal?: AbortSignal): Promise<readonly StoredForward[]>;
  /**
   * Makes forwards of one event pending again, or new ones, under new webhook-ids. Returns how many.
   * @param inOrder the event's conversation, and those of the destinations that keep its order, as for an arrival; a
   * forward that stands in the line of a conversation already keeps its place there.
   */
  replay(key: string, destinations: readonly string[], inOrder?: InOrder): Promise<number>;
  /** Makes dead letters pending again, under new webhook-ids. Returns how many, and for which destinations. */
  redrive(destination?: string): Promise<{ readonly count: number; readonly destinations: readonly string[] }>;
  destinations(): Promise<readonly DestinationRecord[]>;
  putDestination(record: DestinationRecord): Promise<void>;
  /** Forgets a destination; its pending forwards go with it. Returns whether there was anything of it, a pending forward or a record. */
  deleteDestination(id: string): Promise<boolean>;
  counts(): Promise<StoreCounts>;
  /**
   * Removes the oldest events, a bounded number at once: those that are too old, and those that are too much. Not those
   * with a pending forward. Fingerprints stay longer. Returns how many; 0 at the end.
   */
  prune(options: PruneOptions): Promise<number>;
  /**
   * Removes events for good, pending ones too, and with each of them the delivery that it came in: the body and its other
   * events. Nothing that they said can be read from the store's files afterwards, as far as the engine can see to that.
   * Fingerprints stay: they say nothing, and keep a repeat from bringing back what was erased. Returns how many events.
   */
  erase(keys: readonly string[]): Promise<number>;
  /** Calls back when another receiver has changed what {@link destinations} gives. Returns what ends that. */
  watchDestinations(listener: () => void): () => void;
  /** Resolves when the store can write. */
  check(): Promise<void>;
  /** Refuses new work, finishes what was admitted, closes. Who still waits for a search may be refused too (`store_closed`). */
  close(): Promise<void>;
}

/**
 * Nothing was kept. The same call may succeed later, except after `operation_failed`: that one fails because of what it
 * holds, and is likely to fail again. `not_scrubbed` is an erasure's alone: the events are removed, but what they said
 * can still be found in the store's files; its message says what to check before erasing once more.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: 'store_unavailable' | 'store_busy' | 'store_closed' | 'operation_failed' | 'not_scrubbed';

  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
