import { connect } from 'node:net';
import { rawHttp, statuses } from '../../support/raw-http';
import { BASIC, BASIC_HEADER, running } from '../../support/running';
import type { Running } from '../../support/running';

let receiver: Running;
let sequence = 0;

beforeAll(async () => {
  receiver = await running({ sources: [{ id: 'chat', provider: 'cometchat', auth: BASIC }, { id: 'room', provider: 'spika', auth: { scheme: 'header', name: 'Verification-Signature', secret: 'sixteencharacter' } }] });
});
afterAll(() => receiver.close());
afterEach(async () => {
  const control = await receiver.post('/hooks/chat', JSON.parse(body()) as object, { authorization: BASIC_HEADER });
  expect(control.status).toBe(200);
});

const body = (): string => JSON.stringify({ trigger: 'message_sent', data: { message: { id: `h${sequence++}`, updatedAt: 1795226453 } }, webhook: 'w' });
const head = (path = '/hooks/chat', method = 'POST', connection = 'Connection: close\r\n'): string =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${connection}Authorization: ${BASIC_HEADER}\r\nContent-Type: application/json\r\n`;
const send = (bytes: string, options = {}): Promise<string> => rawHttp(receiver.port, bytes, options);
const first = async (bytes: string, options = {}): Promise<number | undefined> => statuses(await send(bytes, options))[0];
const whole = (text = body(), extra = ''): string => `${head()}${extra}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
const kept = (text = body()): string => `${head('/hooks/chat', 'POST', '')}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;

describe('framing', () => {
  it('the control is a 200', async () => expect(await first(whole())).toBe(200));

  it.each([
    ['Content-Length with Transfer-Encoding', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['two Content-Lengths', 'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
    ['a negative Content-Length', 'Content-Length: -1\r\n\r\n{}'],
    ['a huge Content-Length', 'Content-Length: 99999999999999999999999\r\n\r\n{}'],
    ['NUL in a header', 'X-Evil: a\0b\r\nContent-Length: 2\r\n\r\n{}'],
    ['a space before the colon', 'Content-Length : 2\r\n\r\n{}'],
    ['a folded line', 'X-Fold: a\r\n b\r\nContent-Length: 2\r\n\r\n{}'],
    ['bare LF', 'X-Evil: a\nContent-Length: 2\r\n\r\n{}'],
    ['an unknown transfer coding', 'Transfer-Encoding: gzip\r\n\r\n{}'],
  ])('%s is a 4xx, and the connection is closed', async (_name, rest) => {
    const answer = await send(`${head()}${rest}`);
    expect(statuses(answer)[0]).toBe(400);
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  it('a body longer than announced is cut there, and the rest is no request', async () => {
    const text = body();
    const answer = statuses(await send(`${head('/hooks/chat', 'POST', '')}Content-Length: ${text.length}\r\n\r\n${text}trailing`));
    // What follows may be refused before the delivery in front of it is on the disk: its sender repeats it then.
    expect([[400], [200, 400]]).toContainEqual(answer);
  });

  it('a body shorter than announced leaves nothing', async () => {
    const text = body();
    expect(statuses(await send(`${head()}Content-Length: ${text.length + 10}\r\n\r\n${text}`, { end: true }))).not.toContain(200);
  });

  it('a trailer that carries an Authorization header counts for nothing', async () => {
    const text = body();
    const bytes = `POST /hooks/chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nTrailer: Authorization\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n0\r\nAuthorization: ${BASIC_HEADER}\r\n\r\n`;
    expect(await first(bytes)).toBe(401);
  });

  it('HTTP/1.0 is answered', async () => expect(await first(whole().replace('HTTP/1.1', 'HTTP/1.0'))).toBe(200));

  it('100 pipelined requests get 100 answers', async () => {
    const answers = statuses(await send(Array.from({ length: 100 }, () => kept()).join(''), { silenceMs: 2_000 }));
    expect(answers).toEqual(Array.from({ length: 100 }, () => 200));
  });

  it('a connection goes on after a 413', async () => {
    const large = 'x'.repeat(1_100_000);
    const answers = statuses(await send(`${kept(large)}${kept()}`, { silenceMs: 1_500 }));
    expect(answers).toEqual([413, 200]);
  });
});

describe('headers', () => {
  it('20 kB of a header is a 431', async () => expect(await first(`${head()}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`)).toBe(431));
  it('a URL of 20 kB is a 431', async () => expect(await first(whole().replace('/hooks/chat', `/hooks/${'x'.repeat(20_000)}`))).toBe(431));

  it('the credential after 2,001 headers is not dropped', async () => {
    const text = '{}';
    const many = Array.from({ length: 2_001 }, () => 'a:\r\n').join('');
    const bytes = `POST /hooks/chat HTTP/1.1\r\nHost: x\r\n${many}Connection: close\r\nAuthorization: ${BASIC_HEADER}\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
    expect(await first(bytes)).toBe(200);
  });

  it.each([
    ['the right one first', BASIC_HEADER, 'Basic d3Jvbmc6d3Jvbmc='],
    ['the right one last', 'Basic d3Jvbmc6d3Jvbmc=', BASIC_HEADER],
    ['both right', BASIC_HEADER, BASIC_HEADER],
  ])('Authorization twice is a 401, %s', async (_name, one, other) => {
    const text = body();
    const bytes = `POST /hooks/chat HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${one}\r\nAuthorization: ${other}\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
    expect(await first(bytes)).toBe(401);
  });

  it('a signature header twice is a 401', async () => {
    const text = '{"message":{"id":1,"roomId":1}}';
    const bytes = `POST /hooks/room HTTP/1.1\r\nHost: x\r\nConnection: close\r\nVerification-Signature: sixteencharacter\r\nverification-signature: sixteencharacter\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
    expect(await first(bytes)).toBe(401);
  });

  it('a content type twice is a 415', async () => expect(await first(whole(body(), 'Content-Type: application/json\r\n'))).toBe(415));
  it('a wrong Host is no matter', async () => expect(await first(whole().replace('Host: localhost', 'Host: evil.example'))).toBe(200));
  it('no Host is a 400', async () => expect(await first(whole().replace('Host: localhost\r\n', ''))).toBe(400));
  it('X-Forwarded-For is believed by nobody', async () => expect(await first(whole(body(), 'X-Forwarded-For: 127.0.0.1\r\n'))).toBe(200));
  it('Expect: 100-continue is continued', async () => expect(statuses(await send(whole(body(), 'Expect: 100-continue\r\n')))).toEqual([100, 200]));
  it('another Expect is a 417', async () => expect(await first(whole(body(), 'Expect: miracles\r\n'))).toBe(417));
  it('an upgrade is not taken up', async () => expect(await first(whole(body(), 'Upgrade: h2c\r\nConnection: Upgrade\r\n'))).toBe(200));
});

