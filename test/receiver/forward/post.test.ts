import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import type { buildConnector } from 'undici';
import { createPost, type Answer, type Post, type Shipment } from '../../../receiver/forward/post';
import { localConnector } from './local-connector';

const open: { close(): void }[] = [];
let post: Post;

beforeEach(() => {
  post = createPost({ version: '1.2.3', connector: localConnector });
});

afterEach(async () => {
  await post.close();
  for (const server of open.splice(0)) server.close();
});

describe('an attempt', () => {
  it('is a POST with a fixed set of headers and the body as it is', async () => {
    const seen: { method?: string | undefined; url?: string | undefined; headers: string[]; body: string }[] = [];
    const url = await listen(async (request, response) => {
      seen.push({ method: request.method, url: request.url, headers: request.rawHeaders, body: await text(request) });
      response.end('thanks');
    });
    const answer = await send({ url: `${url}/in?x=1`, signature: 'v1,abc', body: Buffer.from('{"n":12345678901234567890,"t":"ü"}') });

    expect(answer).toEqual({ status: 200, answer: 'thanks', latencyMs: expect.any(Number) });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/in?x=1', body: '{"n":12345678901234567890,"t":"ü"}' });
    expect(pairs(seen[0]?.headers ?? [])).toEqual({
      host: new URL(url).host,
      connection: 'keep-alive',
      'content-type': 'application/json',
      'user-agent': 'chathooks/1.2.3',
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1700000000',
      'webhook-signature': 'v1,abc',
      'content-length': '35',
    });
  });

  it('has no byte on the wire that is not meant to be there', async () => {
    let seen = '';
    const url = await listenRaw((socket) => socket.on('data', (chunk) => {
      seen += chunk.toString('latin1');
      if (seen.includes('\r\n\r\n{}')) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    }));
    expect((await send({ url: `${url}/in`, signature: 'v1,abc' })).status).toBe(200);
    const [head = '', body] = seen.split('\r\n\r\n');
    const [line, ...headers] = head.split('\r\n');
    expect([line, body]).toEqual(['POST /in HTTP/1.1', '{}']);
    expect(headers.toSorted()).toEqual([
      'connection: keep-alive', 'content-length: 2', 'content-type: application/json', `host: ${new URL(url).host}`,
      'user-agent: chathooks/1.2.3', 'webhook-id: msg_1', 'webhook-signature: v1,abc', 'webhook-timestamp: 1700000000',
    ]);
  });

  it('has no signature header when nothing signs', async () => {
    let names: readonly string[] = [];
    const url = await listen((request, response) => {
      names = Object.keys(request.headers);
      response.end();
    });
    await send({ url });
    expect(names).toContain('webhook-id');
    expect(names).not.toContain('webhook-signature');
  });

  it.each([[204], [410], [500], [429]])('tells the status %d, and what Retry-After says', async (status) => {
    const url = await listen((_, response) => response.writeHead(status, { 'retry-after': '7' }).end());
    expect(await send({ url })).toEqual({ status, retryAfter: '7', latencyMs: expect.any(Number) });
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect: %d', async (status) => {
    let visits = 0;
    const elsewhere = await listen((_, response) => {
      visits++;
      response.end();
    });
    const url = await listen((_, response) => response.writeHead(status, { location: elsewhere }).end());
    expect((await send({ url })).status).toBe(status);
    expect(visits).toBe(0);
    const metadata = await listen((_, response) => response.writeHead(status, { location: 'http://169.254.169.254/latest/meta-data/' }).end('moved'));
    expect(await send({ url: metadata })).toEqual({ status, answer: 'moved', latencyMs: expect.any(Number) });
  });

  it('uses its connections again', async () => {
    const ports = new Set<number | undefined>();
    const url = await listen((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('x'.repeat(10_000));
    });
    for (let count = 0; count < 10; count++) expect((await send({ url })).status).toBe(200);
    // Two, not one: a connection is free again a moment after its answer has been read.
    expect(ports.size).toBeLessThanOrEqual(2);
  });
});

