import { headerOf } from '../../support/exchange';
import { engines } from '../engines';
import { message } from './support/bodies';
import { bytesOf } from './support/request';
import type { Request } from './support/request';
import { BASIC_LINE } from './support/sources';
import { outcomeOf, target } from './support/target';

const text = (): string => JSON.stringify(message());
const known = (request: Request = {}): Buffer => bytesOf({ body: text(), ...request, headers: [BASIC_LINE, ...(request.headers ?? [])] });
const kept = (body = text()): Buffer => known({ body, without: ['connection'] });
const chunked = (body: string, trailer = ''): string => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n${trailer}\r\n`;

describe.each(engines)('framing, over $name', (engine) => {
  const attacked = target(engine);

  it.each<[string, readonly string[], string]>([
    ['Content-Length with Transfer-Encoding', ['Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
    ['Transfer-Encoding with Content-Length', ['Transfer-Encoding: chunked', 'Content-Length: 4'], '0\r\n\r\n'],
    ['two Content-Lengths that differ', ['Content-Length: 2', 'Content-Length: 3'], '{}'],
    ['two Content-Lengths that are the same', ['Content-Length: 2', 'Content-Length: 2'], '{}'],
    ['a list of Content-Lengths', ['Content-Length: 2, 2'], '{}'],
    ['a negative Content-Length', ['Content-Length: -1'], '{}'],
    ['a signed Content-Length', ['Content-Length: +2'], '{}'],
    ['a hexadecimal Content-Length', ['Content-Length: 0x2'], '{}'],
    ['a huge Content-Length', ['Content-Length: 99999999999999999999999'], '{}'],
    ['a Content-Length that is empty', ['Content-Length: '], '{}'],
    ['an unknown transfer coding', ['Transfer-Encoding: gzip'], '{}'],
    ['chunked that is not the last coding', ['Transfer-Encoding: chunked, gzip'], '0\r\n\r\n'],
    ['a misspelt transfer coding', ['Transfer-Encoding: xchunked'], '0\r\n\r\n'],
    ['a chunk size that is none', ['Transfer-Encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n'],
    ['a chunk longer than it says', ['Transfer-Encoding: chunked'], '1\r\n{}\r\n0\r\n\r\n'],
    ['a chunk size without end', ['Transfer-Encoding: chunked'], `${'f'.repeat(40)}\r\n{}\r\n`],
    ['a chunk ended by LF alone', ['Transfer-Encoding: chunked'], '2\n{}\n0\n\n'],
    ['NUL in a header', ['X-Evil: a\0b', 'Content-Length: 2'], '{}'],
    ['DEL and a control in the name of a header', ['X-\x7fE\x01: a', 'Content-Length: 2'], '{}'],
    ['a space before the colon', ['X-Evil : a', 'Content-Length: 2'], '{}'],
    ['a folded line', ['X-Fold: a', ' b', 'Content-Length: 2'], '{}'],
    ['a line that is no header', ['X-Evil', 'Content-Length: 2'], '{}'],
    ['bare LF', ['X-Evil: a\nContent-Length: 2'], '{}'],
    ['bare CR', ['X-Evil: a\rContent-Length: 2', 'Content-Length: 2'], '{}'],
  ])('%s is a 400, and the connection is closed', async (_what, lines, body) => {
    for (const credentials of [[], [BASIC_LINE]]) {
      const bytes = Buffer.concat([bytesOf({ without: ['connection', 'content-length'], headers: [...credentials, ...lines] }), Buffer.from(body)]);
      const answers = await attacked.exchange(bytes);
      // A stranger may hear that he is one before his framing breaks; nobody hears anything after it.
      const outcomes = answers.map(outcomeOf);
      expect([['400 bad_request'], ...(credentials.length === 0 ? [['401 unauthenticated'], ['401 unauthenticated', '400 bad_request']] : [['400 incomplete_body']])]).toContainEqual(outcomes);
      expect(outcomes.at(-1) === '400 bad_request' ? answers.at(-1)?.headers : [['connection', 'close']]).toContainEqual(['connection', 'close']);
    }
  });

  it.each<[string, Buffer]>([
    ['a line of nonsense', Buffer.from('nonsense\r\n\r\n')],
    ['random bytes', Buffer.from(Array.from({ length: 400 }, (_, index) => (index * 167 + 13) % 256))],
    ['TLS', Buffer.from('16030100c8010000c40303', 'hex')],
    ['the preface of HTTP/2', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    ['HTTP/9.9', bytesOf({ version: 'HTTP/9.9' })],
    ['a space in the target', bytesOf({ path: '/hooks/chat x' })],
  ])('%s is a 400, and the connection is closed', async (_what, bytes) => {
    expect((await attacked.exchange(bytes, { end: true })).map(outcomeOf)).toEqual(['400 bad_request']);
  });

  it('a request line without a version, as before HTTP/1.0, is a request like any other', async () => {
    expect((await attacked.exchange('GET /hooks/chat\r\n\r\n', { end: true })).map(outcomeOf)).toEqual(['405 method_not_allowed']);
  });

  it('HTTP/2.0 in a request line changes nothing', () => attacked.expect({ version: 'HTTP/2.0', body: text() }, '401 unauthenticated', '200'));

  it('a body longer than announced is cut there, and the rest is no request', async () => {
    const body = attacked.unheard(message());
    const outcomes = (await attacked.exchange(Buffer.concat([kept(body), Buffer.from('trailing')]), { end: true })).map(outcomeOf);
    // What follows may be refused before the delivery in front of it is on the disk: its sender repeats it then.
    expect([['400 bad_request'], ['200', '400 bad_request']]).toContainEqual(outcomes);
  });

  it('a request smuggled behind a body is one of its own, without credentials', async () => {
    const outcomes = (await attacked.exchange(Buffer.concat([kept(), bytesOf({ body: text() })]))).map(outcomeOf);
    expect(outcomes).toEqual(['200', '401 unauthenticated']);
  });

  it('a body shorter than announced leaves nothing', async () => {
    const body = text();
    const outcomes = (await attacked.exchange(known({ body, headers: [`Content-Length: ${body.length + 10}`] }), { end: true })).map(outcomeOf);
    expect(outcomes).not.toContain('200');
    await attacked.expect({ body }, '401 unauthenticated', '200');
  });

  it('chunks cut short leave nothing', async () => {
    const body = text();
    const cut = Buffer.concat([known({ body: '', headers: ['Transfer-Encoding: chunked'] }), Buffer.from(chunked(body).slice(0, -4))]);
    expect((await attacked.exchange(cut, { end: true })).map(outcomeOf)).not.toContain('200');
    await attacked.expect({ body }, '401 unauthenticated', '200');
  });

  it('chunks of one byte each make up a body', async () => {
    const pieces = [...Buffer.from(text())].map((byte) => `1\r\n${String.fromCharCode(byte)}\r\n`).join('');
    const answers = await attacked.exchange(Buffer.concat([known({ body: '', headers: ['Transfer-Encoding: chunked'] }), Buffer.from(`${pieces}0\r\n\r\n`)]));
    expect(answers.map(outcomeOf)).toEqual(['200']);
  });

  it('a trailer that carries credentials counts for nothing', async () => {
    const bytes = Buffer.concat([bytesOf({ headers: ['Transfer-Encoding: chunked', 'Trailer: Authorization'] }), Buffer.from(chunked(text(), `${BASIC_LINE}\r\n`))]);
    expect((await attacked.exchange(bytes)).map(outcomeOf)).toEqual(['401 unauthenticated']);
  });

  it('a trailer that repeats the credentials changes nothing', async () => {
    const bytes = Buffer.concat([known({ body: '', headers: ['Transfer-Encoding: chunked'] }), Buffer.from(chunked(text(), 'Authorization: Basic d3Jvbmc=\r\n'))]);
    expect((await attacked.exchange(bytes)).map(outcomeOf)).toEqual(['200']);
  });

  it('a trailer that names a length is a 400', async () => {
    const bytes = Buffer.concat([known({ body: '', headers: ['Transfer-Encoding: chunked'] }), Buffer.from(chunked(text(), 'Content-Length: 1\r\n'))]);
    expect((await attacked.exchange(bytes)).map(outcomeOf)).toEqual(['400 bad_request']);
  });

  it('HTTP/1.0 is answered, and closed', async () => {
    await attacked.expect({ version: 'HTTP/1.0', without: ['connection', 'host'], body: text() }, '401 unauthenticated', '200');
  });

  it('100 pipelined requests get 100 answers, in their order', async () => {
    const bodies = Array.from({ length: 100 }, text);
    const answers = await attacked.exchange(Buffer.concat(bodies.map((body) => kept(body))), { answers: 100 });
    const ids = answers.map((answer) => (JSON.parse(answer.text) as { events: { id: string }[] }).events[0]?.id);
    expect(ids.map((id, index) => bodies[index]?.includes(`"${id?.split('|')[2]}"`))).toEqual(bodies.map(() => true));
  });

  it('100 pipelined requests of a stranger get 100 refusals', async () => {
    const answers = await attacked.exchange(Buffer.concat(Array.from({ length: 100 }, () => bytesOf({ body: text(), without: ['connection'] }))), { answers: 100 });
    expect(new Set(answers.map(outcomeOf))).toEqual(new Set(['401 unauthenticated']));
  });

  it('a connection goes on after a 413', async () => {
    const answers = await attacked.exchange(Buffer.concat([kept('x'.repeat(1_100_000)), kept()]), { answers: 2 });
    expect(answers.map(outcomeOf)).toEqual(['413 body_too_large', '200']);
  });

  it.each(['401 unauthenticated', '404 unknown_source', '415 unsupported_media_type', '400 invalid_json'])('a connection goes on after a %s', async (refusal) => {
    const requests: Readonly<Record<string, Buffer>> = {
      '401 unauthenticated': bytesOf({ body: text(), without: ['connection'] }),
      '404 unknown_source': bytesOf({ path: '/hooks/nobody', body: text(), without: ['connection'] }),
      '415 unsupported_media_type': known({ without: ['connection'], headers: ['Content-Type: text/plain'] }),
      '400 invalid_json': kept('{"a":'),
    };
    const answers = await attacked.exchange(Buffer.concat([requests[refusal] ?? Buffer.alloc(0), kept()]), { answers: 2 });
    expect(answers.map(outcomeOf)).toEqual([refusal, '200']);
    expect(answers.map((answer) => headerOf(answer, 'connection'))).not.toContain('close');
  });
});
