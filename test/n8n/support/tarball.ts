/*
 * The package as it ships: what `npm pack` makes of it, installed the way n8n's own installer lays it out.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines, run } from './command';

const ROOT = join(__dirname, '..', '..', '..');
const MINUTE = 60_000;

/**
 * Packs the root package into a folder, which must be empty. Builds it first only when there is no build at all:
 * `npm run test:n8n` has just made one.
 *
 * @returns the path of the .tgz
 */
export async function pack(folder: string): Promise<string> {
  if (!existsSync(join(ROOT, 'dist'))) await npm(['run', '--silent', 'build'], ROOT);
  await npm(['pack', '--ignore-scripts', '--pack-destination', folder], ROOT);
  const [name, ...others] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  if (name === undefined || others.length > 0) throw new Error(`npm pack was to leave one .tgz in ${folder}; it holds ${readdirSync(folder).join(', ') || 'nothing'}.`);
  return join(folder, name);
}

/**
 * Installs a packed package in the user folder of an n8n that is not running. Needs no network: the package has no
 * dependencies, and its peer is n8n's own.
 */
export async function installPackage(tarball: string, userFolder: string): Promise<void> {
  const folder = join(userFolder, '.n8n', 'nodes');
  mkdirSync(folder, { recursive: true });
  // Without it npm looks for a package.json further up, and installs there.
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'installed-nodes', private: true }));
  await npm(['install', '--offline', '--omit=peer', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', tarball], folder);
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const { code, output } = await run('npm', args, { cwd, within: 3 * MINUTE });
  if (code !== 0) throw new Error(`npm ${args.join(' ')} did not work:\n${lastLines(output)}`);
}
