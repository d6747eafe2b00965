// npm run bench: what the receiver's promise costs, as a ratio. In one run on one machine, in turns: (a) a bare Express
// server that keeps nothing, (b) the receiver with verification, normalization and a durable commit per delivery.
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startReceiver } from './receiver-process.mjs';

const here = import.meta.dirname;
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const seconds = Number(process.env.BENCH_SECONDS ?? 8);
const connections = Number(process.env.BENCH_CONNECTIONS ?? 64);
const folder = mkdtempSync(join(tmpdir(), 'chathooks-bench-'));
const database = join(folder, 'bench.db');

const bare = await startBare();
const receiver = await startReceiver(folder, `store: sqlite:${database}
admin: { token: bench-admin-token-0123456789 }
sources:
  - { id: bench, provider: cometchat, auth: { scheme: basic, username: hook, password: benchpassword } }
`);
const results = { bare: [], receiver: [] };
const acknowledged = new Set();
try {
  await load(bare.url, 'warm-up', 2);
  for (const id of (await load(receiver.url, 'warm-up', 2)).acknowledged) acknowledged.add(id);
  for (let round = 1; round <= rounds; round++) {
    console.log(`round ${round} of ${rounds}, ${seconds} s each, ${connections} connections …`);
    results.bare.push(await load(bare.url, `a${round}`, seconds));
    const result = await load(receiver.url, `b${round}`, seconds);
    for (const id of result.acknowledged) acknowledged.add(id);
    results.receiver.push(result);
  }
} finally {
  bare.peak = peakMemory(bare.process);
  receiver.peak = peakMemory(receiver.process);
  bare.process.kill();
  receiver.process.kill();
  await new Promise((resolve) => receiver.process.once('exit', resolve));
}

const missing = countMissing();
const ratios = results.receiver.map((result, index) => result.requestsPerSecond / results.bare[index].requestsPerSecond);
console.log(`\nbody ${results.receiver[0].bytes} bytes\n`);
console.log('server'.padEnd(34), 'requests/s'.padStart(11), 'p50 ms'.padStart(8), 'p99 ms'.padStart(8), 'peak MB'.padStart(8), 'failed'.padStart(8));
print('a  express.json(), nothing kept', results.bare, bare.peak);
print('b  chathooks, SQLite, fsync', results.receiver, receiver.peak);
console.log(`\nratio b/a: ${median(ratios).toFixed(2)} (rounds: ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')})`);
console.log(`acknowledged ${acknowledged.size}, missing in the store ${missing}`);
rmSync(folder, { recursive: true });
process.exit(missing === 0 ? 0 : 1);

async function startBare() {
  const process = fork(join(here, 'bare.mjs'));
  const { port } = await new Promise((resolve) => process.once('message', resolve));
  return { process, url: `http://127.0.0.1:${port}` };
}

function load(url, run, duration) {
  const child = fork(join(here, 'load.mjs'), [JSON.stringify({ url, connections, seconds: duration, run: `${run}-${Date.now()}` })]);
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
  });
}

function peakMemory(child) {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}

/** Every acknowledged id is looked up in the store's own file, after the receiver has gone. */
function countMissing() {
  const store = new DatabaseSync(database, { readOnly: true });
  const stored = new Set();
  for (const row of store.prepare('SELECT event FROM events').iterate()) stored.add(JSON.parse(row.event).id);
  store.close();
  return [...acknowledged].filter((id) => !stored.has(id)).length;
}

function print(name, runs, peak) {
  const figure = (key) => median(runs.map((run) => run[key]));
  console.log(
    name.padEnd(34),
    Math.round(figure('requestsPerSecond')).toString().padStart(11),
    figure('p50').toFixed(1).padStart(8),
    figure('p99').toFixed(1).padStart(8),
    peak.toFixed(0).padStart(8),
    runs.reduce((sum, run) => sum + run.failed, 0).toString().padStart(8),
  );
}

function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
