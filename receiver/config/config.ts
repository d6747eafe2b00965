import type { ApiKeyGuard, BasicGuard, HeaderGuard, HmacGuard, NoGuard, OAuth2Guard, TotpGuard } from '../../providers/authentication/guard';

/** A whole configuration, checked, with every default filled in and every `${ENV}` substituted. */
export interface Config {
  readonly listen: { readonly host: string; readonly port: number };
  /** Without one, URLs are shown with the address that the receiver listens on. No slash at its end. */
  readonly publicUrl?: string;
  /** `sqlite:<path>`. */
  readonly store: string;
  readonly admin: { readonly token: string };
  readonly limits: { readonly bodyBytes: number };
  readonly retention: { readonly days: number };
  readonly sources: readonly SourceConfig[];
  readonly destinations: readonly DestinationConfig[];
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
  /** How many attempts in all before an event becomes a dead letter. */
  readonly retry: { readonly attempts: number };
}
