import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import type { Guard, SchemeName } from '../../providers/authentication/guard';
import type { Delivery } from '../../providers/provider';
import type { Contract } from './contract';

/** The secrets that a source is given, current first. */
export type Secrets = readonly string[];

const ISSUER = 'https://issuer.example';
const HMAC_HEADER = 'x-signature';
const NAME = 'x-credential';

/** Base32, so that the same texts serve as TOTP keys. */
export const CURRENT = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
export const PREVIOUS = 'MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U';
export const FOREIGN = 'ONUGKZDJNZTSA2DFONRWC5DJMVXGIYLT';

/** A guard of each scheme. For oauth2 a secret stands for the issuer's key pair of that name. */
export function guardOf(scheme: SchemeName, secrets: Secrets): Guard {
  switch (scheme) {
    case 'basic':
      return { scheme, username: 'hook', secrets };
    case 'header':
      return { scheme, name: NAME, secrets };
    case 'api-key':
      return { scheme, in: 'header', names: [NAME], secrets };
    case 'hmac':
      return { scheme, headers: [HMAC_HEADER], algorithm: 'sha256', encoding: 'auto', secrets };
    case 'totp':
      return { scheme, in: 'header', name: NAME, algorithm: 'sha1', digits: 6, periodSeconds: 30, keyEncoding: 'auto', window: 1, secrets };
    case 'oauth2':
      return {
        scheme,
        issuer: ISSUER,
        scopes: [],
        algorithm: 'RS256',
        clockToleranceSeconds: 0,
        keys: {
          find: async (kid) => {
            const known = kid !== undefined && kid !== '' && secrets.includes(kid);
            return known ? { ok: true, key: pairOf(kid).publicKey } : { ok: false, code: 'token_unknown_key' };
          },
        },
      };
    case 'none':
      return { scheme, because: 'A test of what happens without authentication.' };
  }
}

/** The headers by which a sender that knows `secret` satisfies the scheme. */
export function credentials(contract: Contract, scheme: SchemeName, secret: string, body: Uint8Array, now: Date): Readonly<Record<string, string>> {
  if (scheme === 'oauth2') return { authorization: `Bearer ${token(secret, now)}` };
  // What an attacker would send who hopes for a source without a secret: no honest sender signs with an empty key.
  if (scheme === 'hmac' && secret === '') return { [HMAC_HEADER]: createHmac('sha256', '').update(body).digest('hex') };
  return contract.prove(guardOf(scheme, [secret]), body, now)?.headers ?? {};
}

/** The name of the header that carries the scheme's credential. */
export function credentialHeader(scheme: SchemeName): string {
  if (scheme === 'basic' || scheme === 'oauth2') return 'authorization';
  return scheme === 'hmac' ? HMAC_HEADER : NAME;
}

export function withHeaders(delivery: Delivery, headers: Readonly<Record<string, string>>): Delivery {
  return { ...delivery, headers: new Map([...delivery.headers, ...Object.entries(headers).map(([name, value]): [string, string[]] => [name.toLowerCase(), [value]])]) };
}

const pairs = new Map<string, ReturnType<typeof newPair>>();

function newPair() {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

function pairOf(name: string) {
  const pair = pairs.get(name) ?? newPair();
  pairs.set(name, pair);
  return pair;
}

const tokens = new Map<string, string>();

/** Remembered by key and second: a signature costs more than all the rest of a check. */
function token(kid: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const name = `${seconds} ${kid}`;
  const made = tokens.get(name) ?? newToken(kid, seconds);
  tokens.set(name, made);
  return made;
}

function newToken(kid: string, seconds: number): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', kid })}.${encode({ iss: ISSUER, sub: 'ANONYMOUS', exp: seconds + 60 })}`;
  return `${signed}.${createSign('sha256').update(signed).sign(pairOf(kid).privateKey, 'base64url')}`;
}
