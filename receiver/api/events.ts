import { readPage } from '../store/page';
import type { Attempt, Store, StoredEvent, StoredEventDetail } from '../store/store';
import { json, problem } from './answer';
import type { ApiAnswer } from './answer';
import { eventsQuery, isKey } from './filters';
import { goneSignal } from './gone';
import type { Route } from './route';

/** Reading events: the list, and one whole. */
export function eventRoutes({ store }: { readonly store: Pick<Store, 'events' | 'event'> }): readonly Route[] {
  return [
    {
      method: 'get',
      path: '/events',
      operation: { id: 'listEvents', summary: 'Events, newest first', description: 'A page ends at `limit` events or at 16 MiB, whichever comes first; `next` tells whether there are more.', query: eventsQuery, answer: 'EventPage', failures: [400] },
      async handle(request) {
        const query = request.query(eventsQuery);
        if (!query.ok) return query.answer;
        const gone = goneSignal(request.response);
        const { events, more } = await readPage((filter) => store.events(filter, gone), query.value);
        const next = more ? `,"next":${JSON.stringify(events.at(-1)?.key)}` : '';
        return { status: 200, text: `{"events":[${events.map(eventText).join(',')}]${next}}` };
      },
    },
    {
      method: 'get',
      path: '/events/{key}',
      operation: {
        id: 'getEvent',
        summary: 'One event whole',
        description: 'With the headers and the body that were received, credentials redacted, and every attempt to forward it.',
        answer: 'EventDetail',
        failures: [404],
      },
      async handle(request) {
        const found = await findEvent(store, request.part('key'));
        return found === undefined ? unknownEvent() : { status: 200, text: detailText(found) };
      },
    },
  ];
}

/** The event with a key; undefined for a key that none has, or none can have. */
export async function findEvent(store: Pick<Store, 'event'>, key: string): Promise<StoredEventDetail | undefined> {
  return isKey(key) ? store.event(key) : undefined;
}

/** The answer when there is none. */
export function unknownEvent(): ApiAnswer {
  return problem('unknown_event', 'There is no event with this key. It may have been removed when its retention ended.');
}

/** An attempt as it is shown. */
export function attemptView({ at, status, latencyMs, error, answer }: Attempt): object {
  return { time: new Date(at).toISOString(), status, latencyMs, error, answer };
}

function eventText({ key, event, forwards }: StoredEvent): string {
  return `{"key":${JSON.stringify(key)},"event":${event},"deliveries":${JSON.stringify(forwards.map(deliveryView))}}`;
}

function deliveryView({ destination, status, attempts }: StoredEvent['forwards'][number]): object {
  return { destination, status, attempts };
}

function detailText(detail: StoredEventDetail): string {
  const { receivedAt, headers, body, bodyRedacted, issues, attempts } = detail;
  const rest = json({
    receivedAt: new Date(receivedAt).toISOString(),
    headers: headers.map(([name, value]) => ({ name, value })),
    ...bodyView(body),
    bodyRedacted,
    issues,
    attempts: attempts.map(({ destination, webhookId, ...attempt }) => ({ destination, webhookId, ...attemptView(attempt) })),
  });
  return `${eventText(detail).slice(0, -1)},${rest.text.slice(1)}`;
}

/** Text where the bytes are UTF-8, so that a person can read them; else base64, so that none is lost. */
function bodyView(bytes: Uint8Array): { readonly body: string; readonly bodyEncoding: 'utf8' | 'base64' } {
  try {
    return { body: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), bodyEncoding: 'utf8' };
  } catch {
    return { body: Buffer.from(bytes).toString('base64'), bodyEncoding: 'base64' };
  }
}
