/*
 * READ FIRST. The contract between the providers and whoever hosts them.
 *
 * Terms, used everywhere:
 * - provider:  a platform that sends webhooks (CometChat, Sceyt, Spika, Skillmine Auth, cidaas).
 * - delivery:  one HTTP request that a provider sends.
 * - source:    one configured webhook URL, with the authentication that it enforces.
 * - guard:     what a source enforces: a scheme and the secrets that satisfy it (authentication/guard.ts).
 * - reading:   what a provider's `read` finds in a body, before the envelope is put around it.
 * - event:     the normalized result (event.ts), a CloudEvents object.
 * - verdict:   what becomes of a delivery: accepted with events, a handshake, or refused with a code.
 * - handshake: a delivery that only asks whether anybody is there (a ping).
 *
 * Nothing in this folder does I/O, reads a clock or throws on any input. It imports node:crypto and itself.
 */
import type { SchemeName } from './authentication/guard';
import type { CommonModel, EventType, Family } from './event';
import type { JsonObject } from './json/json';

/** One HTTP request, reduced to what a provider may look at. */
export interface Delivery {
  /** Every value of every header, in order. Names are lower-case. A header sent twice has two values. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Every value of every query parameter, decoded, in order. */
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** The exact bytes received (inflated where the transfer was compressed). Signatures are over these, never over re-serialised JSON. */
  readonly body: Uint8Array;
  readonly receivedAt: Date;
}

/**
 * How sure a fact is. `documented`: the provider publishes it. `source`: read in the provider's own code.
 * `recorded`: seen on the wire. `inferred`: our conclusion. `synthetic`: made up in the documented shape.
 */
export type Basis = 'documented' | 'source' | 'recorded' | 'inferred' | 'synthetic';

/** A way in which the provider can prove itself, and how sure it is that it does so. */
export interface AuthOffer {
  readonly scheme: SchemeName;
  readonly basis: Basis;
  readonly note: string;
  /** Where the credential is looked for, in this order, when a source names no place and the provider publishes none. */
  readonly headers?: Names;
  readonly queryFields?: Names;
}

export type Names = readonly [string, ...string[]];

/** How a provider repeats a delivery that failed. */
export interface Retries {
  /** From the first copy to the last one, in seconds; 0: there is no second copy. */
  readonly lastAfterSeconds: number;
  readonly basis: Basis;
  readonly note: string;
}

/** One entry of a provider's catalogue; the key is the provider's own name for the event. */
export interface EventEntry {
  readonly type: EventType;
  /** Other types that the same event name can turn into, by what its body says. */
  readonly alsoTypes?: readonly EventType[];
  readonly title: string;
  readonly group: string;
  readonly description: string;
  readonly basis: Basis;
  readonly deprecated?: true;
  /** A ping: answered, and no event unless the source asks for pings. */
  readonly handshake?: true;
}

export type EventCatalogue = Readonly<Record<string, EventEntry>>;

/** What `read` finds in a body. Everything optional is left out when the body has nothing usable. */
export interface Reading {
  readonly type: EventType;
  /** The provider's own name for the event, as it was sent. */
  readonly providerEvent: string;
  /**
   * The parts of the provider's own stable key, the same on every retry. When a part is undefined (missing or
   * unusable), the id is the SHA-256 of the raw body instead, which is as stable but not as telling.
   */
  readonly key: readonly (string | undefined)[];
  /**
   * Set when the body has no time of its own, so that an equal body may be a second, real event: an equal id counts
   * as a repeat within this many seconds only. Longer than the provider's last retry.
   */
  readonly repeatWindowSeconds?: number;
  /** When it happened, by the provider's clock: ISO 8601, UTC, milliseconds. */
  readonly time?: string;
  readonly tenant?: string;
  readonly subject?: string;
  readonly data: CommonModel;
}

/** The answer to a handshake: status 200 and this text. */
export interface Reply {
  readonly contentType: 'application/json' | 'text/plain';
  readonly body: string;
}

/** What makes one sample into a delivery that differs from every other one. */
export interface Freshness {
  /** 0, 1, 2 … within one run. */
  readonly sequence: number;
  /** Unique to the run: lower-case letters and digits. */
  readonly nonce: string;
  readonly now: Date;
}

/** A sample delivery of one event, without its credentials. */
export interface Sample {
  /** Where its shape comes from. */
  readonly basis: Basis;
  readonly note?: string;
  /** Headers that carry meaning (an event's name, say), beside content-type and the credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

export interface Provider {
  /** Registry key, segment of URLs, first part of an event's `source`. */
  readonly name: string;
  /** The name that people read. */
  readonly title: string;
  readonly family: Family;
  /** The provider's own page about its webhooks. */
  readonly docs: string;
  /** What it offers, strongest first. */
  readonly auth: readonly [AuthOffer, ...AuthOffer[]];
  /** When it repeats a delivery that was not acknowledged; absent where nothing is known of it. */
  readonly retries?: Retries;
  readonly events: EventCatalogue;
  /** Names under which a known event can also arrive or be asked for; the catalogue's key, or undefined. */
  resolveEventName?(name: string): string | undefined;
  /**
   * Object keys whose nesting the provider does not bound (a reply that quotes a reply that quotes …): their depth
   * is not counted against the limit.
   */
  readonly unboundedNesting?: string;
  /** A credential that the provider puts into the body when the header is absent. Looked at before anything is believed. */
  credentialInBody?(body: JsonObject, name: string): string | undefined;
  /** Recognises a ping. `body` is undefined when the delivery has no body at all. */
  handshake?(delivery: Delivery, body: JsonObject | undefined): Handshake | undefined;
  /** Total: whatever the object holds, it returns at least one reading; an unknown event is `chat.unknown` or `identity.unknown`. */
  read(body: JsonObject, delivery: Delivery): readonly [Reading, ...Reading[]];
  /** True for a key whose value is a secret and is redacted in `raw`, wherever it stands. */
  readonly isSecretKey?: (key: string) => boolean;
  /** A copy of a sample with ids and times of its own, so that it is not a duplicate. */
  freshen(sample: Sample, event: string, freshness: Freshness): Sample;
}

export interface Handshake {
  readonly providerEvent: string;
  readonly reply: Reply;
  /** True when the provider may send it without credentials: answered all the same, and never an event then. */
  readonly unauthenticated: boolean;
}
