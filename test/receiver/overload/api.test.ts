import type { ServerResponse } from 'node:http';
import { EventEmitter } from 'node:events';
import { createBounds } from '../../../receiver/api/bounds';
import { readPage } from '../../../receiver/store/page';
import type { EventFilter, StoredEvent } from '../../../receiver/store/store';
import { ADMIN_TOKEN, running, until } from '../../support/running';
import type { Running } from '../../support/running';
import { arrival, startApi } from '../api/start';
import { chat, deliver, hangUp, headOf, message, metric, outcome, outcomeOf, sender, untilMetric } from './sender';

const response = (): ServerResponse => new EventEmitter() as unknown as ServerResponse;

describe('the bounds of the API', () => {
  it('take so many requests at once and so many a second, and say when to ask again', () => {
    let now = 0;
    const bounds = createBounds(() => now);
    const enter = () => {
      const one = response();
      const refusal = bounds.enter(one);
      one.emit('close');
      return refusal;
    };
    for (let count = 0; count < 1_000; count++) expect(enter()).toBeUndefined();
    expect([enter()?.status, enter()?.headers?.['retry-after']]).toEqual([429, '1']);
    now = 1_000;
    for (let count = 0; count < 100; count++) expect(enter()).toBeUndefined();
    expect(enter()?.status).toBe(429);
  });

  it('take so many at a time, until their answers were read', () => {
    const bounds = createBounds(() => 0);
    const [first, second] = [response(), response()];
    for (const one of [first, second, ...Array.from({ length: 30 }, response)]) expect(bounds.enter(one)).toBeUndefined();
    expect(bounds.enter(response())?.status).toBe(503);
    first.emit('close');
    expect(bounds.enter(response())).toBeUndefined();
    expect(bounds.enter(response())?.status).toBe(503);
    bounds.leave(second);
    expect(bounds.enter(response())).toBeUndefined();
  });

  it('are taken by work that goes on, though nobody waits for its answer any more', async () => {
    const bounds = createBounds(() => 0);
    const work = Promise.withResolvers<void>();
    const all = Array.from({ length: 32 }, response);
    for (const one of all) {
      bounds.enter(one);
      bounds.hold(one, work.promise);
      one.emit('close');
    }
    expect(bounds.enter(response())?.status).toBe(503);
    work.reject(new Error('It failed.'));
    await Promise.allSettled([work.promise]);
    const late = response();
    expect(bounds.enter(late)).toBeUndefined();
  });

  it('are taken by an answer that is not read yet, though the work for it has ended', async () => {
    const bounds = createBounds(() => 0);
    const all = Array.from({ length: 32 }, response);
    for (const one of all) {
      bounds.enter(one);
      bounds.hold(one, Promise.resolve());
    }
    await Promise.resolve();
    expect(bounds.enter(response())?.status).toBe(503);
    for (const one of all) one.emit('close');
    expect(bounds.enter(response())).toBeUndefined();
  });

  it('are used up by nobody without the token, and bind whoever has it', async () => {
    let now = 0;
    const api = await startApi({ monotonic: () => now });
    for (let count = 0; count < 1_100; count++) await fetch(`${api.url}/sources`);
    expect((await api.ask('/sources')).status).toBe(200);
    const statuses = new Set<number>();
    for (let count = 0; count < 1_000; count++) statuses.add((await api.ask('/nothing')).status);
    expect(statuses).toEqual(new Set([404, 429]));
    now = 10;
    expect((await api.ask('/sources')).status).toBe(200);
    await api.stop();
  });

  it('are not taken by streams, which are bounded by themselves', async () => {
    const api = await startApi();
    const streams = await Promise.all(Array.from({ length: 40 }, () => fetch(`${api.url}/stream`, { headers: { authorization: 'Bearer canary-admin-token-7f3a' } })));
    expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await api.ask('/sources')).status).toBe(200);
    await api.stop();
  });
});

