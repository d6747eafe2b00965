import type { JsonValue } from './json';

export interface Measure {
  /** Distinct keys over all objects. Fewer than the text has colons: a key was repeated. */
  readonly keys: number;
  /** The deepest nesting, not counting what stands below an `unbounded` key. */
  readonly depth: number;
}

interface Pending {
  readonly value: object;
  readonly depth: number;
}

/**
 * Measures a parsed value without recursion, so that no nesting can exhaust the stack.
 * @param unbounded a key whose value is counted as if it stood where the object that holds the object with that key
 *   stands: a chain of such objects, however long, is as deep as one of them.
 */
export function measure(root: JsonValue, unbounded: string | undefined): Measure {
  let keys = 0;
  let deepest = 0;
  const pending: Pending[] = [];
  const visit = (value: JsonValue, depth: number): void => {
    if (typeof value !== 'object' || value === null) return;
    if (depth > deepest) deepest = depth;
    pending.push({ value, depth });
  };
  visit(root, 1);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (Array.isArray(next.value)) {
      for (const item of next.value as readonly JsonValue[]) visit(item, next.depth + 1);
      continue;
    }
    const object = next.value as Readonly<Record<string, JsonValue>>;
    const names = Object.keys(object);
    keys += names.length;
    for (const name of names) visit(object[name] ?? null, name === unbounded ? next.depth - 1 : next.depth + 1);
  }
  return { keys, depth: deepest };
}
