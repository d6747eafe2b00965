import type { NormalizedEvent } from '../../providers/event';
import type { Destinations } from '../forward/destinations';
import { inOrderOf } from '../forward/in-order';
import type { InOrder, Store } from '../store/store';
import { json, problem } from './answer';
import type { ApiAnswer } from './answer';
import { attemptView, findEvent, unknownEvent } from './events';
import { deliveriesQuery, redriveBody, replayBody } from './filters';
import { goneSignal } from './gone';
import type { Route } from './route';
import { bodySchema } from './body-schema';

export interface DeliveryParts {
  readonly store: Pick<Store, 'event' | 'forwards' | 'replay' | 'redrive'>;
  readonly destinations: Pick<Destinations, 'get' | 'list' | 'targets'>;
  /** Says that these destinations have something new to forward. */
  readonly wake: (destinations: readonly string[]) => void;
}

/** What was forwarded, and forwarding it again. */
export function deliveryRoutes({ store, destinations, wake }: DeliveryParts): readonly Route[] {
  return [
    {
      method: 'get',
      path: '/deliveries',
      operation: { id: 'listDeliveries', summary: 'Forwards, newest first; dead letters with status=dead', query: deliveriesQuery, answer: 'DeliveryPage', failures: [400] },
      async handle(request) {
        const query = request.query(deliveriesQuery);
        if (!query.ok) return query.answer;
        const { limit } = query.value;
        const found = await store.forwards({ ...query.value, limit: limit + 1 }, goneSignal(request.response));
        const page = found.slice(0, limit);
        const deliveries = page.map(({ key, type, id, source, destination, status, attempts, lastAttempt }) => ({
          key, type, id, source, destination, status, attempts,
          ...(lastAttempt === undefined ? {} : { lastAttempt: attemptView(lastAttempt) }),
        }));
        return json({ deliveries, ...(found.length > limit ? { next: page.at(-1)?.position } : {}) });
      },
    },
    {
      method: 'post',
      path: '/events/{key}/replay',
      operation: {
        id: 'replayEvent',
        summary: 'Forwards an event again',
        description: 'To one destination, or to all that take events of this type and source now. Each gets it under a new webhook-id.',
        body: { schema: bodySchema(replayBody), required: false },
        answer: 'Replayed',
        failures: [400, 404, 409, 413, 415],
      },
      async handle(request) {
        const body = await request.body(replayBody, true);
        if (!body.ok) return body.answer;
        const key = request.part('key');
        const stored = await findEvent(store, key);
        if (stored === undefined) return unknownEvent();
        const { destination } = body.value;
        const refused = destination === undefined ? undefined : unfit(destination);
        if (refused !== undefined) return refused;
        // The store's own text, written from such an event.
        const event = JSON.parse(stored.event) as NormalizedEvent;
        const targets = destination === undefined ? targetsOf(event) : [destination];
        const replayed = targets.length === 0 ? 0 : await store.replay(key, targets, orderOf(event, targets));
        wake(targets);
        return json({ replayed, destinations: targets });
      },
    },
    {
      method: 'post',
      path: '/deliveries/replay',
      operation: {
        id: 'redrive',
        summary: 'Sends dead letters again',
        body: { schema: bodySchema(redriveBody), required: true },
        answer: 'Replayed',
        failures: [400, 404, 409, 413, 415],
      },
      async handle(request) {
        const body = await request.body(redriveBody, false);
        if (!body.ok) return body.answer;
        const { destination } = body.value;
        const refused = destination === undefined ? undefined : unfit(destination);
        if (refused !== undefined) return refused;
        // One by one over those that can send: a dead letter of a destination that is gone or disabled would only hang as pending.
        const targets = destination === undefined ? enabled() : [destination];
        const redriven = await Promise.all(targets.map((target) => store.redrive(target)));
        const waiting = [...new Set(redriven.flatMap((result) => result.destinations))];
        wake(waiting);
        return json({ replayed: redriven.reduce((sum, { count }) => sum + count, 0), destinations: waiting });
      },
    },
  ];

  function enabled(): readonly string[] {
    return destinations.list().flatMap(({ config, disabledAt }) => (disabledAt === undefined ? [config.id] : []));
  }

  /** The destinations that an event would go to if it came now. */
  function targetsOf({ type, hook }: NormalizedEvent): readonly string[] {
    const sending = new Set(enabled());
    return destinations.targets(type, hook).filter((id) => sending.has(id));
  }

  /** As for an arrival: its conversation, for those that keep its order. */
  function orderOf(event: NormalizedEvent, targets: readonly string[]): InOrder | undefined {
    return inOrderOf(event, targets.filter((id) => destinations.get(id)?.config.order === 'conversation'));
  }

  /** Why nothing can be sent to a destination, if so. */
  function unfit(id: string): ApiAnswer | undefined {
    const destination = destinations.get(id);
    if (destination === undefined) return problem('unknown_destination', 'There is no destination with this id. GET /api/destinations lists them.');
    if (destination.disabledAt === undefined) return undefined;
    return problem('disabled_destination', 'This destination is disabled, because it answered 410. Enable it first: POST /api/destinations/{id}/enable.');
  }
}