describe('trouble', () => {
  it('is a time-out when the destination accepts and says nothing', async () => {
    const url = await listen(() => undefined);
    const answer = await send({ url, timeoutMs: 200 });
    expect(answer.error).toBe('timeout');
    expect(answer.latencyMs).toBeGreaterThanOrEqual(190);
    expect(answer.latencyMs).toBeLessThan(10_000);
  });

  it('is a time-out when the status comes byte by byte', async () => {
    const url = await listenRaw((socket) => dribble(socket, 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
    expect((await send({ url, timeoutMs: 400 })).error).toBe('timeout');
  });

  it('is none when only the answer comes byte by byte: the status has come, and the slot is free soon', async () => {
    const url = await listenRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
      dribble(socket, 'z'.repeat(100_000));
    });
    const started = performance.now();
    const answer = await send({ url, timeoutMs: 60_000 });
    expect(answer.status).toBe(200);
    expect(answer.answer).toMatch(/^z+$/);
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('is none when the answer is huge: its beginning is kept, and the rest is not read', async () => {
    let sent = 0;
    function* blocks(): Generator<Buffer> {
      for (const block = Buffer.alloc(65_536, 'é'); sent < 200_000_000; sent += block.length) yield block;
    }
    const url = await listen((_, response) => pipeline(Readable.from(blocks()), response).catch(() => undefined));
    const answer = await send({ url });
    expect(answer.status).toBe(200);
    expect(answer.answer).toBe('é'.repeat(1_024));
    expect(sent).toBeLessThan(50_000_000);
  });

  it('is none when the connection ends in the middle of the answer: what has come is kept', async () => {
    const url = await listenRaw((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')));
    expect(await send({ url })).toEqual({ status: 200, answer: 'half', latencyMs: expect.any(Number) });
  });

  it('is none when the answer is chunked wrongly after its status', async () => {
    const url = await listenRaw((socket) => socket.once('data', () => socket.end('HTTP/1.1 503 Busy\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n')));
    expect((await send({ url })).status).toBe(503);
  });

  it.each([['gzip, br'], ['br'], ['zstd'], ['unknown']])('is none when the answer says that it is %s: it is not looked into', async (encoding) => {
    const url = await listen((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(gzipSync('text')));
    expect(await send({ url })).toEqual({ status: 200, latencyMs: expect.any(Number) });
  });

  it('is none when a cut goes through a character, or when there is a NUL', async () => {
    const url = await listen((_, response) => response.end(`a\0${'é'.repeat(2_000)}`));
    expect((await send({ url })).answer).toBe(`a\u{fffd}${'é'.repeat(1_023)}`);
    const odd = await listen((_, response) => response.end(`a${'é'.repeat(2_000)}`));
    expect((await send({ url: odd })).answer).toBe(`a${'é'.repeat(1_023)}`);
  });

  it('is none when the answer is a gzip bomb: nothing is unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const url = await listen((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    const answer = await send({ url });
    // Unpacked, or kept as it came, it would have a text.
    expect(answer).toEqual({ status: 200, latencyMs: expect.any(Number) });
  });

  it.each<[string, string, (socket: Socket) => void]>([
    ['connection_reset', 'closes the connection', (socket) => socket.end()],
    ['connection_reset', 'ends in the middle of its headers', (socket) => socket.end('HTTP/1.1 200 OK\r\nx: y')],
    ['invalid_answer', 'has two lengths', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab')],
    ['invalid_answer', 'answers with HTTP/9', (socket) => socket.end('HTTP/9.9 200 OK\r\n\r\n')],
    ['connection_reset', 'resets the connection', (socket) => socket.resetAndDestroy()],
    ['invalid_answer', 'does not speak HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
    ['invalid_answer', 'sends endless headers', (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`)],
  ])('is %s when the destination %s', async (code, _, answerWith) => {
    const url = await listenRaw((socket) => socket.once('data', () => answerWith(socket)));
    expect((await send({ url })).error).toBe(code);
  });

  it('is connection_refused when nobody listens', async () => {
    expect((await send({ url: await unusedUrl() })).error).toBe('connection_refused');
  });

  it('is dns_failure when the name does not exist', async () => {
    expect((await send({ url: 'http://nowhere.invalid/' })).error).toBe('dns_failure');
  });

  it('is tls_failure when the other side speaks no TLS', async () => {
    const url = await listenRaw((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect((await send({ url: url.replace('http:', 'https:') })).error).toBe('tls_failure');
  });

  it.each([['not a url'], ['ftp://127.0.0.1/'], ['']])('is invalid_url for %j', async (url) => {
    expect((await send({ url })).error).toBe('invalid_url');
  });

  it('is address_refused when the connector says so', async () => {
    const refusal = Object.assign(new Error('not there'), { code: 'ERR_ADDRESS_REFUSED' });
    const refusing = (): buildConnector.connector => (_, callback) => callback(refusal, null);
    const guarded = createPost({ version: '0', connector: refusing });
    expect((await guarded.send(shipment({ url: 'http://169.254.169.254/' }))).error).toBe('address_refused');
    await guarded.close();
  });

  it('is stopped when the post is closed under way', async () => {
    let arrived = (): void => undefined;
    const arrival = new Promise<void>((resolve) => { arrived = resolve; });
    const url = await listen(() => arrived());
    const answer = send({ url });
    await arrival;
    await post.close();
    expect((await answer).error).toBe('stopped');
  });

  it('is stopped all the same when its destination was let go of before', async () => {
    const arrival = Promise.withResolvers<void>();
    const url = await listen(() => arrival.resolve());
    const answer = send({ url, timeoutMs: 600_000 });
    await arrival.promise;
    post.forget('n8n');
    await post.close();
    expect((await answer).error).toBe('stopped');
  });

  it('is stopped while it connects, and not begun afterwards', async () => {
    const connecting = Promise.withResolvers<void>();
    const endless = createPost({ version: '0', connector: () => () => connecting.resolve() });
    const answer = endless.send(shipment({ url: 'http://127.0.0.1:9/', timeoutMs: 600_000 }));
    await connecting.promise;
    endless.forget('n8n');
    await endless.close();
    expect((await answer).error).toBe('stopped');
    expect(await endless.send(shipment({ url: await listen((_, response) => response.end()) }))).toEqual({ latencyMs: 0, error: 'stopped' });
  });

  it('with one destination leaves no trace for another', async () => {
    const hangs = await listen(() => undefined);
    const works = await listen((_, response) => response.end());
    const slow = Promise.all(Array.from({ length: 20 }, () => send({ url: hangs, destination: 'hangs', timeoutMs: 1_500 })));
    expect((await send({ url: works, destination: 'works' })).status).toBe(200);
    post.forget('hangs');
    expect(new Set((await slow).map(({ error }) => error))).toEqual(new Set(['timeout']));
  });
});

function shipment(parts: Partial<Shipment>): Shipment {
  return { destination: 'n8n', url: '', timeoutMs: 10_000, webhookId: 'msg_1', timestamp: 1_700_000_000, body: Buffer.from('{}'), ...parts };
}

function send(parts: Partial<Shipment>): Promise<Answer> {
  return post.send(shipment(parts));
}

async function listen(listener: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<string> {
  const server = createServer((request, response) => void listener(request, response));
  open.push({ close: () => (server.close(), server.closeAllConnections()) });
  return address(server);
}

async function listenRaw(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  open.push({ close: () => (server.close(), sockets.forEach((socket) => socket.destroy())) });
  return address(server);
}

async function address(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function unusedUrl(): Promise<string> {
  const server = createTcpServer();
  const url = await address(server);
  server.close();
  await once(server, 'close');
  return url;
}

function dribble(socket: Socket, said: string): void {
  let at = 0;
  const timer = setInterval(() => socket.write(said[at++] ?? ''), 50);
  socket.once('close', () => clearInterval(timer));
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function pairs(raw: readonly string[]): Record<string, string> {
  expect(raw.length % 2).toBe(0);
  const found: Record<string, string> = {};
  for (let at = 0; at < raw.length; at += 2) {
    expect(found).not.toHaveProperty([raw[at] ?? '']);
    found[raw[at] ?? ''] = raw[at + 1] ?? '';
  }
  return found;
}
