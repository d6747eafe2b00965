import type { Attempt } from '../../store/store';
import type { Symptom } from './circuit';

/** Answers about the place rather than about the event: nobody is at home, or they are too busy. */
const DOWN: ReadonlySet<number> = new Set([404, 408, 429]);

/**
 * What an attempt says of the destination. No answer, a redirect and a 5xx say that it is down; a 404, that there is
 * nothing at its address (n8n's answer for a workflow that is not active). Any other 4xx comes from somebody who has
 * read the event and does not want it. A 410 has a consequence of its own.
 */
export function conditionOf({ status, error }: Pick<Attempt, 'status' | 'error'>): Symptom['condition'] {
  if (status === undefined) return error === 'stopped' ? 'unclear' : 'down';
  if (status === 410) return 'unclear';
  return status >= 500 || (status >= 300 && status < 400) || DOWN.has(status) ? 'down' : 'up';
}
