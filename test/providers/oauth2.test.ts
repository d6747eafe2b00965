import { createHmac, createPrivateKey, generateKeyPairSync, sign as signWith } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import * as jose from 'jose';
import type { OAuth2Guard } from '../../providers/authentication/guard';
import { createKeySource, verifyToken } from '../../providers/authentication/oauth2';
import type { Diagnosis } from '../../providers/refusals';
import { fetchJson, jwk, startIssuer } from './oauth2/issuer';
import type { Issuer } from './oauth2/issuer';

const NOW = new Date('2026-11-21T10:00:00.400Z');
const SECONDS = Math.floor(NOW.getTime() / 1000);

const rsa = (modulusLength = 2048) => generateKeyPairSync('rsa', { modulusLength });
const [first, second, foreign, weak] = [rsa(), rsa(), rsa(), rsa(1024)];
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PUBLISHED = [jwk(first.publicKey, { kid: 'first', use: 'sig', alg: 'RS256' }), jwk(second.publicKey, { kid: 'second' })];

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.close());
beforeEach(() => {
  Object.assign(issuer, { keys: PUBLISHED, discovery: {}, failure: undefined, delayMs: 0 });
  issuer.requests.length = 0;
});

const keySource = (options: { issuer?: string; algorithm?: OAuth2Guard['algorithm']; jwksUri?: string; fetchJson?: typeof fetchJson } = {}) =>
  createKeySource({ issuer: issuer.url, algorithm: 'RS256', fetchJson, ...options });

function guard(changes: Partial<OAuth2Guard> = {}): OAuth2Guard {
  return { scheme: 'oauth2', issuer: issuer.url, scopes: [], algorithm: 'RS256', clockToleranceSeconds: 0, keys: keySource({ algorithm: changes.algorithm ?? 'RS256' }), ...changes };
}

type Claims = Readonly<Record<string, unknown>>;
const claims = (changes: Claims = {}): Claims => ({ iss: issuer.url, sub: 'ANONYMOUS', aud: 'hooks', exp: SECONDS + 60, iat: SECONDS - 1, ...changes });
const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const signature = (signed: string, key: KeyObject = first.privateKey): string => signWith('sha256', Buffer.from(signed), key).toString('base64url');

