/** A whole configuration, checked, with every default filled in and every `${ENV}` substituted. */
export interface Config {
  readonly listen: { readonly host: string; readonly port: number };
  /** Without one, URLs are shown with the address that the receiver listens on. No slash at its end. */
  readonly publicUrl?: string;
  /** `sqlite:<path>` or `postgres://…`. */
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

/** As written in the file, `secret` and `secrets` (or `password`) merged into one list, current first. */
export type AuthConfig =
  | { readonly scheme: 'basic'; readonly username: string; readonly secrets: readonly string[] }
  | { readonly scheme: 'header'; readonly name: string; readonly secrets: readonly string[] }
  | { readonly scheme: 'api-key'; readonly in: 'header' | 'query'; readonly name?: string; readonly secrets: readonly string[] }
  | {
      readonly scheme: 'hmac';
      readonly header?: string;
      readonly algorithm: 'sha1' | 'sha256' | 'sha512';
      readonly encoding: 'hex' | 'base64' | 'auto';
      readonly prefix?: string;
      readonly secrets: readonly string[];
    }
  | {
      readonly scheme: 'totp';
      readonly in: 'header' | 'query';
      readonly name: string;
      readonly algorithm: 'sha1' | 'sha256' | 'sha512';
      readonly digits: number;
      readonly period: number;
      readonly encoding: 'auto' | 'base32' | 'ascii' | 'hex';
      readonly window: number;
      readonly secrets: readonly string[];
    }
  | {
      readonly scheme: 'oauth2';
      readonly issuer: string;
      readonly audience?: string;
      readonly scopes: readonly string[];
      readonly algorithm: 'RS256' | 'RS384' | 'RS512';
      readonly clockTolerance: number;
      readonly jwksUri?: string;
    }
  | { readonly scheme: 'none'; readonly because: string };

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
