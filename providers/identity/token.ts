/*
 * The token that calls of an identity platform's API carry: OAuth 2.0 client credentials (RFC 6749, section 4.4), asked
 * for in JSON, as both platforms' own code does (Cidaas/terraform-provider-cidaas; Skillmine's SDK, TokenService).
 */
import { at, number, text } from '../fields';
import type { JsonValue } from '../json/json';
import { done, failureOf } from '../management/failure';
import type { Outcome } from '../management/failure';
import { succeeded } from '../management/request';
import type { ManagementAnswer, ManagementRequest } from '../management/request';

/** Who asks, and for what. */
export interface Client {
  readonly id: string;
  readonly secret: string;
  /** Names of scopes with spaces between them; empty asks for none. */
  readonly scope: string;
}

export interface Token {
  readonly accessToken: string;
  /** Undefined when the answer doesn't say: good until it is refused. */
  readonly expiresAt: Date | undefined;
}

/** Where the token comes from, below the base URL, on both platforms. */
const path = '/token-srv/token';

/** Asks for a token. The answer's status is not that of the call that the token is for: {@link refusedStatus}. */
export function tokenRequest({ id, secret, scope }: Client): ManagementRequest {
  return {
    method: 'POST',
    path,
    body: { grant_type: 'client_credentials', client_id: id, client_secret: secret, ...(scope === '' ? {} : { scope }) },
  };
}

/**
 * The token of an answer, whether it stands at the top or in `data`.
 * @param secrets taken out of what the platform says: it may quote what it was sent.
 * @returns a failure that names what the platform says (`invalid_client`).
 */
export function readToken(answer: ManagementAnswer, provider: string, now: Date, secrets: readonly string[] = []): Outcome<Token> {
  const body = answer.kind === 'answered' ? answer.body : undefined;
  const accessToken = text(at(body, 'access_token')) ?? text(at(body, 'data', 'access_token'));
  if (succeeded(answer) && accessToken !== undefined) return done({ accessToken, expiresAt: expiryOf(body, now) });
  const remedy = 'Check client ID, client secret and scopes in the credential, and that the client is allowed to use the client credentials grant.';
  return failureOf(answer, {
    provider,
    action: 'issue an access token',
    said: oauthSaying(body),
    secrets,
    remedies: { refused: remedy, unauthorized: remedy, forbidden: remedy, not_found: 'Check the base URL in the credential.' },
  });
}

/**
 * The status under which a refused token counts for the call that it was for. A client that is not accepted is answered
 * 400 or 401 (RFC 6749, section 5.2): to the call it is "not authorized" either way, and not a mistake in the call.
 */
export function refusedStatus(status: number): number {
  return status >= 400 && status < 500 && status !== 404 && status !== 429 ? 401 : status;
}

/** What an error says in OAuth's form, flat or inside `error`; other forms are the platforms' own. */
export function oauthSaying(body: JsonValue | undefined): string | undefined {
  const error = at(body, 'error');
  const parts = typeof error === 'string' ? [error, at(body, 'error_description')] : [at(error, 'error_code'), at(error, 'error'), at(error, 'error_description')];
  return [...new Set(parts.map(text))].filter((part) => part !== undefined).join(', ') || undefined;
}

function expiryOf(body: JsonValue | undefined, now: Date): Date | undefined {
  const seconds = number(at(body, 'expires_in') ?? at(body, 'data', 'expires_in'));
  return seconds === undefined || seconds <= 0 ? undefined : new Date(now.getTime() + seconds * 1000);
}
