import { headerOf } from '../../support/exchange';
import { engines } from '../engines';
import { message } from './support/bodies';
import { bytesOf } from './support/request';
import { BASIC_LINE } from './support/sources';
import { outcomeOf, target } from './support/target';

const body = (): string => JSON.stringify(message());

describe.each(engines)('methods and paths, over $name', (engine) => {
  const attacked = target(engine);

  it.each(['GET', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'SEARCH', 'PURGE'])('%s on a source is a 405 that says what is allowed', async (method) => {
    const answer = await attacked.expect({ method, body: body() }, '405 method_not_allowed', '405 method_not_allowed');
    expect(headerOf(answer, 'allow')).toBe('POST');
  });

  it('HEAD is a 405 without a body', async () => {
    const answer = await attacked.send({ method: 'HEAD', headers: ['Content-Length: 0'] }, true);
    expect({ status: answer.status, allow: headerOf(answer, 'allow') }).toEqual({ status: 405, allow: 'POST' });
  });

  it('TRACE echoes nothing', async () => {
    expect((await attacked.send({ method: 'TRACE', headers: ['X-Echo: canary-echo', 'Content-Length: 0'] }, true)).status).toBe(405);
  });

  it.each(['BREW', 'post', 'POSTT', 'P\x00ST', 'POST\t'])('the method %j is none, and a 400', async (method) => {
    expect((await attacked.exchange(bytesOf({ method, headers: [BASIC_LINE], body: body() }), { end: true })).map(outcomeOf)).toEqual(['400 bad_request']);
  });

  it.each(['example.com:443', '127.0.0.1:5432', '/hooks/chat'])('CONNECT %s gets no tunnel', async (path) => {
    const answers = await attacked.exchange(bytesOf({ method: 'CONNECT', path, headers: [BASIC_LINE], without: ['content-length'] }), { end: true });
    expect(answers.map(({ status }) => status).filter((status) => status < 400)).toEqual([]);
  });

  it.each([
    '/HOOKS/chat', '/hooks/CHAT', '/hooks/chat/', '/hooks/chat%00', '/hooks/chat%20', '/hooks/chat;a', '/hooks/chat.json', '/hooks//chat', '//hooks/chat', '/hooks/./chat', '/hooks/../hooks/chat',
    '/hooks/%63hat', '/hooks/%63hat/x', '/%68ooks/chat', '/hooks/chat/../chat', '/hooks%2fchat', '/hooks/chat%2f', '/hooks/chat%3fa', '/hooks/chat#a', '/hooks\\chat', '/hooks/', '/hooks', '/hooks/%',
    '/hooks/%ff', '/hooks/__proto__', '/hooks/constructor', '/hooks/toString', '/chat', '/', '//', '/hooks/chat/hooks/chat', '*', 'http://localhost/hooks/chat', 'http://evil.example/hooks/chat',
  ])('%s is a 404', async (path) => {
    for (const credentials of [false, true]) {
      const answer = await attacked.send({ path, body: body(), ...(credentials ? { headers: [BASIC_LINE] } : {}) });
      expect(['404 unknown_source', '404 not_found']).toContain(outcomeOf(answer));
    }
  });

  it('a path that is not ASCII is a 400', () => attacked.expect({ path: '/hooks/chat\xff', body: body() }, '400 bad_request', '400 bad_request'));

  it('a URL of 15 kB that leads nowhere is a 404', async () => {
    expect(outcomeOf(await attacked.send({ path: `/hooks/${'x'.repeat(15_000)}`, body: body() }))).toMatch(/^404 /);
  });

  it.each(['?', '?secret=a&secret=b', `?${'a=1&'.repeat(3_000)}`, '?a[b][c]=1&__proto__[x]=1', '?%', '?%ff=%00', '?=&&=='])('a query changes nothing: %j', (query) => {
    const request = { path: `/hooks/chat${query}`, body: body() };
    return attacked.expect(request, '401 unauthenticated', '200');
  });

  it.each<[string, string]>([
    ['twice, both right', '?secret=canary-query&secret=canary-query'],
    ['twice, the right one first', '?secret=canary-query&secret=b'],
    ['twice, the right one last', '?secret=b&secret=canary-query'],
    ['twice, one of them escaped', '?secret=canary-query&%73ecret=canary-query'],
    ['as a list', '?secret[]=canary-query'],
    ['under another case', '?SECRET=canary-query'],
    ['behind a fragment', '#?secret=canary-query'],
    ['empty', '?secret='],
    ['with a NUL behind it', '?secret=canary-query%00'],
    ['with white space around it', '?secret=%20canary-query+'],
    ['with broken UTF-8 in it', '?secret=canary-query%ff'],
  ])('a secret in the query is refused %s', async (_what, query) => {
    const answer = await attacked.send({ path: `/hooks/idp-query${query}`, body: '{"event_type":"USER_CREATED"}' });
    expect(outcomeOf(answer)).toBe(query.startsWith('#') ? '404 not_found' : '401 unauthenticated');
  });

  it('a secret in the query is taken once, and is not kept', async () => {
    await attacked.expect({ path: '/hooks/idp-query', body: '{"event_type":"USER_CREATED","event_id":"in-the-query"}' }, '401 unauthenticated', '200');
    const { key } = await attacked.newest('idp-query');
    expect(JSON.stringify(await attacked.receiver.get(`/events/${key}`))).not.toContain('canary');
  });

  it('deliveries are not taken where the API and the inspector are', async () => {
    for (const path of ['/api', '/api/events', '/api/hooks/chat', '/healthz', '/readyz', '/metrics', '/index.html', '/favicon.ico']) {
      const { status } = await attacked.send({ path, headers: [BASIC_LINE], body: body() });
      expect({ path, isRefused: status >= 400 && status < 500 }).toEqual({ path, isRefused: true });
    }
  });
});
