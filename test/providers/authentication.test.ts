import { createHmac } from 'node:crypto';
import { authenticate } from '../../providers/authentication/authenticate';
import { matchesAny } from '../../providers/authentication/compare';
import type { ApiKeyGuard, BasicGuard, Guard, HeaderGuard, HmacGuard, TotpGuard } from '../../providers/authentication/guard';
import { prove } from '../../providers/authentication/prove';
import { RECEIVED_AT, delivery } from '../support/delivery';
import type { DeliveryOptions } from '../support/delivery';

const BODY = '{"event":"ping"}';

async function outcome(guard: Guard, options: DeliveryOptions, body: unknown = BODY): Promise<string> {
  const result = await authenticate(guard, delivery(body, options));
  return result.ok ? 'ok' : result.code;
}

const basic64 = (text: string | Uint8Array): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('basic', () => {
  const guard: BasicGuard = { scheme: 'basic', username: 'hook', secrets: ['pass:wörd', 'previous'] };

  it.each([
    ['the right pair', basic64('hook:pass:wörd'), 'ok'],
    ['the previous password', basic64('hook:previous'), 'ok'],
    ['the scheme in lower case', basic64('hook:previous').replace('Basic', 'basic'), 'ok'],
    ['a wrong password', basic64('hook:wrong'), 'secret_mismatch'],
    ['a wrong user', basic64('Hook:previous'), 'secret_mismatch'],
    ['an empty password', basic64('hook:'), 'secret_mismatch'],
    ['an empty user', basic64(':previous'), 'secret_mismatch'],
    ['no colon', basic64('hookprevious'), 'secret_mismatch'],
    ['the password in Latin-1', basic64(Buffer.from('hook:pass:wörd', 'latin1')), 'secret_mismatch'],
    ['a password that goes on', basic64('hook:previous\0'), 'secret_mismatch'],
    ['8 kB', basic64(`hook:${'x'.repeat(8_192)}`), 'secret_mismatch'],
    ['trailing garbage', `${basic64('hook:previous')} x`, 'credentials_malformed'],
    ['two pairs', `${basic64('hook:previous')}, ${basic64('hook:previous')}`, 'credentials_malformed'],
    ['no scheme', Buffer.from('hook:previous').toString('base64'), 'credentials_malformed'],
    ['another scheme', 'Bearer x', 'credentials_malformed'],
    ['nothing after the scheme', 'Basic ', 'credentials_malformed'],
    ['an empty header', '', 'credentials_missing'],
  ])('%s', async (_name, authorization, expected) => expect(await outcome(guard, { headers: { authorization } })).toBe(expected));

  it('no header', async () => expect(await outcome(guard, {})).toBe('credentials_missing'));
  it('two headers', async () => expect(await outcome(guard, { headers: { authorization: [basic64('hook:previous'), basic64('hook:previous')] } })).toBe('credentials_repeated'));
  it('an empty secret admits nobody', async () => {
    expect(await outcome({ ...guard, secrets: [''] }, { headers: { authorization: basic64('hook:') } })).toBe('secret_not_configured');
    expect(await outcome({ ...guard, secrets: [] }, { headers: { authorization: basic64('hook:') } })).toBe('secret_not_configured');
  });
});

describe('hmac', () => {
  const guard: HmacGuard = { scheme: 'hmac', headers: ['x-first', 'x-second'], algorithm: 'sha256', encoding: 'auto', secrets: ['sceyt-secret'] };
  const hex = '3230c7702d65cc43ccd604a004384c9f860c7bca58be8a3ee4c89cfa48a6901a';
  const base64 = 'MjDHcC1lzEPM1gSgBDhMn4YMe8pYvoo+5Mic+kimkBo=';
  const sha1 = '7e1c09d4ccfacc4f70f64b5b43282c965c8a2f5b';

  it.each([
    ['hex', hex, 'ok'],
    ['hex in capitals', hex.toUpperCase(), 'ok'],
    ['base64', base64, 'ok'],
    ['with the algorithm in front', `sha256=${hex}`, 'ok'],
    ['with another algorithm in front', `sha1=${sha1}`, 'signature_algorithm'],
    ['with a made-up algorithm in front', `sha999=${hex}`, 'signature_algorithm'],
    ['a weaker digest', sha1, 'credentials_malformed'],
    ['cut short', hex.slice(0, 62), 'credentials_malformed'],
    ['two of them', `${hex}, ${hex}`, 'credentials_malformed'],
    ['of another body', createHmac('sha256', 'sceyt-secret').update('{}').digest('hex'), 'signature_mismatch'],
    ['by another key', createHmac('sha256', 'other').update(BODY).digest('hex'), 'signature_mismatch'],
    ['by an empty key', createHmac('sha256', '').update(BODY).digest('hex'), 'signature_mismatch'],
  ])('%s', async (_name, signature, expected) => expect(await outcome(guard, { headers: { 'x-first': signature } })).toBe(expected));

  it('the first header that is there decides', async () => {
    expect(await outcome(guard, { headers: { 'x-second': hex } })).toBe('ok');
    expect(await outcome(guard, { headers: { 'x-first': hex.replace('3', '4'), 'x-second': hex } })).toBe('signature_mismatch');
  });
  it('hex only where hex is set', async () => expect(await outcome({ ...guard, encoding: 'hex' }, { headers: { 'x-first': base64 } })).toBe('credentials_malformed'));
  it('base64 only where base64 is set', async () => expect(await outcome({ ...guard, encoding: 'base64' }, { headers: { 'x-first': hex } })).toBe('credentials_malformed'));
  it('a prefix of its own', async () => expect(await outcome({ ...guard, prefix: 'v0:' }, { headers: { 'x-first': `v0:${hex}` } })).toBe('ok'));
  it('sha1 where sha1 is set', async () => expect(await outcome({ ...guard, algorithm: 'sha1' }, { headers: { 'x-first': `sha1=${sha1}` } })).toBe('ok'));
  it('sha512', async () => {
    const signature = createHmac('sha512', 'sceyt-secret').update(BODY).digest('base64');
    expect(signature).toHaveLength(88);
    expect(await outcome({ ...guard, algorithm: 'sha512' }, { headers: { 'x-first': signature } })).toBe('ok');
  });
  it('an empty secret admits nobody', async () => {
    const signature = createHmac('sha256', '').update(BODY).digest('hex');
    expect(await outcome({ ...guard, secrets: [''] }, { headers: { 'x-first': signature } })).toBe('secret_not_configured');
  });
});

