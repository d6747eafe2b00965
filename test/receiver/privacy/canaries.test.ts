import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { listener } from '../../support/listener';
import type { Listener } from '../../support/listener';
import { until } from '../../support/running';
import { chathooks } from '../cli/chathooks';
import { engines } from '../engines';
import type { EmptyStore } from '../engines';
import { deliveries, KEPT, sources } from './deliveries';
import type { SentDelivery } from './deliveries';
import { givenAway, secretFor } from './secrets';

const MAIN = require.resolve('../../../receiver/cli/main');
const TOKEN = secretFor('admintoken');
const SIGNING = secretFor('forwardsecret');
const IN_URL = secretFor('urlquery');

/** What was shown, and where. */
type Shown = [where: string, text: string];

describe.each(engines)('no secret is shown, over $name', (engine) => {
  const folder = mkdtempSync(join(tmpdir(), 'chathooks-privacy-'));
  const config = join(folder, 'chathooks.yaml');
  const elsewhere = join(folder, 'elsewhere.yaml');
  const shown: Shown[] = [];
  const answers = new Map<string, number>();
  let store: EmptyStore;
  let failing: Listener;
  let issuer: Listener;
  let receiver: ChildProcess;
  let base: string;
  let log = '';

  beforeAll(async () => {
    store = await engine.open();
    issuer = await listener((_heard, response) => response.setHeader('content-type', 'application/json').end('{"keys":[]}'));
    failing = await listener(({ text }, response, count) => {
      // In turn: an error, a redirect to an address with a secret, an answer that never comes, an end in the middle.
      const ways = [
        () => response.writeHead(500).end('out of order'),
        () => response.writeHead(302, { location: `http://127.0.0.1:1/?token=${secretFor('redirect')}` }).end(),
        () => undefined,
        () => response.destroy(),
        () => response.writeHead(200, { 'content-length': '100' }).write(text.slice(0, 1)) && response.destroy(),
      ];
      ways[count % ways.length]?.();
    });
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    writeConfig(port);
    receiver = spawn(process.execPath, [MAIN, 'start', '--config', config], { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], NODE_DEBUG: '' } });
    for (const stream of [receiver.stdout, receiver.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (log += text));
    await until(() => fetch(`${base}/readyz`).then(({ ok }) => ok, () => false));
  }, 60_000);

  afterAll(async () => {
    receiver.kill('SIGKILL');
    await Promise.all([failing.close(), issuer.close()]);
    await store.dispose();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const destination = (id: string, url: string): object => ({ id, url: `${url}?token=${IN_URL}`, secrets: [SIGNING, secretFor('oldforwardsecret')], retry: { attempts: 1 }, timeoutMs: 200 });
  const writeConfig = (port: number, changes: object = {}, path = config): void =>
    // JSON is YAML.
    writeFileSync(path, JSON.stringify({
      listen: { port },
      store: store.url,
      admin: { token: TOKEN },
      limits: { bodyBytes: 65_536 },
      sources: sources(issuer.url.replace(/\/$/, '')),
      destinations: [destination('failing', failing.url), destination('refused', 'http://127.0.0.1:1/'), destination('no-tls', failing.url.replace('http:', 'https:'))],
      ...changes,
    }), { mode: 0o600 });
  const note = async (where: string, answer: Response): Promise<string> => {
    const text = await answer.text();
    answers.set(where, answer.status);
    shown.push([where, `${JSON.stringify([...answer.headers])}${text}`]);
    return text;
  };
  const ask = async (path: string, { method = 'GET', body, token = TOKEN }: { method?: string; body?: string; token?: string } = {}): Promise<string> =>
    note(`${method} ${path}`, await fetch(`${base}${path}`, { method, headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body }) }));
  const send = async ({ name, path, method = 'POST', headers, body }: SentDelivery): Promise<void> => void (await note(name, await fetch(`${base}${path}`, { method, headers, body })));
  const json = async <Value>(path: string): Promise<Value> => JSON.parse(await ask(path)) as Value;

  it('in what anybody is answered', async () => {
    const stream = new AbortController();
    const streamed = follow(`${base}/api/stream`, stream.signal);
    const sent = deliveries(new Date());
    for (const delivery of sent) await send(delivery);
    for (const { name, status } of sent) expect([name, answers.get(name)]).toEqual([name, status]);
    await until(async () => (await json<{ deliveries: readonly unknown[] }>('/api/deliveries?status=dead&limit=500')).deliveries.length >= 10);

    const { events } = await json<{ events: readonly { key: string }[] }>('/api/events?limit=500');
    for (const { key } of events) await ask(`/api/events/${key}`);
    for (const path of ['/healthz', '/readyz', '/metrics', '/', '/api/sources', '/api/destinations', '/api/deliveries?limit=500', '/api/refusals', '/api/openapi.json', `/api/events?q=${KEPT}`]) await ask(path);
    stream.abort();
    shown.push(['GET /api/stream', await streamed]);

    expect(events.length).toBeGreaterThanOrEqual(7);
    expect(textOf('GET /api/stream')).toContain('refusal');
    expect(textOf(`GET /api/events/${events[0]?.key ?? ''}`)).toContain(KEPT);
    expectNothing();
  }, 60_000);

  it('in what the API refuses or is told', async () => {
    const secret = secretFor('apibody');
    const put = (id: string, body: string): Promise<string> => ask(`/api/destinations/${id}`, { method: 'PUT', body });
    await put('registered', JSON.stringify({ url: failing.url, secret: secretFor('registeredsecret'), events: ['chat.**'], retry: { attempts: 1 } }));
    for (const body of [
      `{"url":"http://user:${secret}@127.0.0.1/"}`, `{"url":"${secret}"}`, `{"url":"ftp://${secret}/"}`, `{"url":"${failing.url}","secret":["${secret}"]}`, `{"url":"${failing.url}","secret":"${secret}","secrets":["${secret}"]}`,
      `{"events":"${secret}"}`, `{"secret":"${secret}`, `"${secret}"`, `{"a":"${secret}","a":2}`,
    ]) await put('bad', body);
    const key = (await json<{ events: readonly { key: string }[] }>('/api/events?limit=1')).events[0]?.key ?? '';
    for (const [path, body] of [
      [`/api/events/${key}/replay`, `{"destination":"${secret}"}`], [`/api/events/${key}/replay`, '{}'], [`/api/events/${secret}/replay`, '{}'], ['/api/deliveries/replay', `{"status":"${secret}"}`],
      ['/api/deliveries/replay', '{"status":"dead"}'], ['/api/destinations/failing/enable', '{}'], [`/api/destinations/${secret}/enable`, '{}'], ['/api/erase', `{"subject":["${secret}"]}`],
      ['/api/erase', `{"subject":"${secret}","dryRun":true}`], ['/api/erase', `{"subject":"${secret}"}`],
    ] as const) await ask(path, { method: 'POST', body });
    for (const path of [`/api/events/${secret}`, `/api/events?limit=${secret}`, `/api/events?before=${secret}`, `/api/deliveries?status=${secret}`, `/api/${secret}`, `/${secret}`, `/api/events/%zz${secret}`]) await ask(path);
    await ask('/api/events', { method: 'DELETE' });
    await ask('/api/destinations/registered', { method: 'DELETE' });
    for (const path of ['/api/events', '/api/destinations', '/api/erase']) await ask(path, { token: secretFor('wrongtoken') });
    await note('another way in', await fetch(`${base}/api/events?token=${TOKEN}`, { headers: { authorization: `Basic ${TOKEN}` } }));
    expect(answers.get('GET /api/erase')).toBe(401);
    expect(answers.get('another way in')).toBe(401);
    expectNothing();
  }, 60_000);

  it('in the log, whatever is in a configuration that does not fit', async () => {
    const port = Number(new URL(base).port);
    const secret = secretFor('badconfig');
    writeFileSync(join(folder, 'binary'), Buffer.concat([Buffer.from(secret), Buffer.of(0xff)]));
    // The names of keys are shown, for somebody has to find them; no value is.
    const bad: readonly object[] = [
      { admin: { token: secret, other: secret } },
      { admin: { token: [secret] } },
      { store: `mysql://user:${secret}@127.0.0.1/hooks` },
      { sources: [{ id: 'a', provider: secret, auth: { scheme: 'basic', username: `hook:${secret}`, password: secret } }] },
      { sources: [{ id: 'a', provider: 'spika', auth: { scheme: 'header', name: 'x', secret: `${secret}\n` } }] },
      { sources: [{ id: 'a', provider: 'cidaas', auth: { scheme: 'totp', name: 'x', encoding: 'hex', secret } }] },
      { destinations: [{ id: 'a', url: `http://user:${secret}@127.0.0.1/` }, { id: 'a', url: `http://127.0.0.1:99999/?${secret}` }] },
      { destinations: [{ id: 'a', url: failing.url, secret: `\${file:binary}` }] },
      { destinations: [{ id: 'a', url: failing.url, secret: `\${${secret}` }] },
    ];
    for (const [index, changes] of bad.entries()) {
      writeConfig(port, changes);
      const reported = log.split('The configuration was not reloaded').length;
      receiver.kill('SIGHUP');
      await until(() => log.split('The configuration was not reloaded').length > reported);
      if (index === 0) shown.push(['doctor', await output(['doctor', '--config', config])], ['start', await output(['start', '--config', config, '--json'])]);
    }
    writeFileSync(config, `admin: { token: ${secret}\n  - ${secret}: [`);
    shown.push(['doctor without YAML', await output(['doctor', '--config', config])]);
    writeConfig(port);
    receiver.kill('SIGHUP');
    await until(() => log.includes('Reloaded'));
    expect(textOf('doctor')).toContain('config');
    expectNothing();
  }, 60_000);

  it('by the command line', async () => {
    const run = async (where: string, words: readonly string[], settings = config): Promise<void> => void shown.push([where, await output([...words, '--config', settings])]);
    const recorded = deliveries(new Date()).filter(({ name }) => ['taken by chat', 'refused by chat', 'no JSON'].includes(name));
    await Promise.all(recorded.map(({ name, path, headers, body }, index) => {
      const file = join(folder, `${index}.http`);
      writeFileSync(file, `POST ${path} HTTP/1.1\r\n${Object.entries(headers).map(([header, value]) => `${header}: ${value}\r\n`).join('')}\r\n${body}`);
      return run(`verify ${name}`, ['verify', file, '--source', 'chat']);
    }));
    for (const words of [['doctor', '--json'], ['send', 'spika', 'message.new', '--source', 'room'], ['replay', '--dead'], ['erase', '--subject', 'nobody', '--yes']]) await run(words.join(' '), words);
    const port = await freePort();
    for (const place of ['127.0.0.1:1/hooks', '127.0.0.1:99999/hooks', '127.0.0.1:1/%zz']) {
      writeConfig(port, { store: `postgres://user:${secretFor('storepassword')}@${place}` }, elsewhere);
      await Promise.all(['start', 'doctor'].map((command) => run(`${command}, store at ${place}`, [command], elsewhere)));
    }
    expect(textOf('verify taken by chat')).toMatch(/accept/i);
    expect(textOf('doctor --json')).toContain('"checks"');
    expectNothing();
  }, 120_000);

  it('by what is kept, after the end', async () => {
    receiver.kill('SIGTERM');
    await until(() => receiver.exitCode !== null);
    const kept = await keptIn(store.url);
    // A destination that registers itself is kept with the secret that its events are signed with; it was deleted above.
    shown.push(['the store', kept], ['the log', log]);
    expect(kept).toContain(KEPT);
    expect(log).toContain('a delivery was refused');
    expectNothing();
  }, 60_000);

  function textOf(wanted: string): string {
    return shown.find(([where]) => where === wanted)?.[1] ?? '';
  }

  function expectNothing(): void {
    expect([...shown, ['the log', log] as Shown].flatMap(([where, text]) => givenAway(text).map((found) => [where, found]))).toEqual([]);
  }
});

async function output(words: readonly string[]): Promise<string> {
  const { stdout, stderr } = await chathooks(words);
  return `${stdout}${stderr}`;
}

async function follow(url: string, signal: AbortSignal): Promise<string> {
  let text = '';
  try {
    const { body } = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` }, signal });
    for await (const chunk of body ?? []) text += Buffer.from(chunk as Uint8Array).toString();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return text;
}

/** Everything that a store holds, as text. */
async function keptIn(url: string): Promise<string> {
  if (url.startsWith('sqlite:')) {
    const path = url.slice('sqlite:'.length);
    return [path, `${path}-wal`].filter((file) => existsSync(file)).map((file) => readFileSync(file, 'latin1')).join('\n');
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  const tables = await client.query<{ name: string }>("SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')");
  const rows: string[] = [];
  for (const { name } of tables.rows) rows.push(...(await client.query<Record<string, unknown>>(`SELECT * FROM ${name}`)).rows.flatMap((row) => Object.values(row).map(textOfColumn)));
  await client.end();
  return rows.join('\n');
}

function textOfColumn(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString('latin1') : typeof value === 'string' ? value : JSON.stringify(value);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
