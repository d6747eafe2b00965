/*
 * What package.json starts, as people start it: through npm, which runs a shell, which runs node. A signal to npm has to
 * come through to node. There is nothing to build: the folder that npm is run in has a script of its own for that.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ADMIN_TOKEN, BASIC, running, until } from '../../support/running';
import { root } from '../../support/samples';
import { runNode, temporaryFolder } from './chathooks';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: Readonly<Record<string, string>> };
const SOURCES = [{ id: 'chat', provider: 'cometchat', auth: BASIC }];

interface Started {
  readonly npm: ChildProcess;
  readonly output: () => string;
  /** Of npm, once nothing that it started is left. */
  readonly ended: Promise<number | null>;
}

const folder = temporaryFolder();
const groups: number[] = [];
afterEach(() => {
  for (const group of groups.splice(0)) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
  }
});

/** Runs a script of package.json, in a process group of its own. */
async function npmRun(script: string, environment: Readonly<Record<string, string>> = {}): Promise<Started> {
  await writeFile(join(folder(), 'package.json'), JSON.stringify({ private: true, scripts: { build: 'true', [script]: scripts[script] } }));
  for (const name of ['receiver', 'examples']) await symlink(join(root, name), join(folder(), name));
  const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`, HOME: folder(), npm_config_update_notifier: 'false', ...environment };
  const npm = spawn('npm', ['run', script], { cwd: folder(), detached: true, stdio: ['ignore', 'pipe', 'pipe'], env });
  groups.push(npm.pid ?? 0);
  let output = '';
  npm.stdout.on('data', (chunk) => (output += String(chunk)));
  npm.stderr.on('data', (chunk) => (output += String(chunk)));
  // The pipes close when the last one that has them is gone, node too.
  const ended = new Promise<number | null>((resolve) => npm.once('close', resolve));
  return { npm, output: () => output, ended };
}

/** For a machine that is busy. */
const PATIENCE_MS = 60_000;

it.each<[string, (npm: number) => [number, NodeJS.Signals]]>([
  ['SIGTERM to npm', (npm) => [npm, 'SIGTERM']],
  ['Ctrl-C, which the terminal sends to all and npm passes on', (npm) => [-npm, 'SIGINT']],
])('npm start ends in order at %s', async (_, signal) => {
  await writeFile(join(folder(), 'chathooks.yaml'), JSON.stringify({ listen: { port: 0 }, store: `sqlite:${join(folder(), 'store.db')}`, admin: { token: ADMIN_TOKEN }, sources: SOURCES }), { mode: 0o600 });
  const { npm, output, ended } = await npmRun('start');
  await until(() => output().includes('Chathooks listens on http'));
  process.kill(...signal(npm.pid ?? 0));
  expect(await ended).toBe(0);
  expect(output()).toContain('the receiver has stopped; nothing was under way any more');
}, PATIENCE_MS);

describe('npm run listener', () => {
  const configure = (text: string): Promise<void> => writeFile(join(folder(), 'chathooks.yaml'), text);

  it.each([
    ['the environment', { CHATHOOKS_ADMIN_TOKEN: ADMIN_TOKEN }, 'admin: { token: ${CHATHOOKS_ADMIN_TOKEN} }'],
    ['the configuration, as the receiver reads it', { SOME_TOKEN: ADMIN_TOKEN }, 'admin: { token: ${SOME_TOKEN} }'],
  ])('registers itself with the token of %s, and takes itself off at SIGTERM', async (_, environment, admin) => {
    const receiver = await running({ sources: SOURCES });
    const registered = async (): Promise<readonly string[]> => (await receiver.get<{ readonly destinations: readonly { readonly id: string }[] }>('/destinations')).destinations.map(({ id }) => id);
    try {
      // What else the configuration refers to is the receiver's alone.
      await configure(`listen: { port: ${receiver.port} }\n${admin}\nsources: [{ id: chat, provider: spika, auth: { scheme: header, secret: \${file:/run/secrets/spika} } }]\ndestinations: [{ id: n8n, url: x, secret: \${FORWARD_SECRET} }]\n`);
      const { npm, output, ended } = await npmRun('listener', environment);
      await until(() => output().includes('registered as the destination "listener"'));
      expect(await registered()).toEqual(['listener']);
      npm.kill('SIGTERM');
      expect(await ended).toBe(0);
      expect(await registered()).toEqual([]);
    } finally {
      await receiver.close();
    }
  }, PATIENCE_MS);

  it.each<[string, string | undefined, RegExp]>([
    ['no configuration', undefined, /^There is no configuration to be read at chathooks\.yaml \(ENOENT\)\. .*npm start/],
    ['no YAML', 'admin: {', /^chathooks\.yaml:\d+ /],
    ['no token', 'listen: { port: 8080 }', /CHATHOOKS_ADMIN_TOKEN/],
    ['a token that is not set', 'admin: { token: ${NO_SUCH_TOKEN} }', /^chathooks\.yaml: admin\.token needs the environment variable NO_SUCH_TOKEN/],
    ['no receiver', 'listen: { port: 1 }\nadmin: { token: some-token }', /does not answer at http:\/\/127\.0\.0\.1:1 .*npm start/],
  ])('says what to do in one line: %s', async (_, config, expected) => {
    if (config !== undefined) await configure(config);
    const { code, stdout, stderr } = await runNode([join(root, 'examples/listener.mjs')], { cwd: folder() });
    expect([code, stdout, stderr.trimEnd().split('\n')]).toEqual([1, '', [expect.stringMatching(expected)]]);
  });
});
