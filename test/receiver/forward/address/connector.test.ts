import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { LookupAddress } from 'node:dns';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { createResolve } from '../../../../receiver/forward/address/resolve';
import { createPost, type Answer, type Post } from '../../../../receiver/forward/post';
import { certificate } from '../certificate';
import { connectorWith } from '../local-connector';

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Answers as a name server does, with other addresses each time if there are several answers. */
function resolving(...answers: readonly (readonly string[])[]) {
  const asked: string[] = [];
  const resolve = createResolve(async (name) => {
    const addresses = answers[Math.min(asked.push(name), answers.length) - 1] ?? [];
    return addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
  });
  return { asked, resolve };
}

describe('a connection', () => {
  it('goes to the address that was looked at: the name is not resolved a second time', async () => {
    const { url, requests } = await serve();
    const { asked, resolve } = resolving(['127.0.0.1'], ['169.254.169.254']);
    const post = open(['hooks.example.com'], resolve);
    expect(await send(post, url('hooks.example.com'))).toMatchObject({ status: 200 });
    expect(asked).toEqual(['hooks.example.com']);
    expect(requests).toEqual([`hooks.example.com:${url('x').split(':')[2]?.split('/')[0]}`]);
  });

  it('is refused when the name resolves to a private address, and says which', async () => {
    const { url, requests } = await serve();
    const post = open(['localhost'], resolving(['127.0.0.1']).resolve);
    const answer = await send(post, url('hooks.example.com'));
    expect(answer).toMatchObject({ error: 'address_refused', answer: expect.stringContaining('hooks.example.com resolves to 127.0.0.1, a loopback address') as string });
    expect(requests).toEqual([]);
  });

  it('is refused when one of several addresses is private, whichever', async () => {
    const { url, requests } = await serve();
    for (const addresses of [['192.0.2.1', '127.0.0.1'], ['127.0.0.1', '10.0.0.1'], ['2606:4700::1111', 'fe80::1%eth0']]) {
      const post = open(['127.0.0.0/8'], resolving(addresses).resolve);
      expect((await send(post, url('hooks.example.com'))).error).toBe('address_refused');
    }
    expect(requests).toEqual([]);
  });

  it('that is opened later is looked at again: a name that moves inside is refused from then on', async () => {
    const { url, requests } = await serve('close');
    const post = open(['127.0.0.0/8'], resolving(['127.0.0.1'], ['10.0.0.1']).resolve);
    expect((await send(post, url('hooks.example.com'))).status).toBe(200);
    expect((await send(post, url('hooks.example.com'))).error).toBe('address_refused');
    expect(requests).toHaveLength(1);
  });

  it.each(['http://0x7f.1', 'http://2130706433', 'http://[::ffff:7f00:1]', 'http://127.0.0.1.', 'http://%31%32%37.0.0.1', 'http://[::1]', 'http://0.0.0.0', 'http://169.254.169.254', 'http://[fe80::1]'])('to %s is refused, for a literal address is one too', async (base) => {
    const { url, requests } = await serve();
    const { port } = new URL(url('localhost'));
    expect((await send(open([]), `${base}:${port}/`)).error).toBe('address_refused');
    expect(requests).toEqual([]);
  });

  it('is a time-out when the name is not resolved in time, and other names are', async () => {
    const { url } = await serve();
    let asked = 0;
    const resolve = createResolve((name) => (name === 'localhost' ? Promise.resolve([{ address: '127.0.0.1', family: 4 }]) : (asked++, new Promise(() => undefined))));
    const post = open(['localhost'], resolve);
    const silent = Array.from({ length: 10 }, () => send(post, 'http://silent.example.com/', 300));
    expect((await send(post, url('localhost'))).status).toBe(200);
    expect(new Set((await Promise.all(silent)).map(({ error }) => error))).toEqual(new Set(['timeout']));
    // A lookup holds a thread of the process until it ends: ten attempts hold one.
    expect(asked).toBe(1);
  });

  it.each([['ENOTFOUND'], ['EAI_AGAIN']])('is a dns_failure on %s', async (code) => {
    const resolve = createResolve(() => Promise.reject(Object.assign(new Error('dns'), { code })));
    expect((await send(open([], resolve), 'http://hooks.example.com/')).error).toBe('dns_failure');
  });

  it('is a dns_failure when the name has no address', async () => {
    expect((await send(open([], resolving([]).resolve), 'http://hooks.example.com/')).error).toBe('dns_failure');
  });

  it('goes through no proxy that the environment names', async () => {
    const { url } = await serve();
    const proxy = await serve();
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'] as const;
    const before = names.map((name) => [name, process.env[name]] as const);
    closing.push(() => {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    });
    for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : proxy.url('127.0.0.1');
    expect((await send(open(['localhost']), url('127.0.0.1'))).status).toBe(200);
    expect(proxy.requests).toEqual([]);
  });
});

