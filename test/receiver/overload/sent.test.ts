import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { USUAL_PACE } from '../../../receiver/http/pace';
import { UNCOUNTED } from '../../../receiver/http/room';
import { readSent } from '../../../receiver/http/sent';

const EVENTS = ['data', 'end', 'close', 'error', 'aborted'];

const requestWith = (headers: object): PassThrough & IncomingMessage => Object.assign(new PassThrough(), { headers }) as unknown as PassThrough & IncomingMessage;

const listenersOf = (request: IncomingMessage): readonly number[] => EVENTS.map((name) => request.listenerCount(name));

describe('a request whose body is refused stays open for its answer', () => {
  it.each([
    ['there is no room for the rest', { limit: 1_000_000, room: { ...UNCOUNTED, grow: (bytes: number) => bytes < 50_000 } }, 'overloaded'],
    ['it is too large', { limit: 50_000, room: UNCOUNTED }, 'body_too_large'],
  ])('and nothing of the body hangs on it: %s', async (_name, bounds, code) => {
    const request = requestWith({});
    const before = listenersOf(request);
    const read = readSent(request, { ...bounds, pace: USUAL_PACE });
    request.write(Buffer.alloc(40_000));
    request.write(Buffer.alloc(60_000));
    expect(await read).toEqual({ ok: false, code });
    expect(listenersOf(request)).toEqual(before);
    expect(request.destroyed).toBe(false);
  });
});

it('a body that came whole leaves nothing behind either', async () => {
  const request = requestWith({ 'content-length': '6' });
  const before = listenersOf(request);
  const read = readSent(request, { limit: 100, room: UNCOUNTED, pace: USUAL_PACE });
  request.write('abc');
  request.end('def');
  expect(await read).toEqual({ ok: true, bytes: Buffer.from('abcdef') });
  expect(listenersOf(request)).toEqual(before);
});
