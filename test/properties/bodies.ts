import fc from 'fast-check';
import { providerNames } from '../../providers';
import type { ProviderName } from '../../providers';
import type { JsonObject, JsonValue } from '../../providers/json/json';
import { readSample, sampleNames } from '../support/samples';
import { anyText } from './runs';

/** Numbers that parsers and normalizers stumble over, as they are written in JSON. */
const ODD_NUMBERS = ['-0', '1e400', '-1e400', '1e-400', '9007199254740993', '-9007199254740992', '18446744073709551615', '1795226453', '1795226453123', '253402300800000', '1.5', '-1', `1${'0'.repeat(60)}`, '0.1000000000000000055'];

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', 'toJSON', 'then', '', '0', 'id', 'data', 'type', 'name', 'message', 'event', 'user'];

const ODD_TEXTS = ['', ' ', '\u0000', '\ud800', '|', '%', 'a|b', 'NaN', 'true', '1795226453', '2026-11-21T10:00:00Z', '+010000-01-01T00:00:00Z', '👩‍👩‍👧', 'x'.repeat(300), '../..', 'https://a.example/b'];

/** A number of JSON that is spliced in as it is written: such strings stand for it until {@link textOf}. */
const NUMBER_MARK = '\u0001number:';

/** Keys, values: everything that a sample holds and everything that stands for trouble. */
export const jsonValue: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(...ODD_NUMBERS).map((number) => NUMBER_MARK + number),
    fc.constantFrom(...ODD_TEXTS),
    anyText,
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), anyText), tie('value')), { maxLength: 5 }).map((entries) => objectOf(entries)),
})).value;

export const jsonObject: fc.Arbitrary<JsonObject> = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), anyText), jsonValue), { maxLength: 6 }).map(objectOf);

/** A delivery's body, in the shape of one of its provider's samples or of none. */
export interface Body {
  readonly provider: ProviderName;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

interface Change {
  readonly place: number;
  readonly kind: 'replace' | 'remove' | 'wrap' | 'copy';
  readonly value: JsonValue;
}

const change: fc.Arbitrary<Change> = fc.record({ place: fc.nat(), kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'wrap', 'copy'), value: jsonValue });

const samples = providerNames.flatMap((provider) => sampleNames(provider).map((name) => ({ provider, sample: readSample(provider, name) })));

/** Samples with a few places changed each; and bodies of nothing but trouble. */
export const body: fc.Arbitrary<Body> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: 4 })).map(([{ provider, sample }, changes]) => ({
      provider,
      headers: sample.headers ?? {},
      text: textOf(changes.reduce<JsonValue>(changed, sample.body)),
    })),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...providerNames), jsonObject).map(([provider, value]) => ({ provider, headers: {}, text: textOf(value) })) },
);

/** The JSON text of a value, odd numbers as they are written. */
export function textOf(value: JsonValue): string {
  return JSON.stringify(value).replace(/"\\u0001number:([^"]+)"/g, '$1');
}

function objectOf(entries: readonly (readonly [string, JsonValue])[]): JsonObject {
  const object = {};
  // Defined, not assigned: __proto__ is to be a key.
  for (const [key, value] of entries) Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  return object;
}

function changed(body: JsonValue, { place, kind, value }: Change): JsonValue {
  const places = placesIn(body, []);
  const path = places[place % places.length];
  return path === undefined ? body : at(body, path, kind, value);
}

function placesIn(value: JsonValue, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [...(path.length === 0 ? [] : [path]), ...Object.entries(value).flatMap(([key, item]) => placesIn(item, [...path, key]))];
}

function at(here: JsonValue, [key, ...rest]: readonly string[], kind: Change['kind'], value: JsonValue): JsonValue {
  if (key === undefined) return kind === 'wrap' ? [here] : kind === 'copy' ? { copy: here } : value;
  if (typeof here !== 'object' || here === null) return here;
  if (kind === 'remove' && rest.length === 0) return Array.isArray(here) ? [] : objectOf(Object.entries(here).filter(([name]) => name !== key));
  const next = at((here as JsonObject)[key] ?? null, rest, kind, value);
  if (Array.isArray(here)) return here.map((item: JsonValue, index) => (String(index) === key ? next : item));
  return objectOf(Object.entries(here as JsonObject).map(([name, item]) => [name, name === key ? next : item]));
}
