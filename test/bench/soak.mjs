// npm run soak: the receiver under overload and attack for a while. Prints its memory, what it turned away and what it
// lost. Exits with 1 when something that it answered 200 is not in its store, or did not reach its destination.
//
//   --seconds 60     how long the load lasts; below a minute there is no slope of memory to tell
//   --rate 400       valid deliveries a second
//   --store sqlite   or postgres (one of its own), or the URL of a store that is empty
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startReceiver, stopReceiver } from './receiver-process.mjs';
import { startDestinations } from './soak-destinations.mjs';
import { median, slopeRows } from './soak-figures.mjs';
import { readOptions } from './soak-options.mjs';

const { seconds, rate, store: wantedStore } = readOptions(process.argv.slice(2));
const token = 'soak-admin-token-0123456789';
const here = import.meta.dirname;
const LOOKED_AT_EVERY_MS = 5_000;
const LONGEST_FORWARDING_MS = 300_000;
const MB = 1_048_576;

const folder = mkdtempSync(join(tmpdir(), 'chathooks-soak-'));
const store = await openStore();
const destinations = await startDestinations();
const yaml = `store: ${store.url}
admin: { token: ${token} }
limits: { bufferedBytes: ${32 * MB} }
sources:
  - { id: chat, provider: cometchat, auth: { scheme: basic, username: hook, password: soakpassword } }
  - { id: trouble, provider: cometchat, auth: { scheme: basic, username: hook, password: soakpassword } }
  - { id: signed, provider: sceyt, auth: { scheme: hmac, secret: soak-signing-secret, header: x-sceyt-signature, algorithm: sha256, encoding: hex } }
destinations:
  - { id: good, url: ${destinations.urls.good}, sources: [chat], concurrency: 8, batch: { max: 100 } }
  - { id: slow, url: ${destinations.urls.slow}, sources: [trouble], batch: { max: 100 } }
  - { id: failing, url: ${destinations.urls.failing}, sources: [trouble], retry: { attempts: 3 } }
`;
let receiver = await startReceiver(folder, yaml);
const looks = [await look()];
const load = fork(join(here, 'soak-load.mjs'), [JSON.stringify({ url: receiver.url, seconds, rate })]);
let told = {};
load.on('message', (message) => (told = message));
const watch = setInterval(() => void look().then((one) => looks.push(print(one))), LOOKED_AT_EVERY_MS);
await once(load, 'exit');
if (told.done !== true) throw new Error('The load ended before its time.');

const forwardedBy = performance.now() + LONGEST_FORWARDING_MS;
while (performance.now() < forwardedBy && notForwarded() > 0) await new Promise((resolve) => setTimeout(resolve, 500));
clearInterval(watch);
looks.push(print(await look()));
const exitCode = await stopReceiver(receiver);
// What is in the store is asked of the next process, which has it from the disk.
receiver = await startReceiver(folder, yaml.replace(/destinations:[^]*/, ''));
const stored = await storedIds();
await stopReceiver(receiver);
await store.close();
rmSync(folder, { recursive: true });

const acknowledged = [...told.ids.chat, ...told.ids.trouble];
const missing = acknowledged.filter((id) => !stored.has(id)).length;
const lost = missing + notForwarded();
report();
process.exit(lost === 0 && exitCode === 0 ? 0 : 1);

async function openStore() {
  if (wantedStore === 'sqlite') return { url: `sqlite:${join(folder, 'soak.db')}`, close: async () => undefined };
  if (wantedStore !== 'postgres') return { url: wantedStore, close: async () => undefined };
  const server = fork(join(here, '..', 'postgres', 'serve.mjs'), { stdio: 'ignore' });
  server.send('start');
  const [{ url, error }] = await once(server, 'message');
  if (url === undefined) throw new Error(error);
  return {
    url,
    async close() {
      server.disconnect();
      await once(server, 'exit');
    },
  };
}

function notForwarded() {
  const { good, slow } = destinations.taken;
  return told.ids.chat.filter((id) => !good.has(id)).length + told.ids.trouble.filter((id) => !slow.has(id)).length;
}

async function storedIds() {
  const ids = new Set();
  for (let before = ''; before !== undefined; ) {
    const answer = await fetch(`${receiver.url}/api/events?limit=500${before === '' ? '' : `&before=${before}`}`, { headers: { authorization: `Bearer ${token}` } });
    if (answer.status === 429) {
      await new Promise((resolve) => setTimeout(resolve, Number(answer.headers.get('retry-after')) * 1_000));
      continue;
    }
    const page = await answer.json();
    for (const { event } of page.events) ids.add(event.id);
    before = page.next;
  }
  return ids;
}

/** The figures of /metrics that matter here; the event loop's are since the look before. */
async function look() {
  const text = await (await fetch(`${receiver.url}/metrics`)).text();
  const figure = (name) => text.split('\n').filter((line) => line.startsWith(name) && /^[ {]/.test(line.slice(name.length))).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  return {
    at: performance.now() / 1_000,
    rss: figure('chathooks_process_resident_memory_bytes') / MB,
    p99: figure('chathooks_nodejs_eventloop_lag_p99_seconds') * 1_000,
    longest: figure('chathooks_nodejs_eventloop_lag_max_seconds') * 1_000,
    buffered: figure('chathooks_buffered_bytes') / MB,
    connections: figure('chathooks_connections'),
    pending: figure('chathooks_forwards{destination="good",status="pending"}'),
  };
}

function print(one) {
  const shed = told.refused?.['503 overloaded'] ?? 0;
  console.log(`${(one.at - looks[0].at).toFixed(0).padStart(5)} s  RSS ${one.rss.toFixed(0)} MB  buffered ${one.buffered.toFixed(1)} MB  connections ${one.connections}  acknowledged ${told.acknowledged ?? '-'}  shed ${shed}  event loop p99 ${one.p99.toFixed(0)} ms, max ${one.longest.toFixed(0)} ms`);
  return one;
}

function report() {
  const refused = (code) => told.refused[code] ?? 0;
  const rows = [
    ['store', store.url.split(':')[0]],
    ['seconds of load', seconds],
    ['deliveries and attacks sent', told.sent],
    ['acknowledged (200)', acknowledged.length],
    ['of them missing in the store', missing],
    ['of them not forwarded', notForwarded()],
    ['repeats, told as such', told.duplicates],
    ['forged (401)', refused('401 unauthenticated')],
    ['too large (413)', refused('413 body_too_large')],
    ['too slow (408)', refused('408 request_timeout')],
    ['shed (503)', refused('503 overloaded')],
    ['other answers', JSON.stringify(Object.fromEntries(Object.entries(told.refused).filter(([code]) => !['401 unauthenticated', '413 body_too_large', '408 request_timeout', '503 overloaded'].includes(code))))],
    ['connections that broke off', told.broken],
    ['RSS at first, at most, at last (MB)', [looks[0].rss, Math.max(...looks.map(({ rss }) => rss)), looks.at(-1).rss].map((value) => value.toFixed(0)).join(', ')],
    ...slopeRows(looks, seconds),
    ['event loop: median p99, longest stop (ms)', `${median(looks.slice(1).map(({ p99 }) => p99)).toFixed(0)}, ${Math.max(...looks.slice(1).map(({ longest }) => longest)).toFixed(0)}`],
    ['exit code after SIGTERM', exitCode],
  ];
  console.log(`\n| soak | |\n|---|---|\n${rows.map(([name, value]) => `| ${name} | ${value} |`).join('\n')}`);
}
