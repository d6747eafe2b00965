import { schemas } from '../../providers/schemas';
import { isProviderName } from '../../providers';
import type { ProviderName } from '../../providers';
import type { Issue } from '../../providers/verdict';

/** A body that differs in more places is another body altogether. */
const MOST_ISSUES = 10;

/** Where a body differs from the shape that its provider documents. The messages name types and paths, never values. */
export function schemaIssues(provider: string, body: unknown): readonly Issue[] {
  if (!isProviderName(provider)) return [];
  const result = check(provider, body);
  if (result === undefined) return [{ code: 'schema', path: '', message: 'The body differs in more places than can be told.' }];
  if (result.success) return [];
  return result.error.issues.slice(0, MOST_ISSUES).map((issue) => ({
    code: 'schema',
    path: issue.path.map(String).join('.').slice(0, 256),
    message: issue.message.slice(0, 256),
  }));
}

/** zod gathers issues by spreading them into a call, and a body that differs in 100,000 places exhausts the stack by that (zod 4.6). */
function check(provider: ProviderName, body: unknown) {
  try {
    return schemas[provider].safeParse(body);
  } catch {
    return undefined;
  }
}
