import type { JsonObject, JsonValue } from './json/json';
import { isJsonObject } from './json/json';

/** What stands in the place of a secret. */
export const REDACTED = '[redacted]';

export type IsSecretKey = (key: string) => boolean;

export interface Redaction {
  readonly value: JsonObject;
  /** False: nothing was found, and `value` is the very object that was given. */
  readonly changed: boolean;
}

/**
 * Replaces the value of every secret key, an object or a list as a whole. Copies only what changes. The depth is bounded by
 * parseJson. An empty string, null or an empty object holds no secret and stays.
 */
export function redact(body: JsonObject, isSecretKey: IsSecretKey): Redaction {
  const value = redactObject(body, isSecretKey);
  return { value, changed: value !== body };
}

function redactValue(value: JsonValue, isSecretKey: IsSecretKey): JsonValue {
  if (isJsonObject(value)) return redactObject(value, isSecretKey);
  if (typeof value !== 'object' || value === null) return value;
  const items: readonly JsonValue[] = value;
  const copy = items.map((item) => redactValue(item, isSecretKey));
  return copy.some((item, index) => item !== items[index]) ? copy : value;
}

function redactObject(source: JsonObject, isSecretKey: IsSecretKey): JsonObject {
  let changed = false;
  const entries = Object.entries(source).map(([key, value]): [string, JsonValue] => {
    const next = isSecretKey(key) ? hide(value) : redactValue(value, isSecretKey);
    changed ||= next !== value;
    return [key, next];
  });
  // fromEntries defines own properties, so that a key named __proto__ stays a key.
  return changed ? Object.fromEntries(entries) : source;
}

function hide(value: JsonValue): JsonValue {
  if (value === null || value === '' || typeof value === 'boolean') return value;
  if (typeof value === 'object' && Object.keys(value).length === 0) return value;
  return REDACTED;
}
