import type { ApiKeyGuard, BasicGuard, HeaderGuard, HmacGuard, NoGuard, OAuth2Guard, TotpGuard } from '../../providers/authentication/guard';

/** A whole configuration, checked, with every default filled in and every reference (references.ts) resolved. */
export interface Config {
  readonly listen: { readonly host: string; readonly port: number };
  /** Without one, URLs are shown with the address that the receiver listens on. No slash at its end. */
  readonly publicUrl?: string;
  /** `sqlite:<path>`, or `postgres://…` for a store that several receivers share. */
  readonly store: string;
  readonly admin: { readonly token: string };
  readonly limits: Limits;
  readonly retention: { readonly days: number; /** Of events and bodies; absent: as much as the days bring. */ readonly bytes?: number };
  /** Private addresses that destinations may have: `localhost`, `host`, `host:port`, or a range such as `10.0.0.0/8`. */
  readonly privateDestinations: readonly string[];
  readonly sources: readonly SourceConfig[];
  readonly destinations: readonly DestinationConfig[];
}

/** Past each of these the receiver refuses, so that it stays alive for the others. */
export interface Limits {
  /** Of one delivery, as sent and as inflated. */
  readonly bodyBytes: number;
  /** Of all bodies that are held at a time. */
  readonly bufferedBytes: number;
  /** Deliveries under way at a time. */
  readonly requests: number;
  /** Open connections. */
  readonly connections: number;
}

/** One webhook URL: `POST /hooks/<id>`. */
export interface SourceConfig {
  readonly id: string;
  readonly provider: string;
  readonly auth: AuthConfig;
  /** `report` (the default) notes where a body differs from the documented shape; `strict` refuses it; `off` does not look. */
  readonly validation: 'off' | 'report' | 'strict';
  /** True: an authenticated ping becomes an event too. */
  readonly pings: boolean;
  /** True (the default): secrets that payloads carry are taken out of `raw` and of the kept body. */
  readonly redact: boolean;
  /** Authenticated deliveries: so many a second on average, and so many at once. Absent: as many as come. */
  readonly rate?: { readonly perSecond: number; readonly burst: number };
}

/**
 * What the file says of a scheme, in the words of the guard that is made of it (guard.ts): `secret`, `password` and
 * `secrets` are one list, current first. A place may be left to the provider's usual ones.
 */
export type AuthConfig =
  | BasicGuard
  | HeaderGuard
  | (Omit<ApiKeyGuard, 'names'> & { readonly name?: string })
  | (Omit<HmacGuard, 'headers'> & { readonly header?: string })
  | TotpGuard
  | OAuth2Config
  | NoGuard;

/** The keys are those of the issuer's discovery, or of `jwksUri`. */
export type OAuth2Config = Omit<OAuth2Guard, 'keys'> & { readonly jwksUri?: string };

/** Where events are forwarded to. */
export interface DestinationConfig {
  readonly id: string;
  readonly url: string;
  /** Signs what is forwarded (Standard Webhooks). Several while rotating: each gives a signature. Empty: unsigned. */
  readonly secrets: readonly string[];
  /** Globs over an event's type: `*` is one segment or a part of one, `**` any number. */
  readonly events: readonly string[];
  /** Ids of sources; absent: all. */
  readonly sources?: readonly string[];
  readonly concurrency: number;
  readonly batch: { readonly max: number; readonly waitMs: number };
  readonly timeoutMs: number;
  /** `conversation`: one event of a conversation at a time, in the order of arrival, while other conversations flow. */
  readonly order: 'none' | 'conversation';
  /** How many attempts in all before an event becomes a dead letter. */
  readonly retry: { readonly attempts: number };
}
