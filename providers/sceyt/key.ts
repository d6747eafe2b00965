import { id } from '../fields';
import type { Delivery, Reading } from '../provider';
import type { Name } from './name';
import type { Parts } from './payload';
import { firstOf, idOf } from './vocabulary';

const DELIVERY_HEADER = /^x-(?:.+-)?delivery(?:-id)?$/;

/** What tells two events apart that have the same id in their bodies. */
export interface About {
  readonly subject: string | undefined;
  readonly time: string | undefined;
}

/**
 * The key of an event: an id of the delivery or of the event, where one arrives; else nothing, and the body's hash is
 * the id. Always behind the event's name, so that two events about one object never share a key.
 *
 * Not x-request-id: proxies set it anew for each request, so that no retry behind one would be seen as a repeat.
 */
export function keyOf(delivery: Delivery, { event, sent }: Name, { body, isEnvelope }: Parts, about: About): Reading['key'] {
  const name = event ?? sent;
  const own = deliveryId(delivery) ?? idOf(body, 'event_id', 'eventId');
  if (own !== undefined) return [name, own];
  const bodyId = isEnvelope ? idOf(body, 'id') : undefined;
  // Should it turn out to be the webhook's id or the channel's, then what the event is about still tells events apart.
  return bodyId === undefined ? [undefined] : [name, bodyId, about.subject ?? '', about.time ?? ''];
}

function deliveryId({ headers }: Delivery): string | undefined {
  const names = [...headers.keys()].filter((name) => DELIVERY_HEADER.test(name)).sort();
  return firstOf(names, (name) => id(headers.get(name)?.[0]?.trim()));
}
