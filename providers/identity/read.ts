import { at, id, text } from '../fields';
import type { JsonObject, JsonValue } from '../json/json';

/** Longer than any name that either platform has; a longer one is not cleaned, so that cleaning stays cheap. */
const LONGEST_NAME = 128;

/** The first of `keys` under which the body says what happened, as it was sent. */
export function sentName(body: JsonObject, keys: readonly string[]): string | undefined {
  return keys.map((key) => text(at(body, key))).find((name) => name !== undefined);
}

/**
 * A name as the catalogues spell it: Skillmine's page ends some in a colon, and consumers of cidaas upper-case what they
 * get before they compare it.
 */
export function cleanName(name: string): string {
  if (name.length > LONGEST_NAME) return name;
  let end = name.length;
  while (/[\s:]/.test(name.charAt(end - 1))) end--;
  return name.slice(0, end).trimStart().toUpperCase();
}

/** The first value that is usable as an id. Empty strings stand for nothing on both platforms. */
export function firstId(...values: readonly (JsonValue | undefined)[]): string | undefined {
  return values.map(id).find((found) => found !== undefined);
}
