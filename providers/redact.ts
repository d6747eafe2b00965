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

/** The keys under which a list of pairs (`[{ "name": "cookie", "value": "…" }]`) has its names. */
const PAIR_NAMES = ['name', 'key'] as const;

/** Of a URL, wherever it stands in a text: the name of a field of its query, or of its fragment, and the value. */
const QUERY_FIELD = /([?&#])([^\s?&#=]+)=([^\s?&#]+)/g;

/**
 * Replaces the value of every secret key, an object or a list as a whole; of every pair with a secret name; and of
 * every secret field in the query of a URL. Without recursion: a chain of replies is as deep as its sender likes. An
 * empty string, null or an empty object holds no secret and stays.
 */
export function redact(body: JsonObject, isSecretKey: IsSecretKey): Redaction {
  if (!holdsSecret(body, isSecretKey)) return { value: body, changed: false };
  const value = {};
  const pending: Copy[] = [{ from: body, to: value }];
  for (let copy = pending.pop(); copy !== undefined; copy = pending.pop()) {
    for (const [key, item] of Object.entries(copy.from)) {
      const shown = withoutSecret(copy.from, key, item, isSecretKey);
      const next = shown === item ? emptyLike(item) : shown;
      // Defined, not assigned: a key named __proto__ stays a key.
      Object.defineProperty(copy.to, key, { value: next, enumerable: true, writable: true, configurable: true });
      if (shown === item && isContainer(item)) pending.push({ from: item, to: next as object });
    }
  }
  return { value, changed: true };
}

/** A text with the values of secret fields in the queries of its URLs replaced; the very text where there is none. */
export function redactQuery(text: string, isSecretKey: IsSecretKey): string {
  if (!text.includes('=')) return text;
  return text.replace(QUERY_FIELD, (field, mark: string, name: string) => (isSecretKey(name) ? `${mark}${name}=${REDACTED}` : field));
}

interface Copy {
  readonly from: JsonContainer;
  readonly to: object;
}

type JsonContainer = JsonObject | readonly JsonValue[];

function holdsSecret(body: JsonObject, isSecretKey: IsSecretKey): boolean {
  const pending: JsonContainer[] = [body];
  for (let container = pending.pop(); container !== undefined; container = pending.pop()) {
    for (const [key, item] of Object.entries(container)) {
      if (withoutSecret(container, key, item, isSecretKey) !== item) return true;
      if (isContainer(item)) pending.push(item);
    }
  }
  return false;
}

/** What may be shown of an item: the very item where it is no secret and, as far as can be seen without looking into it, holds none. */
function withoutSecret(container: JsonContainer, key: string, item: JsonValue, isSecretKey: IsSecretKey): JsonValue {
  if (isJsonObject(container) && (isSecretKey(key) || (key === 'value' && isSecretPair(container, isSecretKey)))) return hide(item);
  return typeof item === 'string' ? redactQuery(item, isSecretKey) : item;
}

function isSecretPair(pair: JsonObject, isSecretKey: IsSecretKey): boolean {
  return PAIR_NAMES.some((key) => {
    const name = Object.hasOwn(pair, key) ? pair[key] : undefined;
    return typeof name === 'string' && isSecretKey(name);
  });
}

function isContainer(value: JsonValue): value is JsonContainer {
  return typeof value === 'object' && value !== null;
}

/** What a copy of the value begins as: an empty object or list, or the value itself. */
function emptyLike(value: JsonValue): JsonValue {
  if (!isContainer(value)) return value;
  return isJsonObject(value) ? {} : [];
}

function hide(value: JsonValue): JsonValue {
  if (value === null || value === '' || typeof value === 'boolean') return value;
  if (typeof value === 'object' && Object.keys(value).length === 0) return value;
  return REDACTED;
}
