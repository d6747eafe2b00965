/*
 * Sceyt has two vocabularies: its REST API writes snake_case, its SDK camelCase. A webhook may use either, so each
 * field is asked for by all its names, and the first that has something usable counts.
 */
import { at, id, list, object, text, time } from '../fields';
import type { JsonObject, JsonValue } from '../json/json';
import { isJsonObject } from '../json/json';

type Coercion = (value: JsonValue | undefined) => string | undefined;

export const idOf = (source: JsonObject, ...keys: readonly string[]): string | undefined => first(source, keys, id);
export const textOf = (source: JsonObject, ...keys: readonly string[]): string | undefined => first(source, keys, text);
export const timeOf = (source: JsonObject, ...keys: readonly string[]): string | undefined => first(source, keys, time);

/** The first of the keys that holds an object, or an empty one. */
export function objectOf(source: JsonObject, ...keys: readonly string[]): JsonObject {
  const key = keys.find((candidate) => isJsonObject(at(source, candidate)));
  return key === undefined ? {} : object(source, key);
}

/** No receipt or member event is known to name more. All of them are in `raw`. */
const MOST_ITEMS = 1_000;

/** The list at the first of the keys that holds one, or none: its first items, if it is endless. */
export function listOf(source: JsonObject, ...keys: readonly string[]): readonly JsonValue[] {
  const key = keys.find((candidate) => Array.isArray(at(source, candidate)));
  return key === undefined ? [] : list(source, key).slice(0, MOST_ITEMS);
}

/** What the first of the places that has anything says. */
export function firstOf<Place, Found>(places: readonly Place[], look: (place: Place) => Found | undefined): Found | undefined {
  for (const place of places) {
    const found = look(place);
    if (found !== undefined) return found;
  }
  return undefined;
}

function first(source: JsonObject, keys: readonly string[], coerce: Coercion): string | undefined {
  return firstOf(keys, (key) => coerce(at(source, key)));
}
