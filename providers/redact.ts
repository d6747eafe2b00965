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
 * Replaces the value of every secret key, an object or a list as a whole. Without recursion: a chain of replies is as
 * deep as its sender likes. An empty string, null or an empty object holds no secret and stays.
 */
export function redact(body: JsonObject, isSecretKey: IsSecretKey): Redaction {
  if (!holdsSecret(body, isSecretKey)) return { value: body, changed: false };
  const value = {};
  const pending: Copy[] = [{ from: body, to: value }];
  for (let copy = pending.pop(); copy !== undefined; copy = pending.pop()) {
    for (const [key, item] of Object.entries(copy.from)) {
      const isSecret = isJsonObject(copy.from) && isSecretKey(key);
      const next = isSecret ? hide(item) : emptyLike(item);
      // Defined, not assigned: a key named __proto__ stays a key.
      Object.defineProperty(copy.to, key, { value: next, enumerable: true, writable: true, configurable: true });
      if (!isSecret && isContainer(item)) pending.push({ from: item, to: next as object });
    }
  }
  return { value, changed: true };
}

interface Copy {
  readonly from: JsonContainer;
  readonly to: object;
}

type JsonContainer = JsonObject | readonly JsonValue[];

function holdsSecret(body: JsonObject, isSecretKey: IsSecretKey): boolean {
  const pending: JsonContainer[] = [body];
  for (let container = pending.pop(); container !== undefined; container = pending.pop()) {
    const mayHold = isJsonObject(container);
    for (const [key, item] of Object.entries(container)) {
      if (mayHold && isSecretKey(key)) {
        if (hide(item) !== item) return true;
      } else if (isContainer(item)) {
        pending.push(item);
      }
    }
  }
  return false;
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
