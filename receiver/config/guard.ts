import type { Guard } from '../../providers/authentication/guard';
import type { KeySource } from '../../providers/authentication/oauth2';
import type { AuthOffer, Names, Provider } from '../../providers/provider';
import type { AuthConfig, OAuth2Config } from './config';


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
    case 'api-key': {
      const { name, ...rest } = auth;
      return { ...rest, names: name === undefined ? keyNames(auth.in, offer) : [name] };
    }
    case 'hmac': {
      const { header, ...rest } = auth;
      return { ...rest, headers: signatureHeaders(header, offer?.headers ?? USUAL.signature) };
    }
    case 'oauth2': {
      const { jwksUri: _found, ...rest } = auth;
      return { ...rest, keys: keysOf(auth) };
    }
    case 'basic':
    case 'header':
    case 'totp':
    case 'none':
      return auth;
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
