import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = process.env.CHATHOOKS_TEST_CLI ?? join(__dirname, '../../../receiver/dist/receiver/cli/main.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs the command line as a user would, to its end. */
export function chathooks(words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return runNode([MAIN, ...words], options);
}

/** Runs a script under this very Node. */
export function runNode(words: readonly string[], { cwd, environment = {} }: RunOptions = {}): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, ...environment }, ...(cwd === undefined ? {} : { cwd }) });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.once('error', reject).once('close', (code) => resolve({ code, stdout, stderr }));
  return promise;
}

/** A folder of its own for each test, gone afterwards. */
export function temporaryFolder(): () => string {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chathooks-cli-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return () => folder;
}
