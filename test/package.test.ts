import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { root } from './support/samples';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

const manifest = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** What `npm pack` would put into the tarball. */
function packed(folder: string): readonly string[] {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [tarball] = JSON.parse(output) as { files: { path: string }[] }[];
  return (tarball?.files ?? []).map(({ path }) => path);
}

/** Everything that a compiled file requires. */
function requires(file: string): readonly string[] {
  return [...readFileSync(file, 'utf8').matchAll(/\b(?:require|import)\(\s*["']([^"']+)["']\s*\)/g)].map(([, name = '']) => name);
}

describe('n8n-nodes-chathooks', () => {
  const files = packed(root);
  const scripts = files.filter((file) => file.endsWith('.js'));

  it('publishes nodes, credentials and the contract, and nothing else', () => {
    const strays = files.filter((file) => !/^dist\/(?:nodes|credentials|providers)\//.test(file) && !/^(?:package\.json|README\.md|LICENSE)$/.test(file));
    expect(strays).toEqual([]);
    expect(files).toContain('dist/providers/index.js');
  });

  it('ships no schema, and so no zod', () => expect(files.filter((file) => /schemas?\.(?:js|d\.ts|js\.map)$/.test(file))).toEqual([]));

  it('requires nothing but node:crypto, n8n-workflow and what it ships', () => {
    const strays = scripts.flatMap((file) =>
      requires(join(root, file)).filter((name) => {
        if (!name.startsWith('.')) return !['node:crypto', 'n8n-workflow'].includes(name);
        const target = resolve(root, dirname(file), name);
        return ![`${target}.js`, target, join(target, 'index.js')].some((path) => scripts.some((one) => join(root, one) === path));
      }),
    );
    expect(strays).toEqual([]);
  });

  it('has the manifest that n8n asks of a community node', () => {
    const found = manifest(root);
    expect(found).toMatchObject({ name: 'n8n-nodes-chathooks', license: 'MIT', peerDependencies: { 'n8n-workflow': '*' }, n8n: { n8nNodesApiVersion: 1 } });
    expect(found.dependencies).toBeUndefined();
    expect(found['overrides']).toBeUndefined();
    expect(found['keywords']).toContain('n8n-community-node-package');
    expect(Object.keys(found.scripts ?? {}).filter((name) => /^(?:pre|post)?(?:install|prepare|publish)$/.test(name) && name !== 'prepublishOnly')).toEqual([]);
  });
});

describe('chathooks', () => {
  const folder = join(root, 'receiver');
  const files = packed(folder);

  it('publishes its build, its launcher and the samples', () => {
    expect(files.filter((file) => !/^(?:dist|bin)\/|^(?:package\.json|LICENSE|README\.md)$/.test(file))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(['bin/chathooks.js', 'dist/receiver/index.js', 'dist/receiver/inspector/page/index.html', 'dist/providers/cometchat/samples/message_sent.json']));
  });

  it('declares every package that it requires, and requires every one that it declares', () => {
    const names = files
      .filter((file) => file.endsWith('.js') && !file.includes('/page/'))
      .flatMap((file) => requires(join(folder, file)))
      .filter((name) => !name.startsWith('.') && !name.startsWith('node:') && !builtinModules.includes(name));
    expect([...new Set(names)].sort()).toEqual(Object.keys(manifest(folder).dependencies ?? {}).sort());
  });
});

it('neither the lock file nor a script names a registry', () => {
  expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "https?:/);
});