describe('a page of events', () => {
  const stored = (sizes: readonly number[]): readonly StoredEvent[] => sizes.map((size, index) => ({ key: String(sizes.length - index), event: 'x'.repeat(size), forwards: [] }));

  function reader(all: readonly StoredEvent[]) {
    const bounds: (number | undefined)[] = [];
    const read = async ({ before, limit, bytes }: EventFilter): Promise<readonly StoredEvent[]> => {
      bounds.push(bytes);
      return all.filter(({ key }) => before === undefined || Number(key) < Number(before)).slice(0, limit);
    };
    return { read, bounds };
  }

  const keysOf = async (sizes: readonly number[], limit: number, bytes: number) => {
    const { events, more } = await readPage(reader(stored(sizes)).read, { limit }, bytes);
    return [events.length, more];
  };

  it.each<[string, readonly number[], number, number, readonly [number, boolean]]>([
    ['as many as were asked for', Array<number>(10).fill(1), 5, 1_000, [5, true]],
    ['all there are', Array<number>(5).fill(1), 5, 1_000, [5, false]],
    ['none', [], 5, 1_000, [0, false]],
    ['no more bytes than fit', Array<number>(10).fill(400), 5, 1_000, [2, true]],
    ['one at least', [5_000, 1], 5, 1_000, [1, true]],
    ['one at least, which is the last', [5_000], 5, 1_000, [1, false]],
    ['several parts of them', Array<number>(300).fill(1), 250, 100_000, [250, true]],
    ['several parts, to the end', Array<number>(300).fill(10), 500, 100_000, [300, false]],
    ['several parts of large ones', Array<number>(300).fill(10), 500, 1_500, [150, true]],
  ])('has %s', async (_name, sizes, limit, bytes, expected) => expect(await keysOf(sizes, limit, bytes)).toEqual(expected));

  it('asks the store for no more bytes than it has room for', async () => {
    const { read, bounds } = reader(stored([5_000]));
    await readPage(read, { limit: 500 }, 1_000);
    expect(bounds).toEqual([1_000, 0]);
  });

  it('goes on where it ended, with none left out and none twice', async () => {
    const api = await startApi();
    for (let count = 0; count < 40; count++) await api.store.append([arrival(`m${count}`, { text: 'x'.repeat(1_048_576) })]);
    const keys: string[] = [];
    let pages = 0;
    for (let next: string | undefined = ''; next !== undefined; pages++) {
      const { json } = await api.ask(`/events?limit=500${next === '' ? '' : `&before=${next}`}`);
      keys.push(...(json.events ?? []).map(({ key }) => key));
      next = json.next;
    }
    expect(keys).toEqual(Array.from({ length: 40 }, (_one, index) => String(40 - index)));
    expect(pages).toBe(3);
    await api.stop();
  });
});

describe('from outside', () => {
  let receiver: Running;
  beforeAll(async () => {
    receiver = await running({ sources: [chat] });
  });
  afterAll(() => receiver.close());

  const authorization = `Bearer ${ADMIN_TOKEN}`;
  const paths = ['/', '/inspector/app.js', '/healthz', '/readyz', '/metrics', '/nothing', '/hooks/chat', '/hooks/nobody', '/api/events', '/api/stream', '/api/nothing'];

  it.each(paths)('%s is opened to no other origin', async (path) => {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      for (const token of [{}, { authorization }]) {
        const answer = await fetch(`${receiver.url}${path}`, { method, headers: { origin: 'https://evil.example', 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization', ...token } });
        await answer.body?.cancel();
        expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
        if (method === 'OPTIONS') expect([401, 404, 405]).toContain(answer.status);
      }
    }
  });

  it.each(paths.filter((path) => !path.startsWith('/hooks')))('%s is shown in nobody\'s frame, guessed at by no browser, handed to no other origin', async (path) => {
    const answer = await fetch(`${receiver.url}${path}`, { headers: { authorization } });
    await answer.body?.cancel();
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'/);
    expect(Object.fromEntries(['x-content-type-options', 'referrer-policy', 'cross-origin-resource-policy', 'x-powered-by', 'server', 'strict-transport-security'].map((name) => [name, answer.headers.get(name)]))).toEqual({
      'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-resource-policy': 'same-origin',
      'x-powered-by': null, server: null, 'strict-transport-security': null,
    });
    if (path.startsWith('/api')) expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it.each([['PUT', '/destinations/x'], ['POST', '/deliveries/replay'], ['POST', '/events/1/replay']])('%s /api%s takes no large body', async (method, path) => {
    const answer = await receiver.api(path, { method, body: JSON.stringify({ url: 'x'.repeat(70_000) }) });
    expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([413, 'body_too_large']);
  });
});

it('a stream whose client does not read is dropped, and others go on', async () => {
  const receiver = await running({ sources: [chat] });
  const deaf = sender(receiver.port);
  deaf.socket.pause();
  deaf.write(`GET /api/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n\r\n`);
  await untilMetric(receiver, 'chathooks_connections', (value) => value === 2);
  await until(async () => {
    const body = message({ text: 'x'.repeat(500_000) });
    const large = sender(receiver.port, `${headOf(body.length, ['Connection: close'])}${body}`);
    expect((await large.closed).map(outcomeOf)).toEqual(['200']);
    return (await metric(receiver, 'chathooks_connections')) === 1;
  });
  expect(await outcome(await deliver(receiver))).toBe('200');
  hangUp();
  await receiver.close();
});
