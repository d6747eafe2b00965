/*
 * A cidaas tenant as an issuer of tokens: a real RSA key, discovery, and tokens with the claims that the vendor's own
 * middleware looks at (`Cidaas/go-interceptor`, signature.go).
 */
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface TokenClaims {
  readonly clientId?: string;
  readonly scopes?: readonly string[];
  readonly expiresInSeconds?: number;
  /** The tenant's base URL unless said. */
  readonly issuer?: string;
  /** `ANONYMOUS` unless said: client credentials have no user. */
  readonly subject?: string;
}

export interface CidaasIssuer {
  /** `/.well-known/openid-configuration`, for a base URL without a slash at its end. */
  discovery(base: string): object;
  jwks(): object;
  mint(base: string, claims: TokenClaims, now: Date): string;
  /** Another key from now on; tokens of the old one are signed by nobody that is known. */
  rotate(): void;
}

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const HOUR = 3600;

export function createIssuer(): CidaasIssuer {
  // Made when it is first needed: it takes a while, and most tests need none.
  let made: SigningKey | undefined;
  const current = (): SigningKey => (made ??= newKey());
  return {
    discovery: (base) => ({
      issuer: base,
      jwks_uri: `${base}/.well-known/jwks.json`,
      token_endpoint: `${base}/token-srv/token`,
      id_token_signing_alg_values_supported: ['RS256'],
    }),
    jwks: () => ({ keys: [{ ...current().publicKey.export({ format: 'jwk' }), kid: current().kid, alg: 'RS256', use: 'sig' }] }),
    mint(base, { clientId = '', scopes = [], expiresInSeconds = HOUR, issuer = base, subject = 'ANONYMOUS' }, now) {
      const seconds = Math.floor(now.getTime() / 1000);
      // Scopes and roles are lists here, and not a text with spaces.
      const claims = { iss: issuer, sub: subject, aud: clientId, client_id: clientId, iat: seconds, exp: seconds + expiresInSeconds, jti: randomUUID(), scopes, roles: [] };
      const signed = [{ alg: 'RS256', typ: 'JWT', kid: current().kid }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
      return `${signed}.${sign('sha256', Buffer.from(signed), current().privateKey).toString('base64url')}`;
    },
    rotate() {
      made = undefined;
    },
  };
}

function newKey(): SigningKey {
  return { kid: randomUUID(), ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
}
