import type { Guard, KeySource } from '../../providers/authentication/guard';
import { baseUrlOf } from '../../providers/management/base-url';
import type { Names, Provider } from '../../providers/provider';
import type { Authentication } from './authentication';

/** What a node holds its deliveries against. */
export interface Expected {
  readonly authentication: Authentication;
  /** The API key or the key of one-time passwords; empty admits nobody. */
  readonly key: string;
  /** The base URL of the platform, which issues tokens unless another issuer is named. */
  readonly baseUrl: string;
  readonly keysOf: (issuer: string) => KeySource;
}

/** Where a key is expected when neither the user nor the provider names a place. */
const USUAL = { 'api-key': 'x-api-key', totp: 'x-otp' } as const;

/** The clocks of two servers. */
const CLOCK_TOLERANCE_SECONDS = 60;

/** The guard of a node for an identity platform. */
export function guardOf({ authentication, key, baseUrl, keysOf }: Expected, provider: Provider): Guard {
  switch (authentication.scheme) {
    case 'api-key':
      return { ...authentication, names: namesOf(authentication, provider), secrets: [key] };
    case 'totp':
      return { ...authentication, name: authentication.name || USUAL.totp, window: 1, secrets: [key] };
    case 'oauth2': {
      const { scopes, audience } = authentication;
      // An issuer's name is compared to the letter, and cidaas' has no slash at its end (Cidaas/go-interceptor, signature.go).
      const issuer = isBounded(authentication) ? authentication.issuer || baseUrlOf(baseUrl) : '';
      return {
        scheme: 'oauth2',
        issuer,
        scopes,
        ...(audience === '' ? {} : { audience }),
        algorithm: 'RS256',
        clockToleranceSeconds: CLOCK_TOLERANCE_SECONDS,
        keys: keysOf(issuer),
      };
    }
  }
}

/**
 * True when a token has to be more than any token of the issuer. Whoever signs in to one of its apps holds one, so that
 * a guard that asks for no scope and no audience would let every user make events up.
 */
export function isBounded({ scopes, audience }: { readonly scopes: readonly string[]; readonly audience: string }): boolean {
  return scopes.length > 0 || audience !== '';
}

function namesOf({ in: place, name }: { readonly in: 'header' | 'query'; readonly name: string }, provider: Provider): Names {
  if (name !== '') return [name];
  const offer = provider.auth.find(({ scheme }) => scheme === 'api-key');
  return (place === 'header' ? offer?.headers : offer?.queryFields) ?? [USUAL['api-key']];
}
