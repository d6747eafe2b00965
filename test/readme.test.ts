import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isOffered } from '../nodes/parameters/events';
import { providers } from '../providers';
import type { Basis, Provider } from '../providers/provider';
import { diagnoses, refusals } from '../providers/refusals';
import { loadConfig } from '../receiver/config/load';
import { document, fences, section } from './support/document';
import { BASIC, running } from './support/running';
import { root } from './support/samples';

const readme = document('README.md');
const guides = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'examples/README.md', ...readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];

/** Tables that documents take from the code, by the marks around them. */
type Tables = Readonly<Record<string, readonly string[]>>;

const tables: Tables = {
  providers: [
    '| provider | proves itself by | events | of them |',
    '|---|---|---|---|',
    ...Object.values<Provider>(providers).map((provider) => `| [${provider.title}](providers/${provider.name}/README.md) | ${offers(provider)} | ${Object.keys(provider.events).length} | ${sureness(provider)} |`),
  ],
  refusals: ['| status | code | meaning, and what to check |', '|---|---|---|', ...Object.entries(refusals).map(([code, { status, message }]) => `| ${status} | \`${code}\` | ${message} |`)],
  diagnoses: ['| diagnosis | meaning, and what to check |', '|---|---|', ...Object.entries(diagnoses).map(([code, message]) => `| \`${code}\` | ${message} |`)],
};

/** Each request of the API, as it describes itself. */
async function apiTable(): Promise<readonly string[]> {
  const receiver = await running({ sources: [{ id: 'chat', provider: 'cometchat', auth: BASIC }] });
  const { paths } = await receiver.get<{ readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly summary: string }>>>> }>('/openapi.json').finally(() => receiver.close());
  const rows = Object.entries(paths).filter(([path]) => path.startsWith('/api/')).flatMap(([path, methods]) => Object.entries(methods).map(([method, { summary }]) => `| \`${method.toUpperCase()} ${path}\` | ${summary} |`));
  return ['| request | what it does |', '|---|---|', ...rows];
}

const documents: readonly (readonly [string, Tables])[] = [
  ['README.md', tables],
  ...Object.values<Provider>(providers).map((provider) => [`providers/${provider.name}/README.md`, { events: eventTable(provider) }] as const),
];

describe.each(documents)('%s', (file, ofFile) => {
  it.each(Object.entries(ofFile))('has the table of %s as the code has it', (name, rows) => expectTable(file, name, rows));
});

/** UPDATE_README=1 writes a table; without it, it is compared. */
function expectTable(file: string, name: string, rows: readonly string[]): void {
  if (process.env['UPDATE_README'] === '1') writeFileSync(join(root, file), document(file).replace(section(name), () => `<!-- ${name} -->\n${rows.join('\n')}\n<!-- /${name} -->`));
  const [found] = section(name).exec(document(file)) ?? [];
  expect(found?.split('\n').slice(1, -1)).toEqual(rows);
}

