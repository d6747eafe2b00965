import type { z } from 'zod';
import { pathText } from '../config/mistakes';
import { problem } from './answer';
import type { ApiAnswer, ProblemCode } from './answer';

export type Input<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly answer: ApiAnswer };

/**
 * Reads the query of a request. An empty parameter counts as absent, since a form sends what was not filled in; one
 * that is unknown is refused, since a filter with a typing slip in its name would silently filter nothing.
 */
export function readQuery<Schema extends z.ZodType>(url: string, schema: Schema): Input<z.output<Schema>> {
  const start = url.indexOf('?');
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(start === -1 ? '' : url.slice(start))) {
    if (value === '') continue;
    if (values.has(name)) return { ok: false, answer: problem('invalid_parameter', `${named(name)} occurs twice. Send it once.`) };
    values.set(name, value);
  }
  // fromEntries defines own properties, so a parameter named __proto__ is an unknown one like any other.
  return check(Object.fromEntries(values), schema, 'invalid_parameter');
}

/** Checks a value; the answer names everything that is wrong with it, and shows none of it. */
export function check<Schema extends z.ZodType>(value: unknown, schema: Schema, code: ProblemCode): Input<z.output<Schema>> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, answer: problem(code, result.error.issues.map(described).join(' ')) };
}

function described(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${named(key)} is not known here.`).join(' ');
  return `${named(pathText(issue.path))} ${issue.message}`;
}

/** Names come from the request: nothing but a plain one is repeated. */
function named(name: string): string {
  return /^[\w.[\]-]{1,64}$/.test(name) ? name : 'A name that is not plain';
}