describe('TLS', () => {
  it('is asked for the name of the URL, and the certificate has to be for it, at the address that was looked at', async () => {
    const { url, requests, servernames } = await serveTls('hooks.example.com', { trusted: true });
    const post = open(['127.0.0.0/8'], resolving(['127.0.0.1']).resolve);
    expect((await send(post, url('hooks.example.com'))).status).toBe(200);
    expect((await send(post, url('other.example.com'))).error).toBe('tls_failure');
    expect(servernames()).toEqual(['hooks.example.com', 'other.example.com']);
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['is self-signed', { trusted: false }],
    ['has expired', { trusted: true, until: new Date('2026-01-02') }],
    ['is not valid yet', { trusted: true, from: new Date(Date.now() + 86_400_000) }],
  ])('is a tls_failure when the certificate %s', async (_, options) => {
    const { url, requests } = await serveTls('hooks.example.com', { from: new Date('2026-01-01'), until: new Date(Date.now() + 2 * 86_400_000), ...options });
    const post = open(['127.0.0.0/8'], resolving(['127.0.0.1']).resolve);
    expect((await send(post, url('hooks.example.com'))).error).toBe('tls_failure');
    expect(requests).toEqual([]);
  });

  it('is a time-out when the handshake hangs', async () => {
    const server = createTcpServer((socket) => socket.on('error', () => undefined).resume());
    const port = await listen(server);
    expect((await send(open(['localhost']), `https://127.0.0.1:${port}/`, 300)).error).toBe('timeout');
  });
});

it('a lookup is shared while it runs, and asked for anew afterwards', async () => {
  const { asked, resolve } = resolving(['127.0.0.1'], ['127.0.0.2']);
  const both = await Promise.all([resolve('a', 1_000), resolve('a', 1_000)]);
  expect(both.flat().map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.1']);
  expect((await resolve('a', 1_000))[0]?.address).toBe('127.0.0.2');
  expect(asked).toHaveLength(2);
});

function open(privateDestinations: readonly string[], resolve = createResolve()): Post {
  const post = createPost({ version: '1.2.3', connector: connectorWith(privateDestinations, resolve) });
  closing.push(() => post.close());
  return post;
}

function send(post: Post, url: string, timeoutMs = 10_000): Promise<Answer> {
  return post.send({ destination: 'n8n', url, timeoutMs, webhookId: 'msg_1', timestamp: 1_700_000_000, body: Buffer.from('{}') });
}

interface Served {
  /** The server's URL under a host. */
  readonly url: (host: string) => string;
  /** The Host of each request. */
  readonly requests: readonly string[];
}

async function serve(connection = 'keep-alive'): Promise<Served> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers.host ?? '');
    response.writeHead(200, { connection }).end();
  });
  const port = await listen(server);
  return { url: (host) => `http://${host}:${port}/`, requests };
}

async function serveTls(name: string, { trusted, ...validity }: { readonly trusted: boolean; readonly from?: Date; readonly until?: Date }): Promise<Served & { readonly servernames: () => readonly string[] }> {
  const requests: string[] = [];
  const servernames: string[] = [];
  const certified = certificate({ name, ...validity });
  if (trusted) {
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, certified.cert]);
    closing.push(() => setDefaultCACertificates(before));
  }
  const options = { ...certified, SNICallback: (servername: string, callback: (error: null) => void) => (servernames.push(servername), callback(null)) };
  const server = createTlsServer(options, (request, response) => {
    requests.push(`${request.headers.host} ${String((request.socket as TLSSocket).servername)}`);
    response.end();
  });
  const port = await listen(server);
  return { url: (host) => `https://${host}:${port}/`, requests, servernames: () => servernames };
}

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket: { destroy(): void }) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => (server.close(), sockets.forEach((socket) => socket.destroy())));
  return (server.address() as AddressInfo).port;
}