describe('SECURITY.md', () => {
  it('names no proof that is not there', () => {
    const proofs = [...readFileSync(join(root, 'SECURITY.md'), 'utf8').matchAll(/`(test\/[^`*]+)`/g)].map(([, path = '']) => path);
    expect(proofs.length).toBeGreaterThan(30);
    expect(proofs.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('the README', () => {
  it('shows a configuration that loads', async () => {
    const yaml = /<!-- config example -->\n```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const folder = mkdtempSync(join(tmpdir(), 'chathooks-readme-'));
    writeFileSync(join(folder, 'chathooks.yaml'), yaml);
    const names = [...yaml.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name);
    const { config } = await loadConfig(join(folder, 'chathooks.yaml'), Object.fromEntries(names.map((name) => [name, 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'])));
    expect(config.sources.map(({ provider }) => provider).sort()).toEqual(Object.keys(providers).sort());
    rmSync(folder, { recursive: true });
  });

  it('names every scheme that a provider offers', () => {
    const schemes = new Set(Object.values<Provider>(providers).flatMap(({ auth }) => auth.map(({ scheme }) => scheme)));
    for (const scheme of schemes) expect(readme).toContain(`\`${scheme}\``);
  });

  it('has every request of the API', async () => expectTable('README.md', 'api', await apiTable()));

  it('counts the events that each node offers', () => {
    const chapters: Readonly<Record<string, string>> = { cometchat: 'CometChat Trigger', skillmine: 'Skillmine Auth Trigger', cidaas: 'Cidaas Trigger', sceyt: 'Sceyt Trigger', spika: 'Spika Trigger' };
    const words: Readonly<Record<number, string>> = { 1: 'One', 17: 'Seventeen' };
    for (const { name, events } of Object.values<Provider>(providers)) {
      const offered = Object.values(events).filter(isOffered).length;
      const opening = readme.split(`\n### ${chapters[name]}\n`)[1]?.trim() ?? '';
      expect([name, opening.split(' ', 1)[0]]).toEqual([name, words[offered] ?? String(offered)]);
    }
  });

  it('says that nothing is released, as long as that is so', () => {
    const isReleased = /^## \[\d/m.test(document('CHANGELOG.md'));
    expect(readme.includes('not on npm yet')).toBe(!isReleased);
    expect(readme.includes('No version is released yet')).toBe(!isReleased);
  });

  it('names the tarball that npm pack makes', () => {
    const { name, version } = JSON.parse(document('package.json')) as { readonly name: string; readonly version: string };
    for (const file of ['README.md', 'docs/operating.md']) expect([...new Set(document(file).match(/n8n-nodes-chathooks-[\w.-]+\.tgz/g))]).toEqual([`${name}-${version}.tgz`]);
  });
});

describe.each(guides)('%s', (guide) => {
  const text = document(guide);

  it('leads nowhere that is not there', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link = '']) => link.split('#'));
    const broken = links.filter(([file = '', heading]) => {
      const path = file === '' ? join(root, guide) : join(root, dirname(guide), file);
      return !existsSync(path) || (heading !== undefined && !anchorsOf(readFileSync(path, 'utf8')).includes(heading));
    });
    expect(broken).toEqual([]);
  });

  it('calls commands that there are, as they are called in a checkout', () => {
    const shell = [...fences(guide, 'sh').flatMap((block) => block.split('\n')), ...[...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)];
    const calls = shell.flatMap((line) => [...line.matchAll(/(\S+ )?\bchathooks(?:\.js)? ([a-z]+)\b/g)].map(([call, before = '', command = '']) => ({ call, before, command })));
    const known = readdirSync(join(root, 'receiver/cli')).flatMap((file) => [...readFileSync(join(root, 'receiver/cli', file), 'utf8').matchAll(/usage: '([a-z]+)/g)].map(([, name = '']) => name));
    expect(calls.filter(({ command, call, before }) => known.includes(command) && before !== 'npx ' && !call.includes('chathooks.js'))).toEqual([]);
    expect(calls.filter(({ command, before }) => before === 'npx ' && !known.includes(command))).toEqual([]);
  });
});

it('the README leads somewhere, and calls commands', () => {
  expect(readme.match(/\]\((?!https?:)/g)?.length).toBeGreaterThan(20);
  expect(readme.match(/npx chathooks [a-z]/g)?.length).toBeGreaterThan(10);
});

/** Where GitHub puts the headings of a document. */
function anchorsOf(document: string): readonly string[] {
  return [...document.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replace(/[^\p{L}\p{N}\s-]/gu, '').replace(/\s/g, '-'));
}

function eventTable({ events }: Provider): readonly string[] {
  const rows = Object.entries(events).map(([name, { type, group, description, basis, deprecated }]) => {
    const notes = `${description}${deprecated === true ? ' Deprecated.' : ''}`;
    return `| \`${name}\` | ${group} | \`${type}\` | ${notes} | ${basis} |`;
  });
  return ['| event | group | type | when | sure |', '|---|---|---|---|---|', ...rows];
}

function offers({ auth }: Provider): string {
  return auth.map(({ scheme, basis }) => `\`${scheme}\` (${basis})`).join(', ');
}

function sureness({ events }: Provider): string {
  const counts = new Map<Basis, number>();
  for (const { basis } of Object.values(events)) counts.set(basis, (counts.get(basis) ?? 0) + 1);
  return [...counts].map(([basis, count]) => `${count} ${basis}`).join(', ');
}
