/*
 * The tables of settings in the documents, against the schemas that a chathooks.yaml is checked with.
 */
import type { z } from 'zod';
import { createRecentRefusals } from '../receiver/api/refusals';
import { backoffMs } from '../receiver/backoff';
import { authSchema } from '../receiver/config/auth-schema';
import { bodySchema } from '../receiver/api/body-schema';
import { destinationSchema, fileSchema } from '../receiver/config/schema';
import { CIRCUIT } from '../receiver/forward/circuit/circuit';
import { FINGERPRINT_MS } from '../receiver/store/keeping';
import { document, rowsOf } from './support/document';

/** What JSON Schema says of one setting, or of several under one key. */
interface Described {
  readonly type?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Described;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Described[];
}

interface Setting {
  readonly path: string;
  /** As the tables have it; empty where any text, list or address will do. */
  readonly values: string;
  readonly isRequired: boolean;
}

/** A table of which each row begins with these cells. */
type Row = readonly [path: string, values: string, fallback: string];

const SECRETS = ['secret', 'password', 'secrets'];
const UNITS = [['byte', 1], ['KiB', 1024], ['MiB', 1024 ** 2], ['GiB', 1024 ** 3], ['TiB', 1024 ** 4], ['PiB', 1024 ** 5]] as const;

/** The words of the guard that the file's words become. */
const GUARD_WORDS: Readonly<Record<string, string>> = { period: 'periodSeconds', clockTolerance: 'clockToleranceSeconds' };

const SOURCE = { id: 'chat', provider: 'cometchat', auth: { scheme: 'none', because: 'a test' } };
const FILE = { admin: { token: 'a-token-for-the-tests' }, sources: [SOURCE] };
const file = described(fileSchema);

describe('README.md', () => {
  it('has every setting of a source', () => {
    const items = file.properties?.['sources']?.items ?? {};
    expectTable('source settings', settings(without(items, 'auth')).concat({ path: 'auth', values: '', isRequired: true }), fileSchema.parse(FILE).sources[0]);
  });

  it('has every setting of a destination', () => {
    expectTable('destination settings', settings(described(destinationSchema)), destinationSchema.parse({ id: 'n8n', url: 'https://n8n.example.com' }));
  });

  it('has every setting of the receiver', () => {
    expectTable('receiver settings', settings(without(file, 'sources', 'destinations')), fileSchema.parse(FILE));
  });
});

describe('docs/configuration.md', () => {
  const rows = rowsOf('docs/configuration.md', 'auth');
  const schemes = described(authSchema).oneOf ?? [];

  it.each(schemes.map((scheme) => [scheme.properties?.['scheme']?.const ?? '', scheme] as const))('has every option of %s', (name, scheme) => {
    const documented = rows.filter(([of]) => of === code(name)).map(([, path = '', values = '', fallback = '']): Row => [path, values, fallback]);
    const options = settings(without(scheme, 'scheme', 'secrets')).map((option) => ({ ...option, isRequired: option.isRequired || SECRETS.includes(option.path) }));
    compare(documented, options, authDefaults(name, scheme));
  });

  it('names no scheme that is not there', () => {
    expect([...new Set(rows.map(([scheme = '']) => scheme))].toSorted()).toEqual(schemes.map((scheme) => code(scheme.properties?.['scheme']?.const ?? '')).toSorted());
  });
});

describe('the figures in sentences', () => {
  const paused = (number: number, random: number): number => backoffMs(CIRCUIT.pauses, number, random) / 1000;

  it('are those of a circuit', () => {
    const [, words, least, most, longest] = /When (\w+) different requests[^.]*nothing is sent to it for ([\d.]+)\s+to (\d+) seconds[\s\S]*?up to (\d+) minutes/.exec(document('README.md')) ?? [];
    expect([words, Number(least), Number(most), Number(longest)]).toEqual(['five', paused(1, 0), paused(1, 1), paused(50, 1) / 60]);
    expect(CIRCUIT.failures).toBe(5);
  });

  it('are those of what is kept', () => {
    const guide = document('docs/configuration.md');
    expect(Number(/`retention\.days` and (\d+) more/.exec(guide)?.[1])).toBe(FINGERPRINT_MS / 86_400_000);
    const refusals = createRecentRefusals();
    for (let at = 0; at < 1_000; at += 1) refusals.add({ at, source: 'chat', code: 'unauthenticated' });
    expect(Number(/the last (\d+), in memory/.exec(guide)?.[1])).toBe(refusals.list().length);
  });
});

