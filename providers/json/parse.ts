import { duplicateKeys } from './duplicates';
import type { JsonValue } from './json';
import { measure } from './measure';
import { scan } from './scan';

export type ParsedJson =
  | {
      readonly ok: true;
      /** Numbers that a double can't hold are strings of their digits. */
      readonly value: JsonValue;
      /** Paths of keys that occur twice in one object; the last one counted. */
      readonly duplicateKeys: readonly string[];
    }
  | { readonly ok: false; readonly code: 'empty_body' | 'invalid_utf8' | 'invalid_json' | 'too_deep' };

export interface ParseOptions {
  /** See {@link measure}. */
  readonly unboundedNesting?: string | undefined;
}

/** Deeper than any provider's envelope (12 levels seen), far from where a recursive consumer's stack ends. */
export const DEEPEST = 64;

/** What even an unbounded chain may not exceed: JSON.stringify and the consumers behind it recurse. */
const DEEPEST_CHAIN = 2048;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses JSON bytes so that nothing changes on the way: integers beyond 2^53 stay exact (as strings), a repeated key
 * is reported, invalid UTF-8 is an error and not U+FFFD. A byte order mark is skipped. Linear in the size.
 */
export function parseJson(bytes: Uint8Array, options: ParseOptions = {}): ParsedJson {
  if (bytes.length === 0) return { ok: false, code: 'empty_body' };
  const text = decode(bytes);
  if (text === undefined) return { ok: false, code: 'invalid_utf8' };
  const found = scan(text);
  const bound = options.unboundedNesting === undefined ? DEEPEST : DEEPEST_CHAIN;
  if (found.depth > bound) return { ok: false, code: 'too_deep' };
  const value = parse(text, found.doubtful);
  if (value === undefined) return { ok: false, code: text.trim() === '' ? 'empty_body' : 'invalid_json' };
  const measured = measure(value, options.unboundedNesting);
  if (measured.depth > DEEPEST) return { ok: false, code: 'too_deep' };
  return { ok: true, value, duplicateKeys: measured.keys === found.keys ? [] : duplicateKeys(text) };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The value, or undefined when the text is not JSON. */
function parse(text: string, doubtful: readonly number[]): JsonValue | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    // Quoted only once it is known to be JSON: in quotes 01 would be as good as 1.
    return doubtful.length === 0 ? value : (JSON.parse(quoteInexact(text, doubtful)) as JsonValue);
  } catch {
    return undefined;
  }
}

/** Makes strings of the numbers that a double can't hold. Not a reviver: that is called for every value there is. */
function quoteInexact(text: string, doubtful: readonly number[]): string {
  const pieces: string[] = [];
  let done = 0;
  for (let index = 0; index < doubtful.length; index += 2) {
    const [start = 0, end = 0] = [doubtful[index], doubtful[index + 1]];
    const number = text.slice(start, end);
    if (isExact(number)) continue;
    pieces.push(text.slice(done, start), '"', number, '"');
    done = end;
  }
  return pieces.length === 0 ? text : pieces.join('') + text.slice(done);
}

/** Significant digits that every double keeps (IEEE 754, DBL_DIG), and the sign, the point and a zero in front. */
const SURELY_EXACT_LENGTH = 15;

/** Below the least normal double (IEEE 754, DBL_MIN) digits are lost one by one: 14.4e-323 is read as 1.43e-322. */
const LEAST_NORMAL = 2.2250738585072014e-308;

/**
 * True when the double denotes the very number that the digits do. Beyond 2^53 no double counts as exact, not even the
 * one in so many that happens to be: an id must not be a string today and a number tomorrow.
 */
function isExact(number: string): boolean {
  const value = Number(number);
  if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) return false;
  if (number.length <= SURELY_EXACT_LENGTH && Math.abs(value) >= LEAST_NORMAL) return true;
  return canonical(String(value)) === canonical(number);
}

/** One spelling for each decimal number: its sign, its significant digits, its power of ten. */
function canonical(number: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = withoutTrailingZeros(digits);
  if (significant === '') return '0';
  const power = BigInt(exponent.slice(0, 32)) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}

/** A loop and not a regular expression: `/0+$/` is quadratic on digits full of zeros. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--;
  return digits.slice(0, end);
}
