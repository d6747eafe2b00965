import type { Proof } from '../../../providers/authentication/prove';
import type { Ledger } from './ledger';

/** A receiver under test, as it looks from outside: a process, or a server in this one. */
export interface Subject {
  /** Where it listens, the same after each start. */
  readonly url: string;
  readonly doors: readonly Door[];
  /** Its own, beside those of its doors. */
  readonly secrets: readonly string[];
  /** Where its events go: what arrives there is the effect of a delivery. */
  readonly ledger: Ledger;
  /** Resolves once it takes deliveries. */
  start(): Promise<void>;
  /** Ends it as an operator would. */
  stop(): Promise<void>;
  /** Ends it between two instructions. */
  crash(): Promise<void>;
  /** Keeps it from running on; requests queue up meanwhile. */
  freeze(): Promise<void>;
  /** @param waiting how many requests have been sent since. */
  thaw(waiting: number): Promise<void>;
  /** Calls the API. */
  get<Answer>(path: string): Promise<Answer>;
  /** Everything that it has written down, shown or sent on so far. */
  traces(): Promise<readonly Trace[]>;
}

/** A place where a secret could have ended up. */
export interface Trace {
  readonly name: string;
  readonly text: string;
  /** True where events are kept or shown on purpose: their text may be there, credentials may not. */
  readonly holdsEvents: boolean;
}

/** One source: a provider under one scheme, and all that a sender knows of it. */
export interface Door {
  readonly name: string;
  /** `/hooks/<source>`. */
  readonly path: string;
  /** True where the credential is made over the body: what is altered on the way is then noticed. */
  readonly signsBody: boolean;
  /** Absent where a credential does not age. Milliseconds from now at which a credential was made that is good, or is not any more or not yet. */
  readonly ages?: { readonly good: readonly number[]; readonly bad: readonly number[] };
  /** A value that is no credential of this scheme. */
  readonly malformed: string;
  /** Secrets that must not turn up anywhere. */
  readonly secrets: readonly string[];
  /** A delivery that never was before; `mark` stands in its text. Its JSON is spelled as JSON.stringify does. */
  fresh(mark: string): Parcel;
  /** Two deliveries about one thing: the second presupposes the first. */
  pair(first: string, second: string): readonly [Parcel, Parcel];
  /** The credentials of a sender for this body. */
  prove(body: Uint8Array, options?: ProofOptions): Proof;
}

/** A delivery without its credentials. */
export interface Parcel {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface ProofOptions {
  /** When it is made; now, unless said. */
  readonly at?: Date;
  /** `wrong`: made with a secret that is not this source's. */
  readonly key?: 'right' | 'wrong';
}
