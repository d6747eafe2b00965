import type { NormalizedEvent } from '../../providers/event';
import type { DestinationConfig } from '../config/config';
import { errorName } from '../telemetry/log';
import type { Log } from '../telemetry/log';
import type { Answer, Post } from './post';

/** Handles an event inside this process. A throw or a rejection is retried like any destination's failure. */
export type EventHandler = (event: NormalizedEvent) => unknown;

export interface InProcess {
  /** A post that gives the shipments of {@link inProcessDestination} to the handlers and all others to the network. */
  readonly post: Post;
  add(handler: EventHandler): void;
}

/** The handlers of a program that embeds the receiver, as a destination. No configured id can have a colon in it. */
export const inProcessDestination: DestinationConfig = {
  id: 'handler:event',
  url: 'handler:event',
  secrets: [],
  events: ['**'],
  concurrency: 16,
  batch: { max: 1, waitMs: 0 },
  timeoutMs: 300_000,
  retry: { attempts: 10 },
};

/** Handlers run one after the other; when one throws, a later attempt runs all of them again. */
export function createInProcess(network: Post, log: Log): InProcess {
  const handlers: EventHandler[] = [];

  async function handle(body: Uint8Array): Promise<Answer> {
    const startedAt = performance.now();
    try {
      const event = JSON.parse(Buffer.from(body).toString('utf8')) as NormalizedEvent;
      for (const handler of handlers) await handler(event);
      return { latencyMs: Math.round(performance.now() - startedAt), status: 200 };
    } catch (error) {
      log.warn({ error: errorName(error) }, 'a handler of events failed: the event is tried again');
      return { latencyMs: Math.round(performance.now() - startedAt), error: 'handler_failed' };
    }
  }

  return {
    add: (handler) => void handlers.push(handler),
    post: {
      ...network,
      send: (shipment) => (shipment.destination === inProcessDestination.id ? handle(shipment.body) : network.send(shipment)),
    },
  };
}
