/*
 * Fuzzes the contract and the receiver for a while, and exits non-zero with the smallest input that breaks a rule.
 *
 * npm run fuzz -- [--seconds 300] [--seed N] [--engine sqlite|postgres] [--target contract|http] [--corpus <folder>]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createChance } from './chance.mjs';
import { fuzzContract } from './contract.mjs';
import { fuzzHttp } from './http.mjs';

const root = join(fileURLToPath(import.meta.url), '..', '..', '..');

const USAGE = 'Usage: npm run fuzz -- [--seconds 300] [--seed N] [--engine sqlite|postgres] [--target contract|http] [--corpus <folder>]';
const OPTIONS = {
  seconds: { type: 'string', default: '300' },
  seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
  engine: { type: 'string', default: 'sqlite' },
  target: { type: 'string' },
  corpus: { type: 'string' },
};

const options = readOptions();

const stores = {
  async sqlite() {
    const folder = mkdtempSync(join(tmpdir(), 'chathooks-fuzz-'));
    return { url: `sqlite:${join(folder, 'store.db')}`, dispose: async () => rmSync(folder, { recursive: true, force: true }) };
  },
  async postgres() {
    const child = fork(join(root, 'test', 'postgres', 'serve.mjs'), { stdio: 'ignore' });
    child.send('start');
    const [{ url, error }] = await once(child, 'message');
    if (error !== undefined) throw new Error(error);
    return {
      url,
      async dispose() {
        child.disconnect();
        await once(child, 'exit');
      },
    };
  },
};

const targets = {
  contract: (run) => fuzzContract({ ...run, root }),
  async http(run) {
    const store = await stores[options.engine]();
    try {
      return await fuzzHttp({ ...run, store: store.url, samples: samples() });
    } finally {
      await store.dispose();
    }
  },
};

const wanted = options.target === undefined ? Object.keys(targets) : [options.target];
const seconds = Number(options.seconds);
const seed = Number(options.seed);
if (!(seconds > 0) || !Number.isSafeInteger(seed) || !Object.hasOwn(stores, options.engine) || !wanted.every((name) => Object.hasOwn(targets, name))) {
  refuse();
}

const rows = [];
const faults = [];
for (const name of wanted) {
  const startedAt = Date.now();
  const folder = options.corpus === undefined ? undefined : join(options.corpus, name);
  const { inputs, coverage, fault } = await targets[name]({ chance: createChance(seed), deadline: startedAt + (seconds * 1000) / wanted.length, folder });
  const rate = Math.round(inputs / ((Date.now() - startedAt) / 1000));
  rows.push(`| ${name === 'http' ? `http, ${options.engine}` : name} | ${inputs} | ${rate} | ${coverage.reached} of ${coverage.named} | ${fault === undefined ? 0 : 1} | ${seed} |`);
  if (fault !== undefined) faults.push(`${name}: ${fault}`);
}
console.log(['| target | inputs | inputs/s | blocks reached | faults | seed |', '|---|---|---|---|---|---|', ...rows].join('\n'));
if (faults.length > 0) console.error(`\n${faults.join('\n\n')}\n\nAgain with: npm run fuzz -- --seed ${seed} --seconds ${seconds}`);
process.exitCode = faults.length > 0 ? 1 : 0;

function readOptions() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch {
    return refuse();
  }
}

function refuse() {
  console.error(USAGE);
  process.exit(2);
}

function samples() {
  const folder = join(root, 'providers');
  return readdirSync(folder, { recursive: true })
    .filter((path) => /^[a-z]+[/\\]samples[/\\].*\.json$/.test(path))
    .map((path) => JSON.parse(readFileSync(join(folder, path), 'utf8')).body);
}
