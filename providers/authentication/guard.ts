import type { KeyObject } from 'node:crypto';
import type { Diagnosis } from '../refusals';

/**
 * What a source enforces: a scheme, as data, and the secrets that satisfy it, current first, then those being rotated
 * out. Only authenticate() compares, so no provider can get it wrong or forget it. An empty list, or a list of empty
 * strings, admits nobody.
 */
export type Guard =
  | BasicGuard
  | HeaderGuard
  | ApiKeyGuard
  | HmacGuard
  | TotpGuard
  | OAuth2Guard
  | NoGuard;

export type SchemeName = Guard['scheme'];

/** `Authorization: Basic base64(username:secret)`. */
export interface BasicGuard {
  readonly scheme: 'basic';
  readonly username: string;
  readonly secrets: readonly string[];
}

/** The secret itself, verbatim, in one header. */
export interface HeaderGuard {
  readonly scheme: 'header';
  readonly name: string;
  readonly secrets: readonly string[];
}

/** The secret itself in a header or a query field. With several names, the first that the delivery carries decides. */
export interface ApiKeyGuard {
  readonly scheme: 'api-key';
  readonly in: 'header' | 'query';
  readonly names: readonly [string, ...string[]];
  readonly secrets: readonly string[];
}

/** An HMAC of the raw body in a header. With several headers, the first that the delivery carries decides. */
export interface HmacGuard {
  readonly scheme: 'hmac';
  readonly headers: readonly [string, ...string[]];
  readonly algorithm: HmacAlgorithm;
  /** `auto` tells hex from base64 by length. */
  readonly encoding: 'hex' | 'base64' | 'auto';
  /** Stripped before decoding. Without one, `<algorithm>=` is allowed, and must then name the configured algorithm. */
  readonly prefix?: string;
  readonly secrets: readonly string[];
}

export type HmacAlgorithm = 'sha1' | 'sha256' | 'sha512';

/** A time-based one-time password (RFC 6238) in a header or a query field. */
export interface TotpGuard {
  readonly scheme: 'totp';
  readonly in: 'header' | 'query';
  readonly name: string;
  readonly algorithm: HmacAlgorithm;
  readonly digits: number;
  readonly periodSeconds: number;
  /** How the key is written. `auto`: base32 if it parses as such, else its characters. */
  readonly keyEncoding: 'auto' | 'base32' | 'ascii' | 'hex';
  /** How many periods before and after the current one are accepted. */
  readonly window: number;
  readonly secrets: readonly string[];
}

/** `Authorization: Bearer <JWT>`, signed with RSA by one issuer. */
export interface OAuth2Guard {
  readonly scheme: 'oauth2';
  /** Compared exactly with the token's `iss`. */
  readonly issuer: string;
  readonly audience?: string;
  /** All of them must be in the token's `scopes` or `scope`. */
  readonly scopes: readonly string[];
  /** The only signature algorithm accepted; the token does not choose. */
  readonly algorithm: 'RS256' | 'RS384' | 'RS512';
  readonly clockToleranceSeconds: number;
  /** Where the issuer's public keys come from; it does the I/O, and the host brings it. */
  readonly keys: KeySource;
}

/** Nobody is asked for anything. Silence has to be argued for. */
export interface NoGuard {
  readonly scheme: 'none';
  readonly because: string;
}

/** An issuer's public keys, by the id that a token names. Never rejects. */
export interface KeySource {
  /** @param kid undefined when the token names no key: found only if the issuer has exactly one. */
  find(kid: string | undefined, now: Date): Promise<KeyLookup>;
}

export type KeyLookup =
  | { readonly ok: true; readonly key: KeyObject }
  | { readonly ok: false; readonly code: 'token_unknown_key' | 'issuer_unreachable' };

/** Whether a guard admits a delivery, and if not, why. */
export type Authentication = { readonly ok: true } | { readonly ok: false; readonly code: Diagnosis };
