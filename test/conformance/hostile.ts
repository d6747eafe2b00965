import type { JsonObject, JsonValue } from '../../providers/json/json';

/** What stands in the place of each field in turn. */
const HOSTILE_VALUES: readonly JsonValue[] = [
  null,
  true,
  '',
  0,
  -1,
  1e308,
  'NaN',
  '+010000-01-01T00:00:00.000Z',
  99_999_999_999_999,
  '\u0000\u001b[31m\r\n\ud800',
  'x'.repeat(3_000),
  [],
  [null, [[]], {}],
  {},
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{}},"toString":1,"length":"9","":null}') as JsonObject,
];

/** Copies of a body, each with one field replaced by something hostile; and bodies of nothing but the hostile. */
export function* hostileBodies(body: JsonObject): Generator<JsonObject> {
  for (const path of paths(body, [])) {
    for (const value of HOSTILE_VALUES) yield replaced(body, path, value) as JsonObject;
    yield removed(body, path);
  }
  for (const value of HOSTILE_VALUES) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) yield value as JsonObject;
  }
}

function paths(value: JsonValue, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Record<string, JsonValue>).flatMap(([key, item]) => [[...path, key], ...paths(item, [...path, key])]);
}

function replaced(value: JsonValue, [key, ...rest]: readonly string[], hostile: JsonValue): JsonValue {
  if (key === undefined) return hostile;
  const copy = (Array.isArray(value) ? [...(value as readonly JsonValue[])] : { ...(value as JsonObject) }) as Record<string, JsonValue>;
  copy[key] = replaced(copy[key] ?? null, rest, hostile);
  return copy;
}

function removed(body: JsonObject, path: readonly string[]): JsonObject {
  const copy = JSON.parse(JSON.stringify(body)) as Record<string, unknown>;
  let here: Record<string, unknown> = copy;
  for (const key of path.slice(0, -1)) here = here[key] as Record<string, unknown>;
  delete here[path.at(-1) ?? ''];
  return copy as JsonObject;
}
