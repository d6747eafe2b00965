import type { NormalizedEvent } from '../../providers/event';
import { ADMIN_TOKEN } from '../support/running';
import { digestOf } from './destination';
import type { Stored } from './evidence';
import { sleep } from './wait';

interface Page {
  readonly events: readonly { readonly event: NormalizedEvent; readonly deliveries: readonly { readonly destination: string; readonly status: string }[] }[];
  readonly next?: string;
}

const PAGE = 500;

/** Everything that the store holds, through the API of a receiver. */
export async function storedEvents(url: string): Promise<readonly Stored[]> {
  const stored: Stored[] = [];
  for (let before: string | undefined = ''; before !== undefined; ) {
    const { events, next }: Page = await page(url, `limit=${PAGE}${before === '' ? '' : `&before=${before}`}`);
    stored.push(...events.map(({ event, deliveries }) => ({
      id: event.id,
      message: event.data.message?.id ?? '',
      hook: event.hook,
      digest: digestOf(JSON.stringify(event)),
      forwards: deliveries.map(({ destination, status }) => ({ destination, status })),
    })));
    before = next;
  }
  return stored;
}

/** Whether any event still waits to be forwarded. */
export async function anyPending(url: string): Promise<boolean> {
  return (await page(url, 'limit=1&status=pending')).events.length > 0;
}

async function page(url: string, query: string): Promise<Page> {
  for (;;) {
    const answer = await fetch(`${url}/api/events?${query}`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
    if (answer.ok) return (await answer.json()) as Page;
    const text = await answer.text();
    if (answer.status !== 429 && answer.status !== 503) throw new Error(`/api/events?${query} was answered ${answer.status}: ${text}`);
    await sleep(200);
  }
}
