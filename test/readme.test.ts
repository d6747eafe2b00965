import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { providers } from '../providers';
import type { Basis, Provider } from '../providers/provider';
import { diagnoses, refusals } from '../providers/refusals';
import { loadConfig } from '../receiver/config/load';
import { root } from './support/samples';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

const readme = readFileSync(join(root, 'README.md'), 'utf8');

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

const documents: readonly (readonly [string, Tables])[] = [
  ['README.md', tables],
  ...Object.values<Provider>(providers).map((provider) => [`providers/${provider.name}/README.md`, { events: eventTable(provider) }] as const),
];

// UPDATE_README=1 writes the tables; without it they are compared.
if (process.env['UPDATE_README'] === '1') {
  for (const [file, ofFile] of documents) {
    const path = join(root, file);
    const written = Object.entries(ofFile).reduce((text, [name, rows]) => text.replace(section(name), `<!-- ${name} -->\n${rows.join('\n')}\n<!-- /${name} -->`), readFileSync(path, 'utf8'));
    writeFileSync(path, written);
  }
}

describe.each(documents)('%s', (file, ofFile) => {
  it.each(Object.entries(ofFile))('has the table of %s as the code has it', (name, rows) => {
    const [found] = section(name).exec(readFileSync(join(root, file), 'utf8')) ?? [];
    expect(found?.split('\n').slice(1, -1)).toEqual(rows);
  });
});

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

  it('leads nowhere that is not there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link = '']) => link.split('#'));
    expect(links.length).toBeGreaterThan(20);
    const broken = links.filter(([file = '', heading]) => {
      const path = join(root, file === '' ? 'README.md' : file);
      return !existsSync(path) || (heading !== undefined && !anchorsOf(readFileSync(path, 'utf8')).includes(heading));
    });
    expect(broken).toEqual([]);
  });
});

/** Where GitHub puts the headings of a document. */
function anchorsOf(document: string): readonly string[] {
  return [...document.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replace(/[^\p{L}\p{N}\s-]/gu, '').replace(/\s/g, '-'));
}

function section(name: string): RegExp {
  return new RegExp(`<!-- ${name} -->\\n[\\s\\S]*?<!-- /${name} -->`);
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
