/*
 * The doors of the receiver under test: each provider under each scheme that it offers.
 */
import type { Guard, SchemeName } from '../../../providers/authentication/guard';
import { prove } from '../../../providers/authentication/prove';
import { providers } from '../../../providers';
import type { ProviderName } from '../../../providers';
import { createIssuer } from '../../fakes/cidaas/issuer';
import { startIssuer } from '../../providers/oauth2/issuer';
import { freshParcel, pairOfParcels } from './parcels';
import type { Door } from './subject';

/** A door of the receiver, with what the file says of its source. */
export interface ConfiguredDoor extends Door {
  readonly provider: ProviderName;
  readonly scheme: SchemeName;
  readonly source: { readonly id: string; readonly provider: string; readonly auth: object };
}

/** What a source enforces: as the file says it, and how a sender with this secret satisfies it. */
interface Enforced {
  readonly auth: object;
  readonly secret: string;
  readonly prove: (secret: string, body: Uint8Array, at: Date) => ReturnType<typeof prove>;
}

const MINUTE_MS = 60_000;
const PERIOD_SECONDS = 30;

/** Base32, for one-time passwords. */
const TOTP_KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const WRONG_KEY = 'ONUGKZDJNZTSA2DFONRWC5DJMVXGIYLT';

/** Opens the doors. Tokens need an issuer, which is closed with them. */
export async function openDoors(): Promise<{ readonly doors: readonly ConfiguredDoor[]; close(): Promise<void> }> {
  const [issuer, keys, foreignKeys] = [await startIssuer(), createIssuer(), createIssuer()];
  issuer.keys = (keys.jwks() as { readonly keys: unknown }).keys;
  const bearer = (secret: string, at: Date) => ({ authorization: `Bearer ${(secret === WRONG_KEY ? foreignKeys : keys).mint(issuer.url, { scopes: ['hooks'] }, at)}` });
  const oauth2: Enforced = {
    auth: { scheme: 'oauth2', issuer: issuer.url, scopes: ['hooks'] },
    secret: '',
    prove: (secret, _body, at) => ({ headers: bearer(secret, at), query: {} }),
  };
  const doors = (Object.keys(providers) as ProviderName[]).flatMap((provider) =>
    providers[provider].auth.map(({ scheme }) => doorOf(provider, scheme, scheme === 'oauth2' ? oauth2 : enforced(provider, scheme))),
  );
  return { doors, close: () => issuer.close() };
}

function doorOf(provider: ProviderName, scheme: SchemeName, { auth, secret, prove: proveWith }: Enforced): ConfiguredDoor {
  const id = `${provider}-${scheme}`;
  const ages = agesOf(scheme);
  return {
    name: `${provider} by ${scheme}`,
    path: `/hooks/${id}`,
    provider,
    scheme,
    source: { id, provider, auth },
    signsBody: scheme === 'hmac',
    ...(ages === undefined ? {} : { ages }),
    malformed: { basic: 'Basic :::', oauth2: 'Bearer e30.e30.e30', hmac: 'sha256=no-signature', header: ' ', 'api-key': '%00', totp: '12345', none: '' }[scheme],
    secrets: secret === '' ? [] : [secret],
    fresh: (mark) => freshParcel(provider, mark),
    pair: (first, second) => pairOfParcels(provider, first, second),
    prove: (body, { at = new Date(), key = 'right' } = {}) => proveWith(key === 'right' ? secret : WRONG_KEY, body, at) ?? { headers: {}, query: {} },
  };
}

/** One-time passwords: two periods to either side. Tokens: an hour from their issue, and a future one is the issuer's own affair. */
function agesOf(scheme: SchemeName): Door['ages'] {
  if (scheme === 'totp') return { good: [-PERIOD_SECONDS * 1000, PERIOD_SECONDS * 1000], bad: [-10 * MINUTE_MS, 10 * MINUTE_MS] };
  return scheme === 'oauth2' ? { good: [-50 * MINUTE_MS], bad: [-70 * MINUTE_MS] } : undefined;
}

function enforced(provider: ProviderName, scheme: Exclude<SchemeName, 'oauth2'>): Enforced {
  const secret = scheme === 'totp' ? TOTP_KEY : `canary-of-${provider}-${scheme}`;
  const { guardOf, written } = guards(provider, secret)[scheme];
  return { auth: { scheme, ...written }, secret, prove: (known, body, at) => prove(guardOf([known]), body, at) };
}

interface Written {
  readonly written: object;
  readonly guardOf: (secrets: readonly string[]) => Guard;
}

function guards(provider: ProviderName, secret: string): Readonly<Record<Exclude<SchemeName, 'oauth2'>, Written>> {
  const header = provider === 'spika' ? 'Verification-Signature' : 'x-shared-secret';
  const place = provider === 'sceyt' ? ({ in: 'query', name: 'key' } as const) : ({ in: 'header', name: 'x-api-key' } as const);
  const otp = { in: 'header', name: 'x-otp', digits: 8, window: 2 } as const;
  return {
    basic: { written: { username: 'hook', password: secret }, guardOf: (secrets) => ({ scheme: 'basic', username: 'hook', secrets }) },
    header: { written: { name: header, secret }, guardOf: (secrets) => ({ scheme: 'header', name: header, secrets }) },
    'api-key': { written: { ...place, secret }, guardOf: (secrets) => ({ scheme: 'api-key', in: place.in, names: [place.name], secrets }) },
    hmac: {
      written: { header: 'x-sceyt-signature', secret },
      guardOf: (secrets) => ({ scheme: 'hmac', headers: ['x-sceyt-signature'], algorithm: 'sha256', encoding: 'hex', secrets }),
    },
    totp: {
      written: { ...otp, secret },
      guardOf: (secrets) => ({ scheme: 'totp', ...otp, algorithm: 'sha1', periodSeconds: PERIOD_SECONDS, keyEncoding: 'auto', secrets }),
    },
    none: { written: { because: 'no provider offers it' }, guardOf: () => ({ scheme: 'none', because: 'no provider offers it' }) },
  };
}
