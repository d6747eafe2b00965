import { hash } from 'node:crypto';
import type { NormalizedEvent } from '../../providers/event';
import type { AcceptedEvent, Issue } from '../../providers/verdict';
import { inOrderOf } from '../forward/in-order';
import type { Route } from '../forward/routes';
import type { Arrival } from '../store/store';

/** What all events of one delivery share. */
export interface DeliveryRecord {
  readonly headers: Arrival['headers'];
  readonly body: Uint8Array;
  /** True: `body` is not what was received, because secrets were taken out of it. */
  readonly redacted: boolean;
  readonly issues: readonly Issue[];
}

/** An accepted event as the store takes it. */
export function arrivalOf(accepted: AcceptedEvent, delivery: DeliveryRecord, route: Route): Arrival {
  const { event, repeatWindowSeconds } = accepted;
  const inOrder = inOrderOf(event, route.inOrder);
  return {
    fingerprint: fingerprintOf(event),
    ...(repeatWindowSeconds === undefined ? {} : { repeatWindowMs: repeatWindowSeconds * 1000 }),
    hook: event.hook,
    provider: event.provider,
    type: event.type,
    source: event.source,
    id: event.id,
    event: JSON.stringify(event),
    receivedAt: Date.parse(event.receivedat),
    headers: delivery.headers,
    body: delivery.body,
    bodyRedacted: delivery.redacted,
    issues: delivery.issues,
    destinations: route.destinations,
    ...(inOrder === undefined ? {} : { inOrder }),
  };
}

/** The deduplication key. The length goes in front, so that no source and id read as another pair. */
function fingerprintOf({ source, id }: NormalizedEvent): Uint8Array {
  return hash('sha256', `${source.length}:${source}${id}`, 'buffer');
}
