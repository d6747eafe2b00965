import type { OutgoingRequest, Settlement } from '../store/store';
import type { Attempted } from './attempt';

/** What the store is to keep of an attempt. A destination that is gone leaves this request dead; what else waits for it goes on waiting. */
export function settlementOf({ webhookId, attempt: attemptNumber }: OutgoingRequest, { attempt, outcome }: Attempted): Settlement {
  const settled = { webhookId, attemptNumber, attempt };
  switch (outcome.kind) {
    case 'delivered':
      return { ...settled, outcome: 'delivered' };
    case 'retry':
      return { ...settled, outcome: 'retry', dueAt: outcome.dueAt };
    case 'dead':
    case 'disabled':
      return { ...settled, outcome: 'dead' };
  }
}
