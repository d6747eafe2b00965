/*
 * A forwarder over a store, and listeners that it forwards to.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DestinationConfig } from '../../../receiver/config/config';
import type { AttemptReport } from '../../../receiver/forward/carry';
import { loadDestinations, type Destinations } from '../../../receiver/forward/destinations';
import type { After } from '../../../receiver/forward/leaving';
import { createForwarder, type Forwarder, type ForwarderOptions } from '../../../receiver/forward/forwarder';
import type { Log } from '../../../receiver/telemetry/log';
import { createPost } from '../../../receiver/forward/post';
import type { Store } from '../../../receiver/store/store';
import { localConnector } from './local-connector';

export interface Received {
  readonly webhookId: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}

export interface Sink {
  readonly url: string;
  readonly received: readonly Received[];
  /** How many requests were under way at once, at most. */
  readonly mostAtOnce: () => number;
  close(): void;
}

/** Listens on a port of its own and records what comes, before it answers. */
export async function openSink(answer: (response: ServerResponse, request: Received, count: number) => void): Promise<Sink> {
  const received: Received[] = [];
  let underWay = 0;
  let most = 0;
  const server = createServer((request, response) => {
    most = Math.max(most, ++underWay);
    response.once('close', () => underWay--);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const webhookId = String(request.headers['webhook-id']);
      const one = { webhookId, headers: request.headers, body: Buffer.concat(chunks).toString(), at: Date.now() };
      received.push(one);
      answer(response, one, received.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    mostAtOnce: () => most,
    close: () => (server.close(), server.closeAllConnections()),
  };
}

export interface Running {
  readonly store: Store;
  readonly destinations: Destinations;
  readonly forwarder: Forwarder;
  readonly reports: readonly AttemptReport[];
  /** Everything logged, as JSON. */
  readonly logged: readonly string[];
}

/** Starts a forwarder with quick retries over a store. */
export async function run(store: Store, configured: readonly DestinationConfig[], { after, ...options }: Partial<ForwarderOptions> & { readonly after?: After } = {}): Promise<Running> {
  const reports: AttemptReport[] = [];
  const logged: string[] = [];
  const write = (fields: object, message: string): void => void logged.push(JSON.stringify({ ...fields, message }));
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const destinations = await loadDestinations({ store, configured, clock: Date.now, log, ...(after === undefined ? {} : { after }) });
  const forwarder = createForwarder({
    store,
    destinations,
    post: createPost({ version: '0.0.0', connector: localConnector }),
    clock: Date.now,
    random: Math.random,
    log,
    onAttempt: (report) => reports.push(report),
    schedule: { baseMs: 60, factor: 1, capMs: 60 },
    ...options,
  });
  forwarder.start();
  return { store, destinations, forwarder, reports, logged };
}

/** A destination as the configuration gives it, but for what a test is about. */
export function destinationTo(url: string, parts: Partial<DestinationConfig> = {}): DestinationConfig {
  return {
    id: 'n8n',
    url,
    secrets: [],
    events: ['**'],
    concurrency: 4,
    batch: { max: 1, waitMs: 0 },
    timeoutMs: 10_000,
    order: 'none',
    retry: { attempts: 10 },
    ...parts,
  };
}

let made = 0;

/** Stores new events as the ingest path does, and wakes the forwarder. Returns their texts. */
export async function add({ store, forwarder }: Pick<Running, 'store'> & { readonly forwarder: Pick<Forwarder, 'wake'> }, count: number, destinations: readonly string[] = ['n8n']): Promise<readonly string[]> {
  const texts = Array.from({ length: count }, () => `{"id":"e${++made}","precise":12345678901234567890,"text":"grüße"}`);
  const appended = await store.append(
    texts.map((event) => ({
      fingerprint: createHash('sha256').update(event).digest(),
      hook: 'room',
      provider: 'spika',
      type: 'chat.message.sent',
      source: '/spika/room',
      id: `e${made}`,
      event,
      receivedAt: Date.now(),
      headers: [],
      body: Buffer.from('{}'),
      bodyRedacted: false,
      issues: [],
      destinations,
    })),
  );
  forwarder.wake(appended.flatMap((one) => one.destinations));
  return texts;
}

export { until } from '../store/until';
