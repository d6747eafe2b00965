import { authenticate } from '../../../providers/authentication/authenticate';
import { providers } from '../../../providers';
import type { ProviderName } from '../../../providers';
import type { Guard } from '../../../providers/authentication/guard';
import type { KeySource } from '../../../providers/authentication/oauth2';
import { prove } from '../../../providers/authentication/prove';
import { guardFor } from '../../../receiver/config/guard';
import { parseConfig } from '../../../receiver/config/parse';

const body = Buffer.from('{"a":1}');
const now = new Date('2026-11-21T10:00:00Z');

function guardOf(auth: object, provider: ProviderName = 'sceyt'): Guard {
  const [source] = parseConfig({ sources: [{ id: 'one', provider, auth }] }).config.sources;
  if (source === undefined) throw new Error('There is a source.');
  return guardFor(source.auth, providers[provider], () => {
    throw new Error('Only oauth2 asks for keys.');
  });
}

async function admits(guard: Guard, headers: Readonly<Record<string, string>>, query: Readonly<Record<string, string>> = {}): Promise<{ readonly ok: boolean }> {
  const listed = (values: Readonly<Record<string, string>>) => new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), [value]]));
  return authenticate(guard, { headers: listed(headers), query: new Map(Object.entries(query).map(([name, value]) => [name, [value]])), body, receivedAt: now });
}

describe('a guard', () => {
  it.each([
    { scheme: 'basic', username: 'hook', password: 'pass:word' },
    { scheme: 'header', name: 'X-Secret', secret: 's' },
    { scheme: 'api-key', secret: 's' },
    { scheme: 'api-key', in: 'query', secret: 's' },
    { scheme: 'api-key', in: 'header', name: 'X-Key', secrets: ['new', 'old'] },
    { scheme: 'hmac', secret: 's' },
    { scheme: 'hmac', secret: 's', header: 'X-Own', prefix: 'v1=', algorithm: 'sha512', encoding: 'base64' },
    { scheme: 'hmac', secret: 's', algorithm: 'sha1', encoding: 'hex' },
    { scheme: 'totp', name: 'x-otp', secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
    { scheme: 'totp', in: 'query', name: 'otp', secret: 'totp-key', algorithm: 'sha512', digits: 8, period: 60 },
    { scheme: 'none', because: 'a gateway in front checks it' },
  ])('admits what is proved to it: %j', async (auth) => {
    const guard = guardOf(auth);
    const proof = prove(guard, body, now);
    expect(proof).toBeDefined();
    await expect(admits(guard, proof?.headers ?? {}, proof?.query)).resolves.toEqual({ ok: true });
  });

  it('looks for a key under the configured name only, and for a nameless one under the usual names', async () => {
    await expect(admits(guardOf({ scheme: 'api-key', name: 'x-own', secret: 's' }), { 'x-api-key': 's' })).resolves.toMatchObject({ ok: false });
    await expect(admits(guardOf({ scheme: 'api-key', secret: 's' }, 'skillmine'), { authorization: 'Bearer s' })).resolves.toEqual({ ok: true });
    await expect(admits(guardOf({ scheme: 'api-key', in: 'query', secret: 's' }, 'skillmine'), {}, { apikey: 's' })).resolves.toEqual({ ok: true });
    await expect(admits(guardOf({ scheme: 'api-key', secret: 's' }, 'cometchat'), { 'x-api-key': 's' })).resolves.toEqual({ ok: true });
  });

  it('holds what the file says and nothing else, in the words of the contract', () => {
    expect(guardOf({ scheme: 'totp', name: 'x-otp', secrets: ['new', 'old'], period: 60, encoding: 'ascii', digits: 8 }, 'cidaas')).toEqual({
      scheme: 'totp', in: 'header', name: 'x-otp', algorithm: 'sha1', digits: 8, periodSeconds: 60, keyEncoding: 'ascii', window: 1, secrets: ['new', 'old'],
    });
    expect(guardOf({ scheme: 'api-key', name: 'x-own', secret: 's' })).toEqual({ scheme: 'api-key', in: 'header', names: ['x-own'], secrets: ['s'] });
    expect(guardOf({ scheme: 'basic', username: 'hook', password: 's' }, 'cometchat')).toEqual({ scheme: 'basic', username: 'hook', secrets: ['s'] });
  });

  it('has its keys from the issuer, by what the file says of it', () => {
    const keys = {} as KeySource;
    const asked: unknown[] = [];
    const [source] = parseConfig({ sources: [{ id: 'one', provider: 'cidaas', auth: { scheme: 'oauth2', issuer: 'https://idp.example.com', jwksUri: 'https://idp.example.com/keys', clockTolerance: 5, scopes: ['hooks'] } }] }).config.sources;
    if (source === undefined) throw new Error('There is a source.');
    const guard = guardFor(source.auth, providers.cidaas, (auth) => {
      asked.push(auth);
      return keys;
    });
    expect(guard).toEqual({ scheme: 'oauth2', issuer: 'https://idp.example.com', scopes: ['hooks'], algorithm: 'RS256', clockToleranceSeconds: 5, keys });
    expect(asked).toEqual([source.auth]);
    expect(source.auth).toMatchObject({ jwksUri: 'https://idp.example.com/keys' });
  });

  it('looks for a signature under the configured name first', () => {
    expect(guardOf({ scheme: 'hmac', secret: 's', header: 'X-Signature' })).toMatchObject({
      headers: ['X-Signature', 'x-sceyt-signature', 'x-hub-signature-256', 'x-hub-signature', 'x-webhook-signature'],
    });
  });

  it('has no proof to give without a secret', () => {
    expect(prove({ scheme: 'hmac', headers: ['x'], algorithm: 'sha256', encoding: 'auto', secrets: [''] }, body, now)).toBeUndefined();
  });
});
