import { done } from '../management/failure';
import type { Outcome } from '../management/failure';
import { hasStatus, succeeded } from '../management/request';
import type { Send } from '../management/request';
import { listEvents, NO_LIST, readEvents } from './management';
import { failure } from './remedies';
import { allEvents, chosenEvents } from './webhook';
import type { CidaasWebhook } from './webhook';

export interface Events {
  readonly names: readonly string[];
  readonly notes: readonly string[];
}

/**
 * The chosen names; for "all" those of the tenant's own list, which has what newer versions added and lacks what this
 * tenant would refuse. Where that can't be read for want of a scope or of the list itself, the catalogue stands in.
 */
export async function eventsWanted(wanted: CidaasWebhook, send: Send): Promise<Outcome<Events>> {
  if (!wanted.events.includes('*')) return done({ names: chosenEvents(wanted, []), notes: [] });
  const answer = await send(listEvents());
  const names = (readEvents(answer) ?? []).map(({ name }) => name);
  if (names.length > 0) return done({ names: chosenEvents(wanted, names), notes: [] });
  if (succeeded(answer) || hasStatus(answer, 403, ...NO_LIST)) {
    return done({ names: chosenEvents(wanted, allEvents()), notes: ['The tenant\'s own list of events could not be read, so that the published one was used; the scope cidaas:webhook_read is needed for it.'] });
  }
  return failure(answer, 'list the events', wanted);
}