describe('header and api-key', () => {
  const header: HeaderGuard = { scheme: 'header', name: 'Verification-Signature', secrets: ['s3cret'] };
  const key: ApiKeyGuard = { scheme: 'api-key', in: 'header', names: ['x-api-key', 'authorization'], secrets: ['s3cret', 'older'] };
  const query: ApiKeyGuard = { scheme: 'api-key', in: 'query', names: ['api_key'], secrets: ['s3cret'] };

  it.each<[string, Guard, DeliveryOptions, string]>([
    ['the secret, whatever the case of the name', header, { headers: { 'VERIFICATION-signature': 's3cret' } }, 'ok'],
    ['a part of the secret', header, { headers: { 'verification-signature': 's3cre' } }, 'secret_mismatch'],
    ['the secret with a space', header, { headers: { 'verification-signature': 's3cret ' } }, 'secret_mismatch'],
    ['the secret in the query', header, { query: { 'verification-signature': 's3cret' } }, 'credentials_missing'],
    ['a key', key, { headers: { 'x-api-key': 'older' } }, 'ok'],
    ['a key as a bearer token', key, { headers: { authorization: 'Bearer s3cret' } }, 'ok'],
    ['a key as an ApiKey', key, { headers: { authorization: 'ApiKey s3cret' } }, 'ok'],
    ['a bare key in Authorization', key, { headers: { authorization: 's3cret' } }, 'ok'],
    ['a wrong key before a right one', key, { headers: { 'x-api-key': 'no', authorization: 's3cret' } }, 'secret_mismatch'],
    ['a key in the query', query, { query: { api_key: 's3cret' } }, 'ok'],
    ['two keys in the query', query, { query: { api_key: ['s3cret', 's3cret'] } }, 'credentials_repeated'],
    ['a key in a header where the query is set', query, { headers: { api_key: 's3cret' } }, 'credentials_missing'],
    ['no secret set', { ...header, secrets: ['', ''] }, { headers: { 'verification-signature': '' } }, 'credentials_missing'],
    ['a secret where none is set', { ...header, secrets: [''] }, { headers: { 'verification-signature': 'x' } }, 'secret_not_configured'],
  ])('%s', async (_name, guard, options, expected) => expect(await outcome(guard, options)).toBe(expected));
});

describe('prove', () => {
  const totp: TotpGuard = { scheme: 'totp', in: 'query', name: 'otp', algorithm: 'sha1', digits: 6, periodSeconds: 30, keyEncoding: 'ascii', window: 1, secrets: ['totp-key'] };

  it.each<[string, Guard]>([
    ['basic', { scheme: 'basic', username: 'hook', secrets: ['p:w'] }],
    ['header', { scheme: 'header', name: 'x-secret', secrets: ['s'] }],
    ['api-key in a header', { scheme: 'api-key', in: 'header', names: ['x-api-key'], secrets: ['s'] }],
    ['api-key in the query', { scheme: 'api-key', in: 'query', names: ['key'], secrets: ['s'] }],
    ['hmac', { scheme: 'hmac', headers: ['x-signature'], algorithm: 'sha512', encoding: 'base64', prefix: 'v1=', secrets: ['s'] }],
    ['totp', totp],
  ])('%s satisfies what it is made for', async (_name, guard) => {
    const proof = prove(guard, Buffer.from(BODY), RECEIVED_AT);
    expect(await outcome(guard, { headers: { ...proof?.headers }, query: { ...proof?.query } })).toBe('ok');
  });
});

describe('matchesAny', () => {
  it.each<[string, string, readonly string[], boolean]>([
    ['the same', 'a', ['a'], true],
    ['one of several', 'b', ['a', 'b', 'c'], true],
    ['none', 'd', ['a', 'b'], false],
    ['another length', 'aa', ['a'], false],
    ['nothing expected', 'a', [], false],
    ['nothing presented', '', ['a'], false],
    ['nothing at all', '', [''], false],
  ])('%s', (_name, presented, expected, result) => expect(matchesAny(presented, expected)).toBe(result));
});
