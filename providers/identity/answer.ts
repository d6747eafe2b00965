import { at, number } from '../fields';
import type { Send } from '../management/request';

/**
 * A Send whose answers mean what their status says: both platforms wrap what they answer (`{ success, status, … }` at
 * cidaas, `{ success, code, … }` at Skillmine), so that a refusal can come under a status of success. It then gets the
 * status that the body names, or 400.
 */
export function plainly(send: Send): Send {
  return async (request) => {
    const answer = await send(request);
    if (answer.kind === 'unreachable' || answer.status >= 300 || at(answer.body, 'success') !== false) return answer;
    const named = number(at(answer.body, 'status') ?? at(answer.body, 'code'));
    return { ...answer, status: named !== undefined && Number.isInteger(named) && named >= 400 && named < 600 ? named : 400 };
  };
}
