/*
 * What the threads say to each other. One message carries a whole batch; bytes (fingerprints, bodies) travel in one
 * buffer that is handed over rather than copied, since each typed array of its own would cost more than its content.
 */
import type { Claimed, ClaimOptions, DestinationRecord, EventFilter, ForwardFilter, InOrder, PruneOptions, Settlement, StoreCounts, StoredEvent, StoredEventDetail, StoredForward } from '../store';
import type { StoreOpenCode } from '../open-error';
import type { Failure } from './failure';

/*
 * Packed rows are tuples: cloning an array of plain values costs a sixth of cloning an object with as many names.
 */

/** A stretch of a batch's bytes. */
export type Span = readonly [at: number, length: number];

/** Arrivals of one delivery share this very array, on both sides. */
export type PackedDelivery = readonly [headers: string, issues: string, bodyRedacted: 0 | 1, bodyAt: number, bodyLength: number];

export type PackedOrder = readonly [conversation: string, ...destinations: readonly string[]];

export type PackedArrival = readonly [
  delivery: PackedDelivery,
  fingerprintAt: number,
  fingerprintLength: number,
  repeatWindowMs: number | undefined,
  hook: string,
  provider: string,
  type: string,
  source: string,
  id: string,
  event: string,
  receivedAt: number,
  inOrder: PackedOrder | undefined,
  ...destinations: readonly string[],
];

export type WriteOperation =
  | { readonly kind: 'append'; readonly arrivals: readonly PackedArrival[] }
  | ({ readonly kind: 'claim'; readonly now: number } & ClaimOptions)
  | { readonly kind: 'settle'; readonly settlement: Settlement }
  | { readonly kind: 'replay'; readonly seq: number; readonly destinations: readonly string[]; readonly inOrder: InOrder | undefined }
  | { readonly kind: 'redrive'; readonly destination: string; readonly after: number }
  | { readonly kind: 'put-destination'; readonly record: DestinationRecord }
  | { readonly kind: 'drop-forwards'; readonly destination: string }
  | { readonly kind: 'delete-destination'; readonly id: string }
  | ({ readonly kind: 'prune'; readonly after: number } & PruneOptions)
  | { readonly kind: 'erase'; readonly seqs: readonly number[] }
  /** After its transaction the files are rid of what was erased before. */
  | { readonly kind: 'scrub' }
  /** These two change nothing, so that their transaction costs no fsync; and they need no reader, which costs memory. */
  | { readonly kind: 'destinations' }
  | { readonly kind: 'counts' }
  | { readonly kind: 'check'; readonly now: number };

/** What became of an arrival. A bare number is the common case: a new event of that sequence number, nothing odd. */
export type PackedAppended = number | { readonly seq: number; readonly duplicate: boolean; readonly renamedAt?: number; readonly destinations: readonly string[] };

/** `held`: somebody reads, and holds on to the log. `failed`: there was no room, or the disk has another trouble. */
export type Scrubbed = 'clean' | 'held' | 'failed';

export interface WriteResults {
  readonly append: readonly PackedAppended[];
  readonly claim: Claimed;
  readonly settle: undefined;
  readonly replay: number;
  /** `after`: where to go on; absent at the end. */
  readonly redrive: { readonly count: number; readonly after?: number };
  readonly 'put-destination': undefined;
  readonly 'drop-forwards': { readonly dropped: number; readonly more: boolean };
  readonly 'delete-destination': boolean;
  /** `after`: where to go on; absent when nothing more is old enough. */
  readonly prune: { readonly removed: number; readonly after?: number };
  readonly erase: number;
  readonly scrub: Scrubbed;
  readonly destinations: readonly DestinationRecord[];
  readonly counts: StoreCounts;
  readonly check: undefined;
}

export type WriteKind = WriteOperation['kind'];
export type WriteResult = WriteResults[WriteKind];
export type WriteOutcome = { readonly ok: true; readonly value: WriteResult } | { readonly ok: false; readonly failure: Failure };

export type ToWriter = { readonly kind: 'batch'; readonly operations: readonly WriteOperation[]; readonly bytes: Uint8Array<ArrayBuffer> } | { readonly kind: 'close' };

export type FromWriter =
  | { readonly kind: 'committed'; readonly outcomes: readonly WriteOutcome[] }
  /** Nothing of the batch was kept. */
  | { readonly kind: 'failed'; readonly failure: Failure };

export type Query =
  | { readonly kind: 'events'; readonly filter: EventFilter }
  | { readonly kind: 'event'; readonly seq: number }
  | { readonly kind: 'forwards'; readonly filter: ForwardFilter }
  | { readonly kind: 'counts' };

export interface QueryResults {
  readonly events: readonly StoredEvent[];
  readonly event: StoredEventDetail | undefined;
  readonly forwards: readonly StoredForward[];
  readonly counts: StoreCounts;
}

export type QueryKind = Query['kind'];
export type QueryResult = QueryResults[QueryKind];

export type ToReader = { readonly kind: 'query'; readonly query: Query } | { readonly kind: 'close' };
export type FromReader = { readonly kind: 'found'; readonly value: QueryResult } | { readonly kind: 'failed'; readonly failure: Failure };

/** The writer's first word: it has opened the database, or it can't. */
export type Greeting = { readonly kind: 'ready' } | { readonly kind: 'unfit'; readonly code: StoreOpenCode; readonly message: string };

