import type { HmacAlgorithm, TotpGuard } from '../../providers/authentication/guard';
import { textOf } from '../lifecycle/credential';
import { namesOf } from '../webhook/settings';

/** How deliveries prove themselves, as the user chose. */
export type Authentication = ApiKeyAuthentication | TotpAuthentication | OAuth2Authentication;

interface InAPlace {
  readonly in: 'header' | 'query';
  /** Empty: the user doesn't know it. */
  readonly name: string;
}

export type ApiKeyAuthentication = InAPlace & { readonly scheme: 'api-key' };

export type TotpAuthentication = InAPlace & { readonly scheme: 'totp' } & Pick<TotpGuard, 'algorithm' | 'digits' | 'periodSeconds' | 'keyEncoding'>;

export interface OAuth2Authentication {
  readonly scheme: 'oauth2';
  readonly scopes: readonly string[];
  readonly audience: string;
  /** Empty: the platform's own. */
  readonly issuer: string;
}

interface Context {
  getNodeParameter(name: string, fallback: string): unknown;
}

/** Reads the parameters; whatever an expression made of them, it does not throw. */
export function readAuthentication(context: Context): Authentication {
  switch (parameter(context, 'authentication')) {
    case 'totp':
      return { scheme: 'totp', ...placeOf(context), ...totpOf(context) };
    case 'oauth2':
      return {
        scheme: 'oauth2',
        scopes: namesOf(parameter(context, 'scopes').replaceAll(' ', ',')),
        audience: parameter(context, 'audience'),
        issuer: parameter(context, 'issuer'),
      };
    default:
      return { scheme: 'api-key', ...placeOf(context) };
  }
}

/** A parameter's text; empty where there is none. */
export function parameter(context: Context, name: string): string {
  return textOf(context.getNodeParameter(name, ''));
}

function placeOf(context: Context): InAPlace {
  return { in: parameter(context, 'keyPlacement') === 'query' ? 'query' : 'header', name: parameter(context, 'keyName') };
}

function totpOf(context: Context): Pick<TotpGuard, 'algorithm' | 'digits' | 'periodSeconds' | 'keyEncoding'> {
  const encoding = parameter(context, 'options.totpEncoding');
  return {
    algorithm: algorithmOf(parameter(context, 'options.totpAlgorithm')),
    digits: Number(parameter(context, 'options.totpDigits')) || 6,
    periodSeconds: Number(parameter(context, 'options.totpPeriod')) || 30,
    keyEncoding: encoding === 'base32' || encoding === 'ascii' || encoding === 'hex' ? encoding : 'auto',
  };
}

function algorithmOf(name: string): HmacAlgorithm {
  return name === 'sha256' || name === 'sha512' ? name : 'sha1';
}
