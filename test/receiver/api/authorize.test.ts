import { request } from 'node:http';
import { createAuthority } from '../../../receiver/api/authorize';
import { startApi, TOKEN } from './start';

type Api = Awaited<ReturnType<typeof startApi>>;

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.stop());

const paths = ['/events', '/events/1', '/deliveries', '/sources', '/destinations', '/refusals', '/stream', '/openapi.json', '/nothing', '/'];

test.each(paths)('%s is refused without the token, always in the same words', async (path) => {
  const bodies = new Set<string>();
  for (const headers of [{}, { authorization: '' }, { authorization: 'Bearer' }, { authorization: 'Bearer wrong' }, { authorization: `Basic ${TOKEN}` }, { authorization: TOKEN }]) {
    const response = await fetch(`${api.url}${path}`, { headers });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    bodies.add(await response.text());
  }
  expect(bodies.size).toBe(1);
  expect(JSON.parse([...bodies][0] ?? '')).toMatchObject({ error: { code: 'unauthorized' } });
});

test.each(['token', 'access_token', 'authorization', 'bearer'])('the token is not taken from the query as %s', async (name) => {
  expect((await fetch(`${api.url}/sources?${name}=${TOKEN}`)).status).toBe(401);
});

test('a token with something before or after it, or in another case, is a wrong one', async () => {
  for (const token of [`${TOKEN}x`, `x${TOKEN}`, TOKEN.toUpperCase(), TOKEN.slice(0, -1), `${TOKEN},${TOKEN}`, `${TOKEN} ${TOKEN}`]) {
    expect((await fetch(`${api.url}/sources`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
  }
});

test('the scheme is taken in any case', async () => {
  expect((await api.ask('/sources', { headers: { authorization: `bearer ${TOKEN}` } })).status).toBe(200);
});

test('two Authorization headers are refused, whichever is the right one', async () => {
  for (const pair of [[`Bearer ${TOKEN}`, 'Bearer wrong'], ['Bearer wrong', `Bearer ${TOKEN}`], [`Bearer ${TOKEN}`, `Bearer ${TOKEN}`]]) {
    const status = await new Promise((resolve) => {
      request({ port: api.port, path: '/api/sources', headers: ['Host', 'localhost', ...pair.flatMap((value) => ['Authorization', value])] }, (response) => resolve(response.resume().statusCode)).end();
    });
    expect(status).toBe(401);
  }
});

test.each([undefined, ''])('nobody is let in while the token is %j', async (token) => {
  const closed = await startApi({ token: () => token });
  for (const authorization of ['Bearer', 'Bearer ', 'Bearer undefined', `Bearer ${TOKEN}`]) {
    expect((await fetch(`${closed.url}/sources`, { headers: { authorization } })).status).toBe(401);
  }
  await closed.stop();
});

test('a token of any letters is let in', async () => {
  const token = 'schlüssel 鍵 0123456789';
  const open = await startApi({ token: () => token });
  expect((await open.ask('/sources', { headers: { authorization: `Bearer ${Buffer.from(token).toString('latin1')}` } })).status).toBe(200);
  await open.stop();
});

test('a token that is replaced counts at once', async () => {
  let token = TOKEN;
  const changing = await startApi({ token: () => token });
  expect((await changing.ask('/sources')).status).toBe(200);
  token = 'another-admin-token';
  expect((await changing.ask('/sources')).status).toBe(401);
  await changing.stop();
});

test('nothing is read of a body, and nothing done, before the token is right', async () => {
  const response = await fetch(`${api.url}/destinations/x`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"url":"https://x.example/"}' });
  expect(response.status).toBe(401);
  expect(api.destinations.get('x')).toBeUndefined();
});

describe('guessing', () => {
  const asking = (address: string, authorization?: string) => ({ socket: { remoteAddress: address }, rawHeaders: authorization === undefined ? [] : ['Authorization', authorization] }) as never;

  test('is told to wait after ten wrong tokens in a second', () => {
    let now = 0;
    const authority = createAuthority({ token: () => TOKEN, now: () => now });
    for (let guess = 0; guess < 10; guess++) expect(authority.refuse(asking('192.0.2.1', `Bearer guess-${guess}`))?.status).toBe(401);
    const waiting = authority.refuse(asking('192.0.2.1', 'Bearer guess-10'));
    expect([waiting?.status, waiting?.headers?.['retry-after']]).toEqual([429, '1']);
    now = 1000;
    expect(authority.refuse(asking('192.0.2.1', 'Bearer guess-11'))?.status).toBe(401);
  });

  test('never locks the right token out, though a proxy gives everybody one address', async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess++) statuses.push((await fetch(`${api.url}/sources`, { headers: { authorization: `Bearer wrong-${guess}` } })).status);
    expect(new Set(statuses)).toContain(429);
    expect((await api.ask('/sources')).status).toBe(200);
    expect((await fetch(`${api.url}/sources`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(429);
  });

  test('is answered alike, once it has to wait, whatever is guessed', () => {
    const authority = createAuthority({ token: () => TOKEN, now: () => 0 });
    for (let guess = 0; guess < 10; guess++) authority.refuse(asking('192.0.2.1', 'Bearer guess'));
    const answers = ['x', `${TOKEN}x`, TOKEN.slice(0, -1)].map((token) => authority.refuse(asking('192.0.2.1', `Bearer ${token}`)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.status).toBe(429);
  });

  test('from one address is nothing to another', () => {
    const authority = createAuthority({ token: () => TOKEN, now: () => 0 });
    for (let guess = 0; guess < 20; guess++) authority.refuse(asking('192.0.2.1', 'Bearer guess'));
    expect(authority.refuse(asking('192.0.2.2', 'Bearer guess'))?.status).toBe(401);
  });

  test('is not what a request without a token does', () => {
    const authority = createAuthority({ token: () => TOKEN, now: () => 0 });
    for (let times = 0; times < 50; times++) expect(authority.refuse(asking('192.0.2.1'))?.status).toBe(401);
    expect(authority.refuse(asking('192.0.2.1', 'Bearer guess'))?.status).toBe(401);
  });

  test('from ever new addresses takes a bounded memory, and the latest still has to wait', () => {
    const authority = createAuthority({ token: () => TOKEN, now: () => 0 });
    for (let address = 0; address < 5000; address++) authority.refuse(asking(`address-${address}`, 'Bearer guess'));
    for (let guess = 0; guess < 10; guess++) authority.refuse(asking('192.0.2.9', 'Bearer guess'));
    expect(authority.refuse(asking('192.0.2.9', 'Bearer guess'))?.status).toBe(429);
  });
});
