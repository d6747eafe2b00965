/*
 * What makes the node package one that n8n installs, lists and verifies, as far as it can be told without an n8n.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ICredentialType, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { parse } from 'yaml';
import { root } from './support/samples';

interface Manifest {
  readonly n8n: { readonly nodes: readonly string[]; readonly credentials: readonly string[] };
  readonly scripts: Readonly<Record<string, string>>;
}

interface Step {
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uses?: string;
}

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly permissions?: Readonly<Record<string, string>>; readonly steps: readonly Step[] }>>;
}

const manifest = JSON.parse(text('package.json')) as Manifest;
const readme = text('README.md');
const nodes = manifest.n8n.nodes.map((path) => [path, instanceOf(path) as INodeType] as const);
const credentials = manifest.n8n.credentials.map((path) => [path, instanceOf(path) as ICredentialType] as const);

/** Where GitHub and npm put a heading. */
const anchors = new Set([...readme.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replace(/[^\p{L}\p{N}\s-]/gu, '').replace(/\s/g, '-')));

it('lists every node and every credential that there is', () => {
  const files = (folder: string, suffix: string): readonly string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(suffix)).map((file) => `dist/${folder}/${file.replace(/\.ts$/, '.js')}`).sort();
  expect([...manifest.n8n.nodes].sort()).toEqual(files('nodes', '.node.ts'));
  expect([...manifest.n8n.credentials].sort()).toEqual(files('credentials', '.credentials.ts'));
  expect(nodes.length).toBe(6);
});

describe.each(nodes)('%s', (path, node) => {
  const description: INodeTypeDescription = node.description;
  const folder = join(root, path.replace(/^dist\//, ''), '..');

  it('is in the node creator: a codex of its own name, with a documented page and words to find it by', () => {
    const codex = JSON.parse(readFileSync(join(folder, `${path.split('/')[2]}.node.json`), 'utf8')) as {
      readonly node: string;
      readonly categories: readonly string[];
      readonly alias: readonly string[];
      readonly resources: { readonly primaryDocumentation: readonly { readonly url: string }[] };
    };
    expect(codex.node).toBe(`n8n-nodes-chathooks.${description.name}`);
    expect(codex.alias.length).toBeGreaterThan(3);
    for (const { url } of codex.resources.primaryDocumentation) expect(anchors).toContain(url.split('#')[1]);
  });

  it('has a card for each event: a list named Events whose options have an action each', () => {
    const events = description.properties.find(({ displayName }) => displayName === 'Events');
    const options = (events?.options ?? []) as readonly { readonly name: string; readonly value: string; readonly action?: string; readonly description?: string }[];
    expect(options.length).toBeGreaterThan(1);
    expect(options.filter(({ action, description: text }) => action === undefined || text === undefined)).toEqual([]);
    expect(options.some(({ name, value }) => name === '[All]' && (value === '*' || value === '**'))).toBe(true);
    const names = options.map(({ name }) => name);
    expect(names).toEqual([...names].sort((one, other) => Number(other === '[All]') - Number(one === '[All]') || one.localeCompare(other, 'en')));
    expect(new Set(options.map(({ value }) => value)).size).toBe(options.length);
  });

  it('tells the user what is going on', () => {
    expect(description.triggerPanel).toMatchObject({ header: expect.any(String), executionsHelp: { inactive: expect.any(String), active: expect.any(String) } });
    expect(description.activationMessage).toEqual(expect.any(String));
    expect(description.eventTriggerDescription).toEqual(expect.any(String));
  });

  it('leaves the answer to itself, and to a time when the run is stored', () => {
    expect(description.webhooks).toEqual([expect.objectContaining({ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', responseData: '' })]);
  });

  it('ships its icons and its output preview', () => {
    const { light, dark } = description.icon as { readonly light: string; readonly dark: string };
    for (const file of [light, dark].map((name) => name.replace('file:', ''))) expect(existsSync(join(root, path, '..', file))).toBe(true);
    expect(existsSync(join(root, path, '..', '__schema__/v1.0.0/output.json'))).toBe(true);
  });
});

describe.each(credentials)('%s', (_path, credential) => {
  it('leads to its chapter in the README', () => expect(anchors).toContain(credential.documentationUrl?.split('#')[1]));

  it('hides what is secret', () => {
    const secrets = credential.properties.filter(({ name }) => /secret|password|token|apiKey|signature/i.test(name) && !/url|username|header|name|encoding/i.test(name));
    expect(secrets.filter(({ typeOptions, type }) => type === 'string' && typeOptions?.password !== true).map(({ name }) => name)).toEqual([]);
  });
});

describe('the workflow that publishes', () => {
  const [job] = Object.values((parse(text('.github/workflows/publish.yml')) as Workflow).jobs);
  const commands = (job?.steps ?? []).flatMap(({ run }) => run ?? []);

  it('attests where the package comes from', () => {
    expect(job?.permissions?.['id-token']).toBe('write');
    expect(commands.filter((command) => command.includes('npm publish')).every((command) => command.includes('--provenance'))).toBe(true);
  });

  it('publishes only what has passed, and runs only what there is', () => {
    const passing = commands.findIndex((command) => command.includes('.ci/run'));
    expect(passing).toBeGreaterThan(-1);
    // Without it, a machine that can't install n8n would skip those tests and pass.
    expect(job?.steps.find(({ run }) => run?.includes('.ci/run'))?.env).toEqual({ CHATHOOKS_REQUIRE_N8N: '1' });
    expect(passing).toBeLessThan(commands.findIndex((command) => command.includes('npm publish')));
    for (const [, script = ''] of commands.join('\n').matchAll(/npm run ([\w:]+)/g)) expect(manifest.scripts[script]).toEqual(expect.any(String));
  });

  it('holds no token', () => expect(text('.github/workflows/publish.yml')).not.toMatch(/NPM_TOKEN|_authToken|secrets\./));
});

function text(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** An instance of the class that n8n loads from a file: the export that is named like it. */
function instanceOf(path: string): unknown {
  const name = path.split('/').at(-1)?.split('.')[0] ?? '';
  const loaded = createRequire(__filename)(join(root, path)) as Readonly<Record<string, new () => unknown>>;
  const found = loaded[name];
  if (found === undefined) throw new Error(`${path} has no export ${name}.`);
  return new found();
}
