import type { NormalizedEvent } from '../../providers/event';
import type { DestinationConfig } from '../config/config';
import { errorName } from '../telemetry/log';
import type { Log } from '../telemetry/log';
import type { FailureCode } from './failure';
import type { Answer, Post, Shipment } from './post';

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
  order: 'none',
  retry: { attempts: 10 },
};

/** Says why an attempt is over before its handlers are. */
type End = (error: FailureCode) => void;

/**
 * Handlers run one after the other; when one throws, a later attempt runs all of them again. One that does not finish
 * in time is not waited for, as nothing can end it: it may still be at it when the event comes again.
 */
export function createInProcess(network: Post, log: Log): InProcess {
  const handlers: EventHandler[] = [];
  const underWay = new Set<End>();
  let closed = false;

  async function send({ body, timeoutMs }: Shipment): Promise<Answer> {
    if (closed) return { latencyMs: 0, error: 'stopped' };
    const startedAt = performance.now();
    const { promise: over, resolve: end } = Promise.withResolvers<FailureCode>();
    const timer = setTimeout(end, timeoutMs, 'timeout');
    underWay.add(end);
    const error = await Promise.race([handle(body, () => !underWay.has(end)), over]);
    underWay.delete(end);
    clearTimeout(timer);
    if (error !== undefined) log.warn({ error }, 'an event was not handled: it is tried again');
    const latencyMs = Math.round(performance.now() - startedAt);
    return error === undefined ? { latencyMs, status: 200 } : { latencyMs, error };
  }

  async function handle(body: Uint8Array, isOver: () => boolean): Promise<FailureCode | undefined> {
    try {
      const event = JSON.parse(Buffer.from(body).toString('utf8')) as NormalizedEvent;
      for (const handler of handlers) {
        if (isOver()) return undefined;
        await handler(event);
      }
      return undefined;
    } catch (error) {
      log.warn({ error: errorName(error) }, 'a handler of events failed');
      return 'handler_failed';
    }
  }

  return {
    add: (handler) => void handlers.push(handler),
    post: {
      send: (shipment) => (shipment.destination === inProcessDestination.id ? send(shipment) : network.send(shipment)),
      forget: (destination) => network.forget(destination),
      close() {
        closed = true;
        for (const end of underWay) end('stopped');
        return network.close();
      },
    },
  };
}
