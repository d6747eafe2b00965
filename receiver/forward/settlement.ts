import type { Settlement } from '../store/store';
import type { Attempted } from './attempt';

/** What the store is to keep of an attempt. A destination that is gone leaves this request dead; what else waits for it goes on waiting. */
export function settlementOf(webhookId: string, { attempt, outcome }: Attempted): Settlement {
  switch (outcome.kind) {
    case 'delivered':
      return { webhookId, attempt, outcome: 'delivered' };
    case 'retry':
      return { webhookId, attempt, outcome: 'retry', dueAt: outcome.dueAt };
    case 'dead':
    case 'disabled':
      return { webhookId, attempt, outcome: 'dead' };
  }
}
