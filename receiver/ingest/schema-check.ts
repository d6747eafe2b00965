import { schemas } from '../../providers/schemas';
import { isProviderName } from '../../providers';
import type { Issue } from '../../providers/verdict';

/** A body that differs in more places is another body altogether. */
const MOST_ISSUES = 10;

/** Where a body differs from the shape that its provider documents. The messages name types and paths, never values. */
export function schemaIssues(provider: string, body: unknown): readonly Issue[] {
  if (!isProviderName(provider)) return [];
  const result = schemas[provider].safeParse(body);
  if (result.success) return [];
  return result.error.issues.slice(0, MOST_ISSUES).map((issue) => ({
    code: 'schema',
    path: issue.path.map(String).join('.').slice(0, 256),
    message: issue.message.slice(0, 256),
  }));
}
