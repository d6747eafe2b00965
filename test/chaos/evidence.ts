/*
 * What a run leaves behind, as seen from outside: by the senders, by the destinations, and in the store.
 */

/** A delivery that a sender began to send. */
export interface Offered {
  /** The id of its message: in the store and at the destinations the event is recognised by it. */
  readonly message: string;
  readonly source: string;
  readonly conversation: string;
  /** Its place in its conversation. The one before was acknowledged before this one was sent. */
  readonly position: number;
  /** The id of its event, once a receiver has answered 200. */
  acknowledged?: string;
  /** It was answered that this was a duplicate: an earlier attempt had been kept, and its answer lost. */
  repeated?: boolean;
}

/** An event as the API gives it. */
export interface Stored {
  readonly id: string;
  readonly message: string;
  readonly hook: string;
  readonly digest: string;
  readonly forwards: readonly { readonly destination: string; readonly status: string }[];
}

/** A request that a destination got. */
export interface Heard {
  readonly destination: string;
  /** Absent when the header was missing. */
  readonly webhookId?: string;
  readonly signed: boolean;
  readonly digest: string;
  readonly events: readonly { readonly id: string; readonly message: string; readonly digest: string }[];
  /** When it came, and when it was answered with 200 if it was: places in one sequence of both. */
  readonly came: number;
  accepted?: number;
}

/** A destination, and what it is to get. */
export interface Expected {
  readonly id: string;
  /** Absent: from all sources. */
  readonly sources?: readonly string[];
  /** An event of a conversation comes once the one before was answered with 200. */
  readonly inOrder: boolean;
}

export interface Evidence {
  readonly offered: ReadonlyMap<string, Offered>;
  readonly stored: readonly Stored[];
  readonly heard: readonly Heard[];
  readonly destinations: readonly Expected[];
  /** Answers to senders that a receiver must not give, each in a few words. */
  readonly wrongAnswers: readonly string[];
}
