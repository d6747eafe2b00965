import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { answersIn } from '../../support/exchange';
import { until } from '../../support/running';
import { engines } from '../engines';
import { message } from './support/bodies';
import { bytesOf } from './support/request';
import { BASIC_LINE } from './support/sources';
import { outcomeOf, target } from './support/target';

/** The receiver's time-outs, with room for a busy machine: whoever is slower than they allow has to be gone by then. */
const CUT_OFF_MS = 60_000;

/** Ten thousand, or what this machine lets a process have. */
const IDLE = Math.min(10_000, openFiles() - 1_000);
const AT_A_TIME = 250;

const body = (): string => JSON.stringify(message());
const head = (length: number): string => bytesOf({ headers: [BASIC_LINE, `Content-Length: ${length}`] }).toString('latin1');

interface Slow {
  /** What came back by the time that the other side closed. */
  readonly closed: Promise<readonly string[]>;
  readonly socket: Socket;
}

/** A sender that writes `start` at once and then one byte of `rest` a second, for as long as it is let. */
function dribble(port: number, start: string, rest: string): Slow {
  let received = Buffer.alloc(0);
  let at = 0;
  const socket = connect(port, '127.0.0.1', () => socket.write(start));
  const drip = setInterval(() => socket.writable && socket.write(rest.charAt(at++ % rest.length)), 1_000);
  socket.on('data', (chunk) => (received = Buffer.concat([received, chunk])));
  socket.on('error', () => undefined);
  const closed = new Promise<readonly string[]>((resolve) => {
    socket.on('close', () => {
      clearInterval(drip);
      resolve(answersIn(received).map(outcomeOf));
    });
  });
  return { closed, socket };
}

/** A connection that sends nothing; the receiver may end it at any time. */
function idle(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.removeListener('error', reject).on('error', () => undefined)));
    socket.on('error', reject);
  });
}

function openFiles(): number {
  const { userLimits } = process.report.getReport() as { readonly userLimits: { readonly open_files: { readonly soft: number | 'unlimited' } } };
  const { soft } = userLimits.open_files;
  return soft === 'unlimited' ? Infinity : soft;
}

// Whoever is too slow never gets as far as the store, so that one of them will do.
describe.each(engines.slice(0, 1))('time, over $name', (engine) => {
  const attacked = target(engine);
  let slow: Readonly<Record<'headers' | 'body' | 'chunks' | 'silent' | 'nothing', Slow>>;

  // All of them at once, since each takes as long as the receiver lets it.
  beforeAll(() => {
    const { port } = attacked.receiver;
    slow = {
      headers: dribble(port, 'POST /hooks/chat HTTP/1.1\r\nHost: x\r\nX-Slow: ', 'a'),
      body: dribble(port, head(1_000), ' '),
      chunks: dribble(port, bytesOf({ headers: [BASIC_LINE, 'Transfer-Encoding: chunked'] }).toString('latin1'), '1\r\n \r\n'),
      silent: dribble(port, head(1_000), ''),
      nothing: dribble(port, '', ''),
    };
  });
  afterAll(() => Object.values(slow).forEach(({ socket }) => socket.destroy()));

  it('others are served while five senders are slow', async () => {
    for (let count = 0; count < 20; count++) expect(outcomeOf(await attacked.send({ body: body() }, true))).toBe('200');
  });

  it('an abort in mid-body leaves nothing and hurts nobody', async () => {
    const text = body();
    await new Promise<void>((resolve) => {
      const socket = connect(attacked.receiver.port, '127.0.0.1', () => socket.write(`${head(text.length)}${text.slice(0, 40)}`, () => socket.destroy()));
      socket.on('close', () => resolve());
    });
    await attacked.expect({ body: text }, '401 unauthenticated', '200');
  });

  it('a socket that is half closed after a whole request may miss its answer, and its repeat gets one', async () => {
    const text = attacked.unheard(message());
    const answers = await attacked.exchange(bytesOf({ headers: [BASIC_LINE], body: text }), { end: true });
    expect([[], ['200']]).toContainEqual(answers.map(outcomeOf));
    expect(outcomeOf(await attacked.send({ body: text }, true))).toBe('200');
  });

  it.each([0, 1, 100])('a socket that is half closed after %i bytes of a body gets no 200', async (bytes) => {
    const text = body();
    const answers = await attacked.exchange(`${head(text.length)}${text.slice(0, bytes)}`, { end: true });
    expect(answers.map(outcomeOf)).not.toContain('200');
    await attacked.expect({ body: text }, '401 unauthenticated', '200');
  });

  it('200 resets in mid-body leave nothing and hurt nobody', async () => {
    const text = body();
    await Promise.all(
      Array.from({ length: 200 }, () => new Promise<void>((resolve) => {
        const socket = connect(attacked.receiver.port, '127.0.0.1', () => socket.write(`${head(text.length)}${text.slice(0, 40)}`, () => socket.resetAndDestroy()));
        socket.on('error', () => undefined).on('close', () => resolve());
      })),
    );
    await attacked.expect({ body: text }, '401 unauthenticated', '200');
  });

  it('a sender that does not read its answers is no burden', async () => {
    const deaf = connect(attacked.receiver.port, '127.0.0.1', () => deaf.pause().write(Buffer.concat(Array.from({ length: 2_000 }, () => bytesOf({ path: '/hooks/nobody', without: ['connection'] })))));
    deaf.on('error', () => undefined);
    for (let count = 0; count < 20; count++) expect(outcomeOf(await attacked.send({ body: body() }, true))).toBe('200');
    deaf.destroy();
  });

  it('headers that come a byte at a time are cut off, and it is said why', async () => expect(await slow.headers.closed).toEqual(['408 request_timeout']), CUT_OFF_MS);

  it.each(['body', 'chunks', 'silent'] as const)('a slow sender is cut off: %s', async (which) => {
    const outcomes = await slow[which].closed;
    expect(outcomes.filter((outcome) => outcome !== '408 request_timeout' && outcome !== '400 incomplete_body')).toEqual([]);
  }, CUT_OFF_MS);

  it('a connection that sends nothing is cut off', async () => expect((await slow.nothing.closed).filter((outcome) => outcome !== '408 request_timeout')).toEqual([]), CUT_OFF_MS);

  it('none of them is still there', () => until(() => Object.values(slow).every(({ socket }) => socket.destroyed)));

  // The last of all: those who say nothing have to make room, and the slow ones above would go with them.
  it(`${IDLE} idle connections keep nobody out`, async () => {
    const opened: Socket[] = [];
    for (let left = IDLE; left > 0; left -= AT_A_TIME) opened.push(...(await Promise.all(Array.from({ length: Math.min(left, AT_A_TIME) }, () => idle(attacked.receiver.port)))));
    expect(opened).toHaveLength(IDLE);
    for (let count = 0; count < 20; count++) expect(outcomeOf(await attacked.send({ body: body() }, true))).toBe('200');
    for (const socket of opened) socket.destroy();
  }, CUT_OFF_MS);
});
