import fc from 'fast-check';
import type { JsonValue } from '../../providers/json/json';
import { DEEPEST, parseJson } from '../../providers/json/parse';
import { jsonValue, textOf } from './bodies';
import { runs } from './runs';

const parse = (text: string) => parseJson(Buffer.from(text));

/** What is left of the world's JSON once a double holds all numbers. Undefined for what is no JSON. */
function reference(text: string): { readonly value: unknown } | undefined {
  try {
    // Node hands a reviver the text of each number; the types of this TypeScript do not know that yet.
    const reviver = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => (typeof value === 'number' && !isExact(context?.source ?? '') ? context?.source : value);
    return { value: JSON.parse(text, reviver) as unknown };
  } catch {
    return undefined;
  }
}

/** A fraction of two integers, so that comparing needs no rounding. */
function rational(number: string): readonly [bigint, bigint] {
  const [, sign = '', whole = '0', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(number) ?? [];
  const power = Number(exponent) - fraction.length;
  const digits = BigInt(`${sign}${whole}${fraction}`);
  return power >= 0 ? [digits * 10n ** BigInt(power), 1n] : [digits, 10n ** BigInt(-power)];
}

function isExact(source: string): boolean {
  const value = Number(source);
  if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) return false;
  // What is left of a number too small for a double: not to be written out with all its zeros.
  if (value === 0) return /^-?[0.]+(?:e|$)/i.test(source);
  const [[one, under], [other, below]] = [rational(String(value)), rational(source)];
  return one * below === other * under;
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

const space = fc.constantFrom('', '', ' ', '\n', '\t\r ');

it('what JSON.parse takes is taken, with the same value, but for numbers that a double can not hold', () =>
  fc.assert(
    fc.property(jsonValue, space, space, (value, before, after) => {
      const text = `${before}${textOf(value)}${after}`;
      const parsed = parse(text);
      expect(parsed).toMatchObject(depthOf(JSON.parse(text)) > DEEPEST ? { ok: false, code: 'too_deep' } : { ok: true });
      if (parsed.ok) expect(parsed.value).toEqual(reference(text)?.value);
    }),
    runs(5),
  ));

const token = fc.constantFrom('{', '}', '[', ']', ':', ',', '"', '"a"', '"\\u0041"', '\\', '0', '-', '1', '01', '9007199254740993', '1e5', '.', 'e', '+', 'true', 'null', 'NaN', ' ', '\n', '\u00a0', '\u0000', '//', "'");

it('what JSON.parse refuses is refused, and nothing else', () =>
  fc.assert(
    fc.property(fc.oneof(fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join('')), fc.tuple(jsonValue, fc.nat(), token).map(([value, place, piece]) => splice(textOf(value), place, piece))), (text) => {
      const parsed = parse(text);
      const expected = reference(text);
      expect(parsed.ok).toBe(expected !== undefined);
      if (!parsed.ok) expect(parsed.code).toBe(text.trim() === '' ? 'empty_body' : 'invalid_json');
      else expect(parsed.value).toEqual(expected?.value);
    }),
    runs(10),
  ));

it('bytes are text only where they are valid UTF-8', () =>
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 8 }), fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }).map((text) => Buffer.from(text))), (bytes) => {
      const text = Buffer.concat([Buffer.from('"'), bytes.map((byte) => (byte < 0x20 || byte === 0x22 || byte === 0x5c ? 0x41 : byte)), Buffer.from('"')]);
      const isUtf8 = Buffer.from(text.toString('utf8')).equals(text);
      expect(parseJson(text)).toMatchObject(isUtf8 ? { ok: true, value: JSON.parse(text.toString('utf8')) as string } : { ok: false, code: 'invalid_utf8' });
    }),
    runs(5),
  ));

it('depth is bounded exactly, in whatever mixture', () =>
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: DEEPEST - 8, maxLength: DEEPEST + 8 }), fc.constantFrom('1', '"]}"', '[]', 'null'), (levels, inside) => {
      const text = levels.reduceRight<string>((rest, isList) => (isList ? `[${rest}]` : `{"a":${rest}}`), inside);
      const depth = levels.length + (inside === '[]' ? 1 : 0);
      expect(parse(text)).toMatchObject(depth > DEEPEST ? { ok: false, code: 'too_deep' } : { ok: true });
    }),
    runs(),
  ));

/** A JSON document whose objects are lists of entries, so that keys may repeat. */
type Tree = number | readonly Tree[] | { readonly entries: readonly (readonly [string, Tree])[] };

const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.integer(),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.record({ entries: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'A', '\u00e4', 'a\u0308', '__proto__', 'a"b', ''), tie('tree')), { maxLength: 4 }) }),
  ),
})).tree;

const isList = (value: Tree): value is readonly Tree[] => Array.isArray(value);

const written = (value: Tree): string => {
  if (typeof value === 'number') return String(value);
  if (isList(value)) return `[${value.map(written).join(',')}]`;
  return `{${value.entries.map(([key, item], index) => `${index % 2 === 0 ? JSON.stringify(key) : escaped(key)}:${written(item)}`).join(',')}}`;
};

const escaped = (key: string): string => `"${[...key].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;

const repeats = (value: Tree): boolean => {
  if (typeof value === 'number') return false;
  if (isList(value)) return value.some(repeats);
  return new Set(value.entries.map(([key]) => key)).size < value.entries.length || value.entries.some(([, item]) => repeats(item));
};

it('a key that occurs twice in one object is told, and no other is', () =>
  fc.assert(
    fc.property(tree, (value) => {
      const parsed = parse(written(value));
      expect(parsed.ok).toBe(true);
      if (parsed.ok) expect(parsed.duplicateKeys.length > 0).toBe(repeats(value));
      if (parsed.ok) expect(parsed.value).toEqual(JSON.parse(written(value)) as JsonValue);
    }),
    runs(5),
  ));

it('no number loses a digit', () =>
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }), fc.nat({ max: 40 }), fc.integer({ min: -30, max: 30 }), (digits, places, exponent) => {
      const text = digits.toString();
      const number = places === 0 ? text : `${text}.${'7'.repeat(places)}`;
      const source = exponent === 0 ? number : `${number}e${exponent}`;
      const parsed = parse(`[${source}]`);
      const [value] = parsed.ok ? (parsed.value as readonly (number | string)[]) : [];
      expect(value).toBe(isExact(source) ? Number(source) : source);
    }),
    runs(5),
  ));

function splice(text: string, place: number, piece: string): string {
  const at = place % (text.length + 1);
  // Half of a pair has no bytes of its own.
  return (text.slice(0, at) + piece + text.slice(at + (place % 2))).toWellFormed();
}
