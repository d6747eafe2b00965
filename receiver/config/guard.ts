import type { Guard } from '../../providers/authentication/guard';
import type { KeySource } from '../../providers/authentication/oauth2';
import type { AuthOffer, Names, Provider } from '../../providers/provider';
import type { AuthConfig } from './config';

export type OAuth2Config = Extract<AuthConfig, { scheme: 'oauth2' }>;

/** For a scheme that the provider does not offer, but a gateway in front may add. */
const USUAL = {
  header: ['x-api-key'],
  query: ['api_key'],
  signature: ['x-webhook-signature'],
} as const satisfies Readonly<Record<string, Names>>;

/**
 * What a source enforces, from what its configuration says and, where it names no place, what its provider is known to use.
 * @param keysOf where the keys of an issuer come from; asked for oauth2 only.
 */
export function guardFor(auth: AuthConfig, provider: Provider, keysOf: (auth: OAuth2Config) => KeySource): Guard {
  const offer = provider.auth.find(({ scheme }) => scheme === auth.scheme);
  switch (auth.scheme) {
    case 'basic':
    case 'header':
    case 'none':
      return auth;
    case 'api-key':
      return { scheme: 'api-key', in: auth.in, names: auth.name === undefined ? keyNames(auth.in, offer) : [auth.name], secrets: auth.secrets };
    case 'hmac': {
      const { scheme, header, algorithm, encoding, prefix, secrets } = auth;
      return { scheme, headers: signatureHeaders(header, offer?.headers ?? USUAL.signature), algorithm, encoding, ...(prefix === undefined ? {} : { prefix }), secrets };
    }
    case 'totp': {
      const { scheme, in: place, name, algorithm, digits, period, encoding, window, secrets } = auth;
      return { scheme, in: place, name, algorithm, digits, periodSeconds: period, keyEncoding: encoding, window, secrets };
    }
    case 'oauth2': {
      const { scheme, issuer, audience, scopes, algorithm, clockTolerance } = auth;
      return { scheme, issuer, ...(audience === undefined ? {} : { audience }), scopes, algorithm, clockToleranceSeconds: clockTolerance, keys: keysOf(auth) };
    }
  }
}

function keyNames(place: 'header' | 'query', offer: AuthOffer | undefined): Names {
  return (place === 'header' ? offer?.headers : offer?.queryFields) ?? USUAL[place];
}

/** The configured header first. The others stay, since a signature is proof wherever it stands. */
function signatureHeaders(configured: string | undefined, known: Names): Names {
  if (configured === undefined) return known;
  return [configured, ...known.filter((name) => name !== configured.toLowerCase())];
}