function expectTable(name: string, expected: readonly Setting[], defaults: unknown): void {
  compare(rowsOf('README.md', name).map(([path = '', values = '', fallback = '']): Row => [path, values, fallback]), expected, defaults);
}

/** Paths and values to the letter; of a default, what the schema fills in. Where it fills in nothing, the table has words. */
function compare(documented: readonly Row[], expected: readonly Setting[], defaults: unknown): void {
  expect(documented.map(([path, values]) => `${path} ${values}`).toSorted()).toEqual(expected.map(({ path, values }) => `${code(path)} ${values}`).toSorted());
  for (const [path, , fallback] of documented) {
    const setting = expected.find((one) => code(one.path) === path);
    const filledIn = shownDefault(setting?.path ?? '', defaults);
    if (setting?.isRequired === true) expect([path, fallback]).toEqual([path, expect.stringMatching(/^required/)]);
    else if (filledIn !== undefined) expect([path, fallback]).toEqual([path, filledIn]);
    else expect([path, fallback]).toEqual([path, expect.not.stringMatching(/^$|`|\d|^required$/)]);
  }
}

/** Every setting of a schema, those of a group by `group.setting`. */
function settings(schema: Described, prefix = ''): readonly Setting[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const path = `${prefix}${key}`;
    const isRequired = schema.required?.includes(key) === true;
    return property.properties === undefined ? [{ path, values: valuesOf(path, property), isRequired }] : settings(property, `${path}.`);
  });
}

function valuesOf(path: string, { type, enum: words, minimum, maximum }: Described): string {
  if (words !== undefined) return words.map(code).join(' · ');
  if (type === 'boolean') return '`true` · `false`';
  if (minimum === undefined || maximum === undefined) return '';
  return `${amount(path, minimum)} to ${amount(path, maximum)}`;
}

function amount(path: string, number: number): string {
  if (!/bytes$/i.test(path)) return String(number);
  const [unit, size] = UNITS.findLast(([, least]) => number % least === 0 && number >= least) ?? UNITS[0];
  return `${number / size} ${unit}`;
}

/** Undefined where the schema fills in nothing, or `all`. */
function shownDefault(path: string, defaults: unknown): string | undefined {
  const value = path.split('.').reduce<unknown>((found, key) => (typeof found === 'object' && found !== null ? (found as Readonly<Record<string, unknown>>)[key] : undefined), defaults);
  if (Array.isArray(value)) return value.length === 0 || value[0] === '**' ? undefined : value.map((one) => code(String(one))).join(', ');
  if (typeof value === 'number') return /bytes$/i.test(path) ? amount(path, value) : code(String(value));
  return typeof value === 'string' || typeof value === 'boolean' ? code(String(value)) : undefined;
}

/** What is filled in around the least that a scheme needs, in the words of the file. */
function authDefaults(scheme: string, { properties = {} }: Described): Readonly<Record<string, unknown>> {
  const given = { name: 'x-key', username: 'hook', because: 'a test', issuer: 'https://idp.example.com', scopes: ['hooks'], password: 'correct-horse', secret: 'correct-horse' };
  const needed = Object.entries(given).filter(([key]) => key in properties && !(scheme === 'api-key' && key === 'name'));
  const parsed: Readonly<Record<string, unknown>> = authSchema.parse({ scheme, ...Object.fromEntries(needed) });
  const own = Object.keys(properties).filter((key) => !needed.some(([given]) => given === key));
  return Object.fromEntries(own.map((key) => [key, parsed[scheme === 'totp' && key === 'encoding' ? 'keyEncoding' : (GUARD_WORDS[key] ?? key)]]));
}

function without({ properties = {}, ...rest }: Described, ...keys: readonly string[]): Described {
  return { ...rest, properties: Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key))) };
}

function described(schema: z.ZodType): Described {
  return bodySchema(schema);
}

function code(text: string): string {
  return `\`${text}\``;
}
