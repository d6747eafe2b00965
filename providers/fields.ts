/*
 * How a normalizer looks into a body that nothing has validated: each function takes anything and returns the thing
 * asked for, or undefined. Own properties only, so that a body's `constructor` or `toString` is never the prototype's.
 */
import type { JsonObject, JsonValue } from './json/json';
import { isJsonObject } from './json/json';

/** Longer ones are unusable as an id; providers' ids have at most 36 characters. */
const LONGEST_ID = 256;

/** Below this a number counts seconds (the year 5138), above it milliseconds. */
const MOST_SECONDS = 1e11;
/** 9999-12-31T23:59:59.999Z: a later time has no ISO form of four digits (RFC 3339). */
const LATEST = 253_402_300_799_999;
/** From here on a number counts microseconds (the year 2001). Between this and LATEST it makes no sense in any unit. */
const LEAST_MICROSECONDS = 1e15;

/** The value at a path of own keys; an array index is a key. */
export function at(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  let here: JsonValue | undefined = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Readonly<Record<string, JsonValue>>)[key];
  }
  return here;
}

/** The object at a path, or an empty one. */
export function object(value: JsonValue | undefined, ...path: readonly string[]): JsonObject {
  const found = at(value, ...path);
  return isJsonObject(found) ? found : {};
}

/** The items at a path, or none. */
export function list(value: JsonValue | undefined, ...path: readonly string[]): readonly JsonValue[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as readonly JsonValue[]) : [];
}

/** A string that says something: not empty. Numbers and booleans are spelled out. */
export function text(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}

/** An id, always as a string: a non-empty string of bounded length, or an integer. */
export function id(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== 'string' || value === '' || value.length > LONGEST_ID) return undefined;
  return value;
}

/** A finite number, also when it was sent as a string. */
export function number(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'string' && !/^-?\d{1,15}(\.\d{1,15})?$/.test(value)) return undefined;
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const found = Number(value);
  return Number.isFinite(found) ? found : undefined;
}

/**
 * A time as ISO 8601, UTC, milliseconds. Takes seconds, milliseconds or microseconds since 1970 (told apart by
 * magnitude; as a number or a string) and ISO 8601 with a zone. Anything else, 1970 and before, and years past 9999
 * are undefined: the caller falls back to the time of arrival.
 */
export function time(value: JsonValue | undefined): string | undefined {
  const milliseconds = typeof value === 'string' ? writtenTime(value) : epochTime(number(value));
  if (milliseconds === undefined || !(milliseconds > 0) || milliseconds > LATEST) return undefined;
  return new Date(milliseconds).toISOString();
}

function epochTime(value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value < MOST_SECONDS) return Math.round(value * 1000);
  return value < LEAST_MICROSECONDS ? Math.round(value) : Math.round(value / 1000);
}

/** Microseconds need 18 digits; what they lose as a double is less than a millisecond. */
function writtenTime(value: string): number | undefined {
  return /^\d{1,18}(\.\d{1,15})?$/.test(value) ? epochTime(Number(value)) : isoTime(value);
}

function isoTime(value: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/i.test(value)) return undefined;
  // Date.parse takes 31 February for 3 March.
  if (new Date(value.slice(0, 10)).getUTCDate() !== Number(value.slice(8, 10))) return undefined;
  const milliseconds = Date.parse(value.replace(' ', 'T'));
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/** An object without its undefined entries, or undefined when nothing is left: parts that an event lacks are absent. */
export function part<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T | undefined {
  let present: Record<string, unknown> | undefined;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    present ??= {};
    present[name] = value;
  }
  return present as T | undefined;
}
