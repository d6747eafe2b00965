/*
 * One attempt at one request, over HTTP: what comes back is a value, whatever happens.
 */
import { Agent, type buildConnector } from 'undici';
import { AddressRefusedError } from './address/admit';
import { readAnswer } from './answer';
import { failureCode, type FailureCode } from './failure';

export interface Shipment {
  /** The destination's id: each has connections of its own, so that one's trouble stays its own. */
  readonly destination: string;
  readonly url: string;
  readonly timeoutMs: number;
  readonly webhookId: string;
  /** Epoch seconds. */
  readonly timestamp: number;
  readonly signature?: string;
  readonly body: Uint8Array;
}

export interface Answer {
  /** From the start of the attempt to the answer's status, or to the failure. */
  readonly latencyMs: number;
  /** Set once a status has arrived, even when the rest of the answer has not. */
  readonly status?: number;
  readonly error?: FailureCode;
  /** The beginning of the answer's body; or which address was refused, and what to write if it was meant. */
  readonly answer?: string;
  /** The `Retry-After` header, as it came. */
  readonly retryAfter?: string;
}

export interface Post {
  /** Makes one attempt. Never rejects. */
  send(shipment: Shipment): Promise<Answer>;
  /** Lets go of the connections to a destination that is no more; what is under way is finished. */
  forget(destination: string): void;
  /** Cuts all connections; what is under way ends with `stopped`. */
  close(): Promise<void>;
}

export interface PostOptions {
  /** Goes into `user-agent`. */
  readonly version: string;
  /**
   * Makes connections, and refuses those to addresses that are not allowed: address/connector.ts. An error with the code
   * `ERR_ADDRESS_REFUSED` is told as `address_refused`.
   */
  readonly connector: (timeoutMs: number) => buildConnector.connector;
}

/** Opens no connection yet. Redirects are answers like any other, and no proxy is used: nothing leaves for elsewhere. */
export function createPost({ version, connector }: PostOptions): Post {
  const lines = new Map<string, { readonly agent: Agent; readonly timeoutMs: number }>();
  const underWay = new Set<AbortController>();
  const userAgent = `chathooks/${version}`;
  let closed = false;

  function agentOf({ destination, timeoutMs }: Shipment): Agent {
    const line = lines.get(destination);
    if (line?.timeoutMs === timeoutMs) return line.agent;
    forget(destination);
    const agent = new Agent({ connect: connector(timeoutMs) });
    lines.set(destination, { agent, timeoutMs });
    return agent;
  }

  function forget(destination: string): void {
    lines.get(destination)?.agent.close().catch(() => undefined);
    lines.delete(destination);
  }

  return {
    async send(shipment) {
      if (closed) return { latencyMs: 0, error: 'stopped' };
      const started = performance.now();
      const elapsed = (): number => Math.round(performance.now() - started);
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(), shipment.timeoutMs);
      underWay.add(deadline);
      try {
        const { origin, pathname, search } = new URL(shipment.url);
        const { statusCode, headers, body } = await inTime(deadline.signal, agentOf(shipment).request({
          origin,
          path: pathname + search,
          method: 'POST',
          headers: headersOf(shipment, userAgent),
          body: shipment.body,
          signal: deadline.signal,
          headersTimeout: shipment.timeoutMs,
          bodyTimeout: shipment.timeoutMs,
        }));
        const latencyMs = elapsed();
        const answer = await readAnswer(body, first(headers['content-encoding']));
        const retryAfter = first(headers['retry-after']);
        return {
          latencyMs,
          status: statusCode,
          ...(answer === undefined ? {} : { answer }),
          ...(retryAfter === undefined ? {} : { retryAfter }),
        };
      } catch (error) {
        return {
          latencyMs: elapsed(),
          error: closed ? 'stopped' : deadline.signal.aborted ? 'timeout' : failureCode(error),
          ...(error instanceof AddressRefusedError ? { answer: error.message } : {}),
        };
      } finally {
        clearTimeout(timer);
        underWay.delete(deadline);
      }
    },

    forget,

    async close() {
      closed = true;
      // One by one: an agent that was let go of has no hold on its connections any more.
      for (const deadline of underWay) deadline.abort();
      const agents = [...lines.values()].map(({ agent }) => agent.destroy());
      lines.clear();
      await Promise.allSettled(agents);
    },
  };
}

/** A request, or its end: while it connects, undici does not look at the signal (7.30). */
function inTime<Result>(signal: AbortSignal, request: Promise<Result>): Promise<Result> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return Promise.race([request, over]);
}

/** The whole set: nothing of a delivery's own headers goes any further. */
function headersOf({ webhookId, timestamp, signature, body }: Shipment, userAgent: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': userAgent,
    'webhook-id': webhookId,
    'webhook-timestamp': String(timestamp),
    ...(signature === undefined ? {} : { 'webhook-signature': signature }),
    'content-length': String(body.byteLength),
  };
}

function first(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
