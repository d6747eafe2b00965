import { connect } from 'node:net';
import { headerOf } from '../../support/exchange';
import { engines } from '../engines';
import { message } from './support/bodies';
import { bytesOf } from './support/request';
import { BASIC_LINE } from './support/sources';
import { outcomeOf, target } from './support/target';

const body = (): string => JSON.stringify(message());
const WRONG = 'Authorization: Basic d3Jvbmc6d3Jvbmc=';

describe.each(engines)('headers, over $name', (engine) => {
  const attacked = target(engine);

  it.each<[string, readonly string[]]>([
    ['one of 20 kB', [`X-Long: ${'x'.repeat(20_000)}`]],
    ['a name of 20 kB', [`${'x'.repeat(20_000)}: x`]],
    ['20,000 of them', Array.from({ length: 20_000 }, () => 'a: b')],
  ])('%s is a 431', (_what, lines) => attacked.expect({ headers: lines, body: body() }, '431 headers_too_large', '431 headers_too_large'));

  it('a URL of 20 kB is a 431', () => attacked.expect({ path: `/hooks/chat?${'x'.repeat(20_000)}`, body: body() }, '431 headers_too_large', '431 headers_too_large'));

  it('the credentials behind 2,001 headers are not dropped', async () => {
    await attacked.expect({ headers: Array.from({ length: 2_001 }, () => 'a:'), body: body() }, '401 unauthenticated', '200');
  });

  it('nor is a second one behind 2,001 headers overlooked', async () => {
    const headers = [BASIC_LINE, ...Array.from({ length: 2_001 }, () => 'a:')];
    expect(outcomeOf(await attacked.send({ headers, body: body() }, true))).toBe('401 unauthenticated');
  });

  it.each<[string, readonly string[]]>([
    ['the right one first', [BASIC_LINE, WRONG]],
    ['the right one last', [WRONG, BASIC_LINE]],
    ['both right', [BASIC_LINE, BASIC_LINE]],
    ['in differing case', [BASIC_LINE, BASIC_LINE.replace('Authorization', 'AUTHORIZATION')]],
    ['the second one empty', [BASIC_LINE, 'Authorization:']],
    ['the first one empty', ['Authorization:', BASIC_LINE]],
    ['in one line', [`${BASIC_LINE}, ${BASIC_LINE.slice('Authorization: '.length)}`]],
  ])('Authorization twice is a 401: %s', async (_what, headers) => {
    expect(outcomeOf(await attacked.send({ headers, body: body() }))).toBe('401 unauthenticated');
  });

  it.each([
    ['room', 'Verification-Signature: canary-signature', '{"message":{"id":1,"roomId":1}}'],
    ['idp', 'X-API-Key: canary-key', '{"event_type":"USER_CREATED"}'],
  ])('a credential of %s twice is a 401', async (source, line, text) => {
    const [name = '', value = ''] = line.split(': ');
    for (const other of [line, line.toLowerCase(), `${name}: wrong`, `${name}:`, `${name}: ${value}, ${value}`]) {
      const lines = other.includes(',') ? [other] : [line, other];
      expect(outcomeOf(await attacked.send({ path: `/hooks/${source}`, headers: lines, body: text }))).toBe('401 unauthenticated');
    }
  });

  it('a signature twice is a 401, and one that is good may not be followed by another', async () => {
    const request = { path: '/hooks/app', body: '{"event":"message.sent"}', headers: ['X-Sceyt-Signature: 00'] };
    await attacked.expect(request, '401 unauthenticated', '401 unauthenticated');
  });

  it.each<[string, string, string]>([
    ['a content type', 'Content-Type: application/json', '415 unsupported_media_type'],
    ['another content type', 'Content-Type: text/plain', '415 unsupported_media_type'],
    ['an unknown content encoding', 'Content-Encoding: rot13', '415 unsupported_encoding'],
  ])('%s beside the usual one is a %s', (_what, line, refusal) => {
    const expected = refusal as '415 unsupported_encoding';
    return attacked.expect({ headers: ['Content-Type: application/json', line], body: body() }, expected, expected);
  });

  it.each<[string, readonly string[]]>([
    ['a wrong Host', ['Host: evil.example']],
    ['a Host that is an attack', ['Host: 127.0.0.1:5432@evil.example/<script>']],
    ['X-Forwarded-For, which nobody believes', ['X-Forwarded-For: 127.0.0.1', 'X-Forwarded-For: ::1', 'X-Real-IP: 127.0.0.1', 'Forwarded: for=127.0.0.1']],
    ['another path in X-Original-URL and X-Rewrite-URL', ['X-Original-URL: /api/events', 'X-Rewrite-URL: /api/events']],
    ['another method in X-HTTP-Method-Override', ['X-HTTP-Method-Override: DELETE']],
    ['an upgrade to h2c', ['Connection: Upgrade, HTTP2-Settings, close', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA']],
    ['an upgrade to a web socket', ['Connection: Upgrade, close', 'Upgrade: websocket', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13']],
    ['Latin-1 in a header', ['X-Name: J\xfcrgen \xff']],
    ['names like a prototype', ['__proto__: x', 'constructor: x', 'toString: x', 'hasOwnProperty: x']],
    ['TE and an empty header', ['TE: trailers', 'X-Empty:']],
    ['a cookie, and the admin token on the wrong door', ['Cookie: a=b', 'X-Admin: a-token-for-the-tests']],
  ])('%s changes nothing', (_what, headers) => attacked.expect({ headers, body: body() }, '401 unauthenticated', '200'));

  it('the admin token opens no source', async () => {
    expect(outcomeOf(await attacked.send({ headers: ['Authorization: Bearer a-token-for-the-tests'], body: body() }))).toBe('401 unauthenticated');
  });

  it('no Host is a 400', async () => {
    for (const credentials of [false, true]) expect((await attacked.send({ without: ['host'], body: body() }, credentials)).status).toBe(400);
  });

  it('Expect: 100-continue is continued, and answered', async () => {
    const answers = await attacked.exchange(bytesOf({ headers: [BASIC_LINE, 'Expect: 100-continue'], body: body() }));
    expect(answers.map(outcomeOf)).toEqual(['100', '200']);
  });

  it('whoever is refused without his body is told before he sends it', async () => {
    const answers = await attacked.exchange(bytesOf({ headers: ['Expect: 100-continue', 'Content-Length: 1000000'] }), { answers: 1 });
    expect(answers.map(outcomeOf).filter((outcome) => outcome !== '100')).toEqual(['401 unauthenticated']);
  });

  it('another Expect is a 417', async () => {
    for (const credentials of [false, true]) expect((await attacked.send({ headers: ['Expect: miracles'], body: body() }, credentials)).status).toBe(417);
  });

  it('headers of an answer are the same few for everybody', async () => {
    const answer = await attacked.send({ body: body() });
    expect(answer.headers.map(([name]) => name).sort()).toEqual(['connection', 'content-length', 'content-type', 'date', 'www-authenticate', 'x-content-type-options']);
    expect(headerOf(answer, 'content-type')).toBe('application/json; charset=utf-8');
  });

  it('a connection that sends nothing and goes is nobody', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(attacked.receiver.port, '127.0.0.1', () => socket.end());
      socket.resume().on('close', () => resolve());
    });
  });
});
