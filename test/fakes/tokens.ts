/*
 * The token endpoint of both identity platforms, `POST {base}/token-srv/token`: client credentials as JSON. Source:
 * `Cidaas/terraform-provider-cidaas` helpers/cidaas/cidaas.go; npm `@skillmine-dev-public/auth-management-sdk`
 * lib/token/TokenService.ts. Errors are OAuth's own (RFC 6749, section 5.2); how each wraps them is its own matter.
 */
import { recordOf } from './server';
import type { Answer, Call } from './server';

export interface TokenSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenLifetimeSeconds: number;
  readonly now: () => Date;
}

export interface Tokens {
  /** How many were given out. */
  readonly issued: number;
  /** The token endpoint. */
  answer(call: Call): Answer;
  /** Whether a call carries a token that was given out here, is not expired and not revoked. */
  admits(call: Call): boolean;
  /** No token that was given out so far is good any longer. */
  revoke(): void;
}

/** @param mint makes the next token; it has to differ from all others. */
export function createTokens(settings: TokenSettings, mint: () => string, refuse: (status: number, error: string, description: string) => Answer): Tokens {
  const { clientId, clientSecret, tokenLifetimeSeconds, now } = settings;
  const expiries = new Map<string, number>();
  const count = { issued: 0 };
  return {
    get issued() {
      return count.issued;
    },
    answer({ body }) {
      const fields = recordOf(body);
      // That a form, which OAuth asks for, is refused is unknown; neither vendor's own client sends one.
      if (fields === undefined) return refuse(400, 'invalid_request', 'The body must be a JSON object.');
      if (fields['grant_type'] !== 'client_credentials') return refuse(400, 'unsupported_grant_type', 'The grant type is not supported.');
      if (fields['client_id'] !== clientId || fields['client_secret'] !== clientSecret) return refuse(401, 'invalid_client', 'Client authentication failed.');
      const token = mint();
      count.issued += 1;
      expiries.set(token, now().getTime() + tokenLifetimeSeconds * 1000);
      return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: tokenLifetimeSeconds } };
    },
    admits({ headers }) {
      const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
      return (expiries.get(token) ?? 0) > now().getTime();
    },
    revoke: () => expiries.clear(),
  };
}
