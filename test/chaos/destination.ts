import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import type { NormalizedEvent } from '../../providers/event';
import type { Chance } from './chance';
import type { Expected, Heard } from './evidence';

export const FORWARD_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** The destinations of a run: one HTTP server, a path for each. */
export interface Destinations {
  /** As chathooks.yaml names them. */
  readonly configured: readonly object[];
  readonly expected: readonly Expected[];
  readonly heard: readonly Heard[];
  /** `arrives`: a request is there whole and not answered. `answered`: it was answered with 200. Listeners run at once. */
  readonly events: EventEmitter<{ arrives: [Heard]; answered: [Heard] }>;
  /** How many requests came with a webhook-id that had come before. */
  repeats(): number;
  close(): Promise<void>;
}

/** In short, so that what a stopped receiver held falls due again within a test. */
const TIMEOUT_MS = 1_000;

const SHARED = { secret: FORWARD_SECRET, timeoutMs: TIMEOUT_MS, retry: { attempts: 100 } } as const;

/** How a destination behaves, in shares of its requests; the others are answered 200 at once. */
const FAILS = 0.02;
const CUTS_OFF = 0.01;
const DAWDLES = 0.05;
const DAWDLES_FOR_MS = 60;

/** Starts destinations that fail now and then. Without chance they never do. */
export async function startDestinations(chance?: Chance): Promise<Destinations> {
  const heard: Heard[] = [];
  const events: Destinations['events'] = new EventEmitter();
  let clock = 0;
  const server = createServer((request, response) => {
    text(request).then((body) => {
      const one = hear(request, body, ++clock);
      heard.push(one);
      events.emit('arrives', one);
      answer(chance, response, () => {
        one.accepted = ++clock;
        response.end('ok', () => events.emit('answered', one));
      });
      // The sender died over it: there is no whole request, and nobody to answer.
    }, () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    configured: [
      { ...SHARED, id: 'batches', url: `${base}/batches`, batch: { max: 20, waitMs: 5 } },
      { ...SHARED, id: 'singly', url: `${base}/singly`, sources: ['talk'], concurrency: 8 },
      { ...SHARED, id: 'in-order', url: `${base}/in-order`, sources: ['talk'], order: 'conversation', concurrency: 8 },
    ],
    expected: [
      { id: 'batches', inOrder: false },
      { id: 'singly', sources: ['talk'], inOrder: false },
      { id: 'in-order', sources: ['talk'], inOrder: true },
    ],
    heard,
    events,
    repeats: () => heard.length - new Set(heard.map(({ webhookId }) => webhookId)).size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The same text gives the same digest. */
export function digestOf(content: string): string {
  return createHash('sha256').update(content).digest('base64');
}

function hear({ url = '', headers }: IncomingMessage, body: string, came: number): Heard {
  const webhookId = headers['webhook-id'];
  const parsed = JSON.parse(body) as NormalizedEvent | NormalizedEvent[];
  return {
    destination: url.slice(1),
    ...(typeof webhookId === 'string' && webhookId !== '' ? { webhookId } : {}),
    signed: isSigned(headers, body),
    digest: digestOf(body),
    events: [parsed].flat().map((event) => ({ id: event.id, message: event.data.message?.id ?? '', digest: digestOf(JSON.stringify(event)) })),
    came,
  };
}

function isSigned(headers: IncomingMessage['headers'], body: string): boolean {
  try {
    new Webhook(FORWARD_SECRET).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

function answer(chance: Chance | undefined, response: ServerResponse, accept: () => void): void {
  const fate = chance?.next() ?? 1;
  if (fate < FAILS) response.writeHead(503, { 'retry-after': '0' }).end();
  else if (fate < FAILS + CUTS_OFF) response.destroy();
  else if (fate < FAILS + CUTS_OFF + DAWDLES) setTimeout(accept, DAWDLES_FOR_MS);
  else accept();
}
