import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHmac } from 'node:crypto';
import { createIssuer } from '../../fakes/cidaas/issuer';
import { engines } from '../engines';
import { sources } from './support/sources';
import { outcomeOf, target } from './support/target';

/** How an issuer treats whoever asks for its keys. */
type Mood = 'well' | 'silent' | 'broken' | 'redirecting' | 'endless';

const moods: readonly Mood[] = ['well', 'silent', 'broken', 'redirecting', 'endless'];

const issuer = createIssuer();
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

let sequence = 0;
const body = (): string => JSON.stringify({ eventType: 'ACCOUNT_MODIFIED', objectId: `o${++sequence}`, createTime: '2026-11-21T10:00:00Z' });

/** An issuer; those of one mood share keys, as their tokens differ by their `iss` only. */
async function openIssuer(mood: Mood): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    if (mood === 'silent') return;
    if (mood === 'broken') return void response.writeHead(500).end('<html>');
    if (mood === 'redirecting') return void response.writeHead(302, { location: `${base}/elsewhere${request.url}` }).end();
    if (mood === 'endless') return void response.writeHead(200).end(Buffer.alloc(600_000, 0x20));
    response.end(JSON.stringify(request.url?.endsWith('jwks.json') === true ? issuer.jwks() : issuer.discovery(base)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

describe.each(engines)('oauth2, over $name', (engine) => {
  const opened = new Map<Mood, Awaited<ReturnType<typeof openIssuer>>>();
  const urlOf = (mood: Mood): string => opened.get(mood)?.url ?? '';

  beforeAll(async () => {
    for (const mood of moods) opened.set(mood, await openIssuer(mood));
  });
  afterAll(() => {
    for (const { server } of opened.values()) {
      server.closeAllConnections();
      server.close();
    }
  });

  const attacked = target(engine, () => {
    const source = (id: string, url: string): object => ({ id, provider: 'cidaas', auth: { scheme: 'oauth2', issuer: url, audience: 'hooks', scopes: ['hooks:send'] } });
    // Nobody listens on port 1.
    return { sources: [...sources, ...moods.map((mood) => source(`by-${mood}`, urlOf(mood))), source('by-none', 'http://127.0.0.1:1')] };
  });
  const claims = { clientId: 'hooks', scopes: ['hooks:send'] };
  const mint = (more: object = {}): string => issuer.mint(urlOf('well'), { ...claims, ...more }, new Date());
  const send = async (token: string, path = '/hooks/by-well', text = body()): Promise<string> => outcomeOf(await attacked.send({ path, headers: [`Authorization: Bearer ${token}`], body: text }));
  const withHeader = (header: object): string => [encode(header), ...mint().split('.').slice(1)].join('.');

  it('a good token is taken', async () => expect(await send(mint())).toBe('200'));

  it.each<[string, () => string]>([
    ['that expired', () => mint({ expiresInSeconds: -1 })],
    ['for another audience', () => mint({ clientId: 'others' })],
    ['of another issuer', () => mint({ issuer: 'https://evil.example' })],
    ['without the scope', () => mint({ scopes: ['hooks:read'] })],
    ['without any scope', () => mint({ scopes: [] })],
    ['with alg: none', () => `${encode({ alg: 'none' })}.${mint().split('.')[1]}.`],
    ['with alg: none and a signature', () => withHeader({ alg: 'none' })],
    ['with alg: HS256 under the public key', () => {
      const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${mint().split('.')[1]}`;
      return `${signed}.${createHmac('sha256', JSON.stringify(issuer.jwks())).update(signed).digest('base64url')}`;
    }],
    ['that brings its own key', () => withHeader({ alg: 'RS256', jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } })],
    ['that says where its key is', () => withHeader({ alg: 'RS256', jku: 'http://evil.example/jwks.json', x5u: 'http://evil.example' })],
    ['with a kid that is a path', () => withHeader({ alg: 'RS256', kid: '../../../etc/passwd' })],
    ['with a kid that is SQL', () => withHeader({ alg: 'RS256', kid: "' OR 1=1 --" })],
    ['with a kid that is an object', () => withHeader({ alg: 'RS256', kid: {} })],
    ['with a critical extension', () => withHeader({ alg: 'RS256', crit: ['b64'], b64: false })],
    ['whose claims were altered', () => {
      const [header, , signature] = mint().split('.');
      return `${header}.${encode({ iss: urlOf('well'), aud: 'hooks', scopes: ['hooks:send'], exp: 9_999_999_999 })}.${signature}`;
    }],
    ['whose signature was altered', () => mint().slice(0, -4) + 'AAAA'],
    ['without a signature', () => mint().split('.').slice(0, 2).join('.')],
    ['of four parts', () => `${mint()}.x`],
    ['of dots', () => '..'],
    ['of one word', () => 'canary'],
    ['of 15 kB', () => 'x'.repeat(15_000)],
    ['whose header is too deep', () => `${Buffer.from('['.repeat(5_000)).toString('base64url')}.x.x`],
    ['twice with a comma', () => `${mint()},${mint()}`],
  ])('a token %s is refused', async (_what, token) => {
    const text = body();
    expect(await send(token(), '/hooks/by-well', text)).toBe('401 unauthenticated');
    expect(await send(mint(), '/hooks/by-well', text)).toBe('200');
  });

  it('no token is a 401 that asks for one', async () => {
    const answer = await attacked.send({ path: '/hooks/by-well', body: body() });
    expect(outcomeOf(answer)).toBe('401 unauthenticated');
    expect(answer.headers).toContainEqual(['www-authenticate', 'Bearer realm="chathooks"']);
  });

  it('a key that the issuer does not publish yet is a 401, while tokens of the one it does are taken', async () => {
    const other = createIssuer();
    expect(await send(other.mint(urlOf('well'), claims, new Date()))).toBe('401 unauthenticated');
    expect(await send(mint())).toBe('200');
  });

  it.each(['none', 'silent', 'broken', 'redirecting', 'endless'])('an issuer that is %s is a 503 soon, since the token may be genuine, and others are served meanwhile', async (mood) => {
    const refused = send(issuer.mint(urlOf(mood as Mood), claims, new Date()), `/hooks/by-${mood}`);
    expect(await send(mint())).toBe('200');
    expect(await refused).toBe('503 keys_unavailable');
  });

  it('100 tokens at an issuer that does not answer are 100 refusals', async () => {
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => send(issuer.mint(urlOf('silent'), claims, new Date()), '/hooks/by-silent')));
    expect(new Set(outcomes)).toEqual(new Set(['503 keys_unavailable']));
  });
});