describe('methods and paths', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE'])('%s on a source is a 405 that says what is allowed', async (method) => {
    const answer = await send(`${head('/hooks/chat', method)}Content-Length: 0\r\n\r\n`);
    expect(statuses(answer)[0]).toBe(405);
    expect(answer.toLowerCase()).toContain('allow: post');
  });

  it('CONNECT gets no tunnel', async () => expect(await first(`${head('example.com:443', 'CONNECT')}\r\n`)).not.toBe(200));

  it.each(['/HOOKS/chat', '/hooks/CHAT', '/hooks/chat/', '/hooks/chat%00', '/hooks/chat;a', '/hooks//chat', '/hooks/../hooks/chat', '/hooks/%63hat/x', '/hooks/%63hat', '/hooks/', '/hooks', '/hooks/%', '/hooks/__proto__', '/hooks/constructor', '*'])(
    '%s is a 404',
    async (path) => {
      expect(await first(whole().replace('/hooks/chat', path))).toBe(404);
    },
  );
});

it('a stranger is refused before a byte of the body is there', async () => {
  const bare = `POST /hooks/chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n`;
  expect(statuses(await send(bare))).toEqual([401]);
});

describe('time', () => {
  it('an abort in mid-body leaves nothing and hurts nobody', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(receiver.port, '127.0.0.1', () => {
        socket.write(`${head()}Content-Length: 1000\r\n\r\n{"trigger":`, () => socket.destroy());
      });
      socket.on('close', () => resolve());
    });
  });

  it('500 idle connections keep nobody out', async () => {
    const sockets = await Promise.all(
      Array.from({ length: 500 }, () => new Promise<ReturnType<typeof connect>>((resolve) => {
        const socket = connect(receiver.port, '127.0.0.1', () => resolve(socket));
      })),
    );
    expect((await receiver.post('/hooks/chat', JSON.parse(body()) as object, { authorization: BASIC_HEADER })).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  it('whoever sends headers a byte at a time is cut off', async () => {
    const started = Date.now();
    const answer = await new Promise<string>((resolve) => {
      let received = '';
      const socket = connect(receiver.port, '127.0.0.1', () => socket.write('POST /hooks/chat HTTP/1.1\r\n'));
      const drip = setInterval(() => socket.writable && socket.write('a'), 500);
      socket.on('data', (chunk) => (received += chunk.toString('latin1')));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearInterval(drip);
        resolve(received);
      });
    });
    expect(statuses(answer)).toEqual([408]);
    expect(Date.now() - started).toBeLessThan(19_000);
  });
});