/** A token made by hand, for what no library would make. */
function crafted(header: unknown, payload: unknown, key?: KeyObject): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${signature(signed, key)}`;
}

const made = (changes: Claims = {}, header: Claims = {}, key: KeyObject = first.privateKey): Promise<string> =>
  new jose.SignJWT(claims(changes)).setProtectedHeader({ alg: 'RS256', kid: 'first', ...header }).sign(key);

const withoutClaim = (name: string): string => crafted({ alg: 'RS256', kid: 'first' }, Object.fromEntries(Object.entries(claims()).filter(([key]) => key !== name)));

interface Trial {
  readonly token: () => string | Promise<string>;
  readonly expected: 'ok' | Diagnosis;
  readonly guard?: Partial<OAuth2Guard>;
  readonly keys?: unknown;
  /** Why jose decides otherwise, where it does. */
  readonly unlikeJose?: string;
}

const good: Readonly<Record<string, Trial>> = {
  'a good token': { token: () => made(), expected: 'ok' },
  'one signed with the other key': { token: () => made({}, { kid: 'second' }, second.privateKey), expected: 'ok' },
  'one with typ at+jwt': { token: () => made({}, { typ: 'at+jwt' }), expected: 'ok' },
  'one with header fields that mean nothing': { token: () => made({}, { 'x-note': { a: 1 }, jku: 'https://evil.example/keys', jwk: { kty: 'RSA' } }), expected: 'ok' },
  'one without sub, iat and nbf': { token: () => crafted({ alg: 'RS256', kid: 'first' }, { iss: issuer.url, exp: SECONDS + 60 }), expected: 'ok' },
  'one for several audiences': { token: () => made({ aud: ['other', 'hooks'] }), guard: { audience: 'hooks' }, expected: 'ok' },
  'one for the audience': { token: () => made(), guard: { audience: 'hooks' }, expected: 'ok' },
  'one that expires in a second': { token: () => made({ exp: SECONDS + 1 }), expected: 'ok' },
  'one that expires within this second': { token: () => made({ exp: SECONDS + 0.4 }), expected: 'ok' },
  'one valid from this second on': { token: () => made({ nbf: SECONDS }), expected: 'ok' },
  'one that expired within the tolerance': { token: () => made({ exp: SECONDS - 29 }), guard: { clockToleranceSeconds: 30 }, expected: 'ok' },
  'one not valid yet, within the tolerance': { token: () => made({ nbf: SECONDS + 30 }), guard: { clockToleranceSeconds: 30 }, expected: 'ok' },
  'one issued in the future': { token: () => made({ iat: SECONDS + 3_600 }), expected: 'ok' },
  'one that names no key, where there is one': { token: () => crafted({ alg: 'RS256' }, claims()), keys: [PUBLISHED[0]], expected: 'ok' },
  'one that names no key, where one can be meant': { token: () => crafted({ alg: 'RS256' }, claims()), keys: [PUBLISHED[0], jwk(elliptic.publicKey), jwk(second.publicKey, { use: 'enc' })], expected: 'ok' },
  'one with a key whose operations are told': { token: () => made(), keys: [jwk(first.publicKey, { kid: 'first', key_ops: ['verify'] })], expected: 'ok' },
  'one of RS512, where that is set': { token: async () => new jose.SignJWT(claims()).setProtectedHeader({ alg: 'RS512', kid: 'second' }).sign(second.privateKey), guard: { algorithm: 'RS512' }, expected: 'ok' },
  'one of RS384, where that is set': { token: async () => new jose.SignJWT(claims()).setProtectedHeader({ alg: 'RS384', kid: 'second' }).sign(second.privateKey), guard: { algorithm: 'RS384' }, expected: 'ok' },
};

const badClaims: Readonly<Record<string, Trial>> = {
  'an expired token': { token: () => made({ exp: SECONDS - 1 }), expected: 'token_expired' },
  'one that expires now': { token: () => made({ exp: SECONDS }), expected: 'token_expired' },
  'one that expired at the tolerance\'s end': { token: () => made({ exp: SECONDS - 30 }), guard: { clockToleranceSeconds: 30 }, expected: 'token_expired' },
  'one that never expires': { token: () => withoutClaim('exp'), expected: 'token_claims' },
  'one whose exp is a string': { token: () => crafted({ alg: 'RS256', kid: 'first' }, claims({ exp: String(SECONDS + 60) })), expected: 'token_claims' },
  'one whose exp is null': { token: () => crafted({ alg: 'RS256', kid: 'first' }, claims({ exp: null })), expected: 'token_claims' },
  'one whose exp no double can hold': { token: () => crafted({ alg: 'RS256', kid: 'first' }, JSON.stringify(claims({ exp: 0 })).replace('"exp":0', '"exp":1e400')), expected: 'token_claims', unlikeJose: 'Infinity is no time; jose takes it for a number' },
  'one whose exp is exact in no double': { token: () => crafted({ alg: 'RS256', kid: 'first' }, JSON.stringify(claims({ exp: 0 })).replace('"exp":0', '"exp":9007199254740993')), expected: 'token_claims', unlikeJose: 'a time some 285 million years ahead is a mistake; our JSON keeps such a number as text' },
  'one not valid yet': { token: () => made({ nbf: SECONDS + 1 }), expected: 'token_not_yet_valid' },
  'one not valid yet, beyond the tolerance': { token: () => made({ nbf: SECONDS + 31 }), guard: { clockToleranceSeconds: 30 }, expected: 'token_not_yet_valid' },
  'one whose nbf is a string': { token: () => crafted({ alg: 'RS256', kid: 'first' }, claims({ nbf: '0' })), expected: 'token_claims' },
  'one whose iat is a string': { token: () => crafted({ alg: 'RS256', kid: 'first' }, claims({ iat: 'yesterday' })), expected: 'token_claims' },
  'one of another issuer': { token: () => made({ iss: 'https://evil.example' }), expected: 'token_issuer' },
  'one whose issuer ends in a slash': { token: () => made({ iss: `${issuer.url}/` }), expected: 'token_issuer' },
  'one whose issuer is a list': { token: () => crafted({ alg: 'RS256', kid: 'first' }, claims({ iss: [issuer.url] })), expected: 'token_issuer' },
  'one without an issuer': { token: () => withoutClaim('iss'), expected: 'token_issuer' },
  'one for another audience': { token: () => made({ aud: 'other' }), guard: { audience: 'hooks' }, expected: 'token_audience' },
  'one for an audience that begins alike': { token: () => made({ aud: 'hooks2' }), guard: { audience: 'hooks' }, expected: 'token_audience' },
  'one without an audience': { token: () => withoutClaim('aud'), guard: { audience: 'hooks' }, expected: 'token_audience' },
  'one whose claims are a list': { token: () => crafted({ alg: 'RS256', kid: 'first' }, []), expected: 'token_malformed' },
  'one whose claims are no JSON': { token: () => crafted({ alg: 'RS256', kid: 'first' }, '{'), expected: 'token_malformed' },
  'one with nothing in it': { token: () => crafted({ alg: 'RS256', kid: 'first' }, ''), expected: 'token_malformed' },
  'one with a claim twice': { token: () => crafted({ alg: 'RS256', kid: 'first' }, JSON.stringify(claims()).replace('{', `{"exp":${SECONDS + 9},`)), expected: 'token_malformed', unlikeJose: 'RFC 7519, section 4, lets either be; two readers may believe different ones' },
};

const publicPem = (): string => first.publicKey.export({ format: 'pem', type: 'spki' }).toString();

function hs256(key: string): string {
  const signed = `${encode({ alg: 'HS256', kid: 'first' })}.${encode(claims())}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

function ps256(): string {
  const signed = `${encode({ alg: 'RS256', kid: 'first' })}.${encode(claims())}`;
  return `${signed}.${signWith('sha256', Buffer.from(signed), { key: first.privateKey, padding: 6, saltLength: 32 }).toString('base64url')}`;
}

const badKeys: Readonly<Record<string, Trial>> = {
  'an unsigned token': { token: () => `${encode({ alg: 'none', kid: 'first' })}.${encode(claims())}.`, expected: 'token_algorithm' },
  'one of None, with a signature': { token: () => crafted({ alg: 'None', kid: 'first' }, claims()), expected: 'token_algorithm' },
  'one of an HMAC under the public key': { token: () => hs256(publicPem()), expected: 'token_algorithm' },
  'one of an HMAC that calls itself RS256': { token: () => hs256(publicPem()).replace(encode({ alg: 'HS256', kid: 'first' }), encode({ alg: 'RS256', kid: 'first' })), expected: 'token_signature' },
  'one of RS512, where RS256 is set': { token: async () => new jose.SignJWT(claims()).setProtectedHeader({ alg: 'RS512', kid: 'second' }).sign(second.privateKey), expected: 'token_algorithm' },
  'one of PS256': { token: async () => new jose.SignJWT(claims()).setProtectedHeader({ alg: 'PS256', kid: 'second' }).sign(second.privateKey), expected: 'token_algorithm' },
  'one of PS256 that calls itself RS256': { token: ps256, expected: 'token_signature' },
  'one of ES256': { token: async () => new jose.SignJWT(claims()).setProtectedHeader({ alg: 'ES256', kid: 'curve' }).sign(elliptic.privateKey), keys: [...PUBLISHED, jwk(elliptic.publicKey, { kid: 'curve' })], expected: 'token_algorithm' },
  'one of ES256 that calls itself RS256': { token: () => crafted({ alg: 'RS256', kid: 'curve' }, claims(), elliptic.privateKey), keys: [...PUBLISHED, jwk(elliptic.publicKey, { kid: 'curve' })], expected: 'token_unknown_key' },
  'one without an algorithm': { token: () => crafted({ kid: 'first' }, claims()), expected: 'token_algorithm' },
  'one whose algorithm is a list': { token: () => crafted({ alg: ['RS256'], kid: 'first' }, claims()), expected: 'token_algorithm' },
  'one whose algorithm is in lower case': { token: () => crafted({ alg: 'rs256', kid: 'first' }, claims()), expected: 'token_algorithm' },
  'one of a key that nobody publishes': { token: () => made({}, { kid: 'foreign' }, foreign.privateKey), expected: 'token_unknown_key' },
  'one of a foreign key under a known id': { token: () => made({}, {}, foreign.privateKey), expected: 'token_signature' },
  'one of the second key under the id of the first': { token: () => made({}, {}, second.privateKey), expected: 'token_signature' },
  'one that brings its own key': { token: () => made({}, { kid: 'mine', jwk: first.publicKey.export({ format: 'jwk' }) }), expected: 'token_unknown_key' },
  'one that names no key, where there are two': { token: () => crafted({ alg: 'RS256' }, claims()), expected: 'token_unknown_key' },
  'one whose key id is empty': { token: () => crafted({ alg: 'RS256', kid: '' }, claims()), keys: [PUBLISHED[0]], expected: 'token_unknown_key' },
  'one whose key id is a number': { token: () => crafted({ alg: 'RS256', kid: 1 }, claims()), keys: [PUBLISHED[0]], expected: 'token_malformed' },
  'one whose key id is of two keys': { token: () => made(), keys: [PUBLISHED[0], jwk(second.publicKey, { kid: 'first' })], expected: 'token_unknown_key' },
  'one of a weak key': { token: () => crafted({ alg: 'RS256', kid: 'weak' }, claims(), weak.privateKey), keys: [...PUBLISHED, jwk(weak.publicKey, { kid: 'weak' })], expected: 'token_unknown_key' },
  'one of a key for encryption': { token: () => made(), keys: [jwk(first.publicKey, { kid: 'first', use: 'enc' })], expected: 'token_unknown_key' },
  'one of a key for another algorithm': { token: () => made(), keys: [jwk(first.publicKey, { kid: 'first', alg: 'RS512' })], expected: 'token_unknown_key' },
  'one of a key that may not verify': { token: () => made(), keys: [jwk(first.publicKey, { kid: 'first', key_ops: ['encrypt'] })], expected: 'token_unknown_key' },
  'one of a key whose numbers are broken': { token: () => made(), keys: [{ kty: 'RSA', kid: 'first', n: '!', e: 'AQAB' }], expected: 'token_unknown_key' },
  'one of a key that calls itself another kind': { token: () => made(), keys: [{ ...PUBLISHED[0], kty: 'oct' }], expected: 'token_unknown_key' },
  'one of a key without numbers': { token: () => made(), keys: [{ kty: 'RSA', kid: 'first', n: 1 }], expected: 'token_unknown_key' },
  'any, where the issuer has no keys': { token: () => made(), keys: [], expected: 'token_unknown_key' },
};

const parts = async (): Promise<readonly [string, string, string]> => (await made()).split('.') as [string, string, string];
const flipped = (part: string, index: number): string => `${part.slice(0, index)}${part[index] === 'A' ? 'B' : 'A'}${part.slice(index + 1)}`;

/** The same bytes with a bit set that no byte uses: 256 bytes take 342 characters, of which the last holds four spare bits. */
async function strayBits(): Promise<string> {
  const [header, payload, tail] = await parts();
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return `${header}.${payload}.${tail.slice(0, -1)}${alphabet[alphabet.indexOf(tail.at(-1) ?? '') + 1]}`;
}

async function encrypted(): Promise<string> {
  return new jose.EncryptJWT(claims()).setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM' }).encrypt(first.publicKey);
}

const badForm: Readonly<Record<string, Trial>> = {
  'a token with another header': { token: async () => (await made()).replace(/^[^.]+/, encode({ alg: 'RS256', kid: 'first', typ: 'x' })), expected: 'token_signature' },
  'one with other claims': { token: async () => (await made()).replace(/\.[^.]+\./, `.${encode(claims({ exp: SECONDS + 61 }))}.`), expected: 'token_signature' },
  'one with a changed signature': { token: async () => { const [h, p, s] = await parts(); return `${h}.${p}.${flipped(s, 9)}`; }, expected: 'token_signature' },
  'one without a signature': { token: async () => { const [h, p] = await parts(); return `${h}.${p}.`; }, expected: 'token_signature' },
  'one with half a signature': { token: async () => { const [h, p, s] = await parts(); return `${h}.${p}.${s.slice(0, 160)}`; }, expected: 'token_signature' },
  'one with the signature of another': { token: async () => { const [h, p] = await parts(); return `${h}.${p}.${(await made({ jti: '2' })).split('.')[2]}`; }, expected: 'token_signature' },
  'one that is padded': { token: async () => `${await made()}==`, expected: 'token_malformed', unlikeJose: 'RFC 7515, section 2: base64url has no padding; a token has one spelling' },
  'one with stray bits at its end': { token: strayBits, expected: 'token_malformed', unlikeJose: 'RFC 4648, section 3.5: a token has one spelling' },
  'one with white space in it': { token: async () => { const [h, p, s] = await parts(); return `${h}.${p}.${s.slice(0, 80)} ${s.slice(80)}`; }, expected: 'token_malformed', unlikeJose: 'RFC 4648, section 3.3: no characters outside the alphabet' },
  'one with a line break at its end': { token: async () => `${await made()}\n`, expected: 'token_malformed', unlikeJose: 'as white space in it' },
  'one in plain base64': { token: async () => { const [h, p, s] = await parts(); return `${h}.${p}.${flipped(s, 3).slice(0, 3)}+${s.slice(4)}`; }, expected: 'token_malformed' },
  'one of two parts': { token: async () => (await parts()).slice(0, 2).join('.'), expected: 'token_malformed' },
  'one of four parts': { token: async () => `${await made()}.${encode('more')}`, expected: 'token_malformed' },
  'one of five parts': { token: async () => `${await made()}..`, expected: 'token_malformed' },
  'an encrypted one': { token: encrypted, expected: 'token_malformed' },
  'an empty one': { token: () => '', expected: 'token_malformed' },
  'one of dots': { token: () => '..', expected: 'token_malformed' },
  'one whose header is no JSON': { token: () => crafted('{', claims()), expected: 'token_malformed' },
  'one whose header is a list': { token: () => crafted(['RS256'], claims()), expected: 'token_malformed' },
  'one whose header has a field twice': { token: () => crafted('{"alg":"none","alg":"RS256","kid":"first"}', claims()), expected: 'token_malformed', unlikeJose: 'RFC 7515, section 4, lets either be; two readers may believe different ones' },
  'one whose header is no UTF-8': { token: () => { const signed = `${Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]).toString('base64url')}.${encode(claims())}`; return `${signed}.${signature(signed)}`; }, expected: 'token_malformed' },
  'one with a critical extension': { token: () => crafted({ alg: 'RS256', kid: 'first', crit: ['exp'], exp: 1 }, claims()), expected: 'token_malformed' },
  'one with an empty crit': { token: () => crafted({ alg: 'RS256', kid: 'first', crit: [] }, claims()), expected: 'token_malformed' },
  'one whose payload is not encoded': { token: () => crafted({ alg: 'RS256', kid: 'first', crit: ['b64'], b64: false }, claims()), expected: 'token_malformed' },
  'one that says that it is encoded': { token: () => crafted({ alg: 'RS256', kid: 'first', crit: ['b64'], b64: true }, claims()), expected: 'token_malformed', unlikeJose: 'we understand no extension at all, so that there is none to get wrong' },
  'one with b64 that is not critical': { token: () => crafted({ alg: 'RS256', kid: 'first', b64: false }, claims()), expected: 'token_malformed', unlikeJose: 'RFC 7797, section 6: b64 has to be critical; jose then ignores it' },
  'a huge one': { token: () => made({ note: 'x'.repeat(20_000) }), expected: 'token_malformed', unlikeJose: 'larger than all headers that Node takes' },
};

const trials = { ...good, ...badClaims, ...badKeys, ...badForm };

describe.each(Object.entries(trials))('%s', (_name, trial) => {
  it(trial.expected === 'ok' ? 'is let in' : `is refused: ${trial.expected}`, async () => {
    if (trial.keys !== undefined) issuer.keys = trial.keys;
    const verdict = await verifyToken(guard(trial.guard), await trial.token(), NOW);
    expect(verdict).toEqual(trial.expected === 'ok' ? { ok: true } : { ok: false, code: trial.expected });
  });

  it(trial.unlikeJose === undefined ? 'is so for jose too' : `is not so for jose: ${trial.unlikeJose}`, async () => {
    if (trial.keys !== undefined) issuer.keys = trial.keys;
    const accepted = await jose
      .jwtVerify(await trial.token(), jose.createRemoteJWKSet(new URL(`${issuer.url}/keys`)), {
        algorithms: [trial.guard?.algorithm ?? 'RS256'],
        issuer: issuer.url,
        ...(trial.guard?.audience === undefined ? {} : { audience: trial.guard.audience }),
        clockTolerance: trial.guard?.clockToleranceSeconds ?? 0,
        currentDate: NOW,
        requiredClaims: ['exp'],
      })
      .then(() => true, () => false);
    expect(accepted).toBe((trial.expected === 'ok') === (trial.unlikeJose === undefined));
  });
});

describe('scopes', () => {
  it.each([
    ['an array in scopes', { scopes: ['hooks:write', 'hooks:read'] }, 'ok'],
    ['a string in scope', { scope: 'hooks:read hooks:write' }, 'ok'],
    ['an array in scope', { scope: ['hooks:read', 'hooks:write'] }, 'ok'],
    ['both', { scope: 'hooks:read', scopes: ['hooks:write'] }, 'ok'],
    ['one missing', { scopes: ['hooks:read'] }, 'token_scope'],
    ['none', {}, 'token_scope'],
    ['another that begins alike', { scope: 'hooks:read hooks:write2' }, 'token_scope'],
    ['things that are no scopes', { scopes: [null, 1, ['hooks:read'], { 'hooks:write': true }], scope: 1 }, 'token_scope'],
  ])('%s', async (_name, granted, expected) => {
    const verdict = await verifyToken(guard({ scopes: ['hooks:read', 'hooks:write'] }), await made(granted), NOW);
    expect(verdict.ok ? 'ok' : verdict.code).toBe(expected);
  });
});

describe('a guard that is set up badly lets nobody in', () => {
  it('without an issuer', async () => {
    expect(await verifyToken(guard({ issuer: '' }), await made({ iss: '' }), NOW)).toEqual({ ok: false, code: 'secret_not_configured' });
  });

  it('with a tolerance that is no number', async () => {
    expect(await verifyToken(guard({ clockToleranceSeconds: NaN }), await made(), NOW)).toEqual({ ok: false, code: 'token_expired' });
  });

  it('with a key that is none of RSA', async () => {
    const keys = { find: () => Promise.resolve({ ok: true, key: elliptic.publicKey } as const) };
    const token = crafted({ alg: 'RS256', kid: 'first' }, claims(), elliptic.privateKey);
    expect(await verifyToken(guard({ keys }), token, new Date(NaN))).toMatchObject({ ok: false });
  });
});

describe('an issuer', () => {
  const find = async (source = keySource(), now = NOW, kid: string | undefined = 'first') => {
    const found = await source.find(kid, now);
    return found.ok ? 'ok' : found.code;
  };
  const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

  it('is found by discovery, with a slash at its end or without', async () => {
    expect(await find()).toBe('ok');
    issuer.discovery = { issuer: `${issuer.url}/` };
    expect(await find(keySource({ issuer: `${issuer.url}/` }))).toBe('ok');
    expect(issuer.requests).toEqual(['/.well-known/openid-configuration', '/keys', '/.well-known/openid-configuration', '/keys']);
  });

  it('is not asked where its keys are when that is set', async () => {
    expect(await find(keySource({ jwksUri: `${issuer.url}/keys` }))).toBe('ok');
    expect(issuer.requests).toEqual(['/keys']);
  });

  it.each([
    ['names another issuer', { issuer: 'https://evil.example' }],
    ['names itself with a slash that is not configured', { issuer: 'slash' }],
    ['names no keys', { jwks_uri: undefined }],
    ['names keys that are no URL', { jwks_uri: 'keys' }],
    ['names keys in a file', { jwks_uri: 'file:///etc/passwd' }],
    ['names keys that are a list', { jwks_uri: ['https://issuer.example/keys'] }],
  ])('that %s is unreachable', async (_name, discovery) => {
    issuer.discovery = 'issuer' in discovery && discovery.issuer === 'slash' ? { issuer: `${issuer.url}/` } : discovery;
    expect(await find()).toBe('issuer_unreachable');
    expect(issuer.requests).toEqual(['/.well-known/openid-configuration']);
  });

  it('of https may not hand its keys over without encryption', async () => {
    const asked: string[] = [];
    const answering = (jwksUri: string) => keySource({
      issuer: 'https://issuer.example',
      fetchJson: (url) => {
        asked.push(url);
        return Promise.resolve(url.includes('well-known') ? { issuer: 'https://issuer.example', jwks_uri: jwksUri } : { keys: PUBLISHED });
      },
    });
    expect(await find(answering('http://issuer.example/keys'))).toBe('issuer_unreachable');
    expect(asked).toHaveLength(1);
    expect(await find(answering('https://issuer.example/keys'))).toBe('ok');
  });

  it.each([
    ['answers 500', { status: 500, body: '{}' }],
    ['answers no JSON', { status: 200, body: '<html>' }],
    ['answers null', { status: 200, body: 'null' }],
    ['answers a list', { status: 200, body: '[]' }],
    ['answers with a set of no keys at all', { status: 200, body: '{"keys":{"length":1}}' }],
  ])('that %s is unreachable', async (_name, failure) => {
    issuer.failure = failure;
    expect(await find()).toBe('issuer_unreachable');
    expect(await find(keySource({ jwksUri: `${issuer.url}/keys` }))).toBe('issuer_unreachable');
    expect(await verifyToken(guard(), await made(), NOW)).toEqual({ ok: false, code: 'issuer_unreachable' });
  });

  it('that is down, too slow, or throws at once is unreachable', async () => {
    expect(await find(keySource({ issuer: 'http://127.0.0.1:1' }))).toBe('issuer_unreachable');
    expect(await find(keySource({ fetchJson: () => { throw new Error('at once'); } }))).toBe('issuer_unreachable');
    issuer.delayMs = 2_000;
    expect(await find()).toBe('issuer_unreachable');
  });

  it('is asked once by all who ask at the same time', async () => {
    issuer.delayMs = 20;
    const source = keySource();
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => find(source))))).toEqual(new Set(['ok']));
    expect(issuer.requests).toHaveLength(2);
  });

  it('is not asked again for ten minutes', async () => {
    const source = keySource();
    await find(source);
    await find(source, later(599));
    expect(issuer.requests).toHaveLength(2);
    await find(source, later(600));
    expect(issuer.requests).toHaveLength(4);
  });

  it('that rotates its keys is noticed by the first token of the new one', async () => {
    const source = keySource();
    issuer.keys = [PUBLISHED[0]];
    expect(await find(source)).toBe('ok');
    issuer.keys = [PUBLISHED[1]];
    expect(await find(source, later(29), 'second')).toBe('token_unknown_key');
    expect(await find(source, later(30), 'second')).toBe('ok');
    expect(await find(source, later(31), 'first')).toBe('token_unknown_key');
  });

  it('is not hammered by those who make up key ids', async () => {
    const source = keySource();
    await find(source);
    for (let index = 0; index < 300; index++) expect(await find(source, later(index / 10), `made-up-${index}`)).toBe('token_unknown_key');
    expect(issuer.requests).toHaveLength(2);
    await Promise.all(Array.from({ length: 300 }, (_, index) => find(source, later(30), `made-up-${index}`)));
    expect(issuer.requests).toHaveLength(4);
    expect(await find(source, later(31))).toBe('ok');
  });

  it('that is down is not hammered either, and found again', async () => {
    const source = keySource();
    issuer.failure = { status: 503, body: '' };
    for (let index = 0; index < 50; index++) expect(await find(source, later(index / 10))).toBe('issuer_unreachable');
    expect(issuer.requests).toHaveLength(1);
    issuer.failure = undefined;
    expect(await find(source, later(5))).toBe('ok');
  });

  it('that goes down is trusted by its last keys for a day', async () => {
    const source = keySource();
    await find(source);
    issuer.failure = { status: 503, body: '' };
    expect(await find(source, later(3_600))).toBe('ok');
    expect(await find(source, later(86_399))).toBe('ok');
    expect(await find(source, later(86_399), 'new')).toBe('issuer_unreachable');
    expect(await find(source, later(86_400 + 30))).toBe('issuer_unreachable');
    issuer.failure = undefined;
    expect(await find(source, later(86_400 + 60))).toBe('ok');
  });

  it('is asked again when the clock was set back', async () => {
    const source = keySource();
    await find(source);
    expect(await find(source, later(-7_200))).toBe('ok');
    expect(issuer.requests).toHaveLength(4);
  });

  it('may publish many keys, of which 32 are kept', async () => {
    const key = jwk(first.publicKey);
    issuer.keys = [...Array.from({ length: 100 }, () => jwk(elliptic.publicKey)), ...Array.from({ length: 40 }, (_, index) => ({ ...key, kid: `${index}` }))];
    const source = keySource();
    expect(await find(source, NOW, '31')).toBe('ok');
    expect(await find(source, NOW, '32')).toBe('token_unknown_key');
  });

  it('that publishes a private key is read for the public one', async () => {
    issuer.keys = [jwk(first.privateKey, { kid: 'first' }), null, 'x', [jwk(second.publicKey)], {}];
    const found = await keySource().find('first', NOW);
    expect(found.ok && found.key.type).toBe('public');
    expect(createPrivateKey({ key: first.privateKey.export({ format: 'jwk' }), format: 'jwk' }).type).toBe('private');
  });
});
