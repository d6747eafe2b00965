import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from './config/config';
import { boundConnections } from './http/connections';
import { boundPipelining } from './http/pipelining';
import { countRequests } from './http/under-way';
import { openReceiver } from './receiver';
import type { ReceiverParts } from './receiver';
import { answerParseError } from './http/parse-error';
import { createLog } from './telemetry/log';
import type { Log } from './telemetry/log';

export interface RunningServer {
  /** Where it listens: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Takes over a reloaded configuration; the address and the store need a restart, which is said in the log. */
  reload(config: Config): Promise<void>;
  /** Stops taking deliveries, answers those under way, forwards what is under way, closes the store. The log says how that ended. */
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly log?: Log;
  readonly times?: Times;
  /** Parts of the receiver in place of its own. */
  readonly parts?: ReceiverParts;
}

/** How long the server waits for whom. Milliseconds. */
export interface Times {
  /** For all headers of a request, from the first byte or from the connection. */
  readonly headers: number;
  /** For a whole request. */
  readonly request: number;
  /** How often the two are looked at. */
  readonly checkedEvery: number;
  /** For the next request on a connection. */
  readonly keepAlive: number;
  /** For any byte, in either direction: so long a client may leave its answer unread. */
  readonly silence: number;
  /** For deliveries under way at the end. */
  readonly lastDeliveries: number;
}

/** A sender that dribbles is cut off. Idle connections stay longer than the usual proxy's, so that it is the proxy that closes them, and not under a request. */
const USUAL_TIMES: Times = { headers: 10_000, request: 30_000, checkedEvery: 2_000, keepAlive: 65_000, silence: 60_000, lastDeliveries: 10_000 };

/** Of one connection; no sender has a reason for more than a few. */
const MOST_PIPELINED = 256;

/** At the end a connection is closed so soon after its last answer. */
const IDLE_CLOSED_EVERY_MS = 100;

/** Starts a receiver that listens. Rejects when the port is taken or the store can't be opened; nothing is left open then. */
export async function startServer(config: Config, options: ServerOptions = {}): Promise<RunningServer> {
  const { log = createLog(), times = USUAL_TIMES } = options;
  const receiver = await openReceiver(config, log, options.parts);
  let current = config;
  const server = createServer(
    { headersTimeout: times.headers, requestTimeout: times.request, connectionsCheckingInterval: times.checkedEvery, keepAliveTimeout: times.keepAlive },
    boundPipelining(receiver.app, MOST_PIPELINED),
  );
  server.timeout = times.silence;
  // Past this number Node drops headers without a word; their bytes are limited anyway.
  server.maxHeadersCount = 0;
  server.on('clientError', answerParseError);
  boundConnections(server, () => current.limits.connections, receiver.connections);
  const underWay = countRequests(server);
  try {
    await listen(server, config.listen);
  } catch (error) {
    await receiver.close();
    throw error;
  }
  const url = urlOf(server.address() as AddressInfo);
  receiver.listensOn(url);
  return {
    url,
    async reload(next) {
      if (next.store !== config.store || next.listen.port !== config.listen.port || next.listen.host !== config.listen.host) {
        log.warn({}, 'another address or store takes effect at the next start');
      }
      current = next;
      receiver.reload(next);
      log.info({ sources: next.sources.length, destinations: next.destinations.length }, 'the configuration was reloaded');
    },
    async close() {
      receiver.drain();
      const unanswered = await closed(server, times.lastDeliveries, underWay);
      const areForwardsEnded = await receiver.close();
      logEnd(log, unanswered, !areForwardsEnded);
    },
  };
}

function listen(server: Server, { host, port }: Config['listen']): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Resolves to how many requests were cut off without an answer. */
async function closed(server: Server, withinMs: number, underWay: () => number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let unanswered = 0;
  server.close(() => resolve());
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CLOSED_EVERY_MS);
  const deadline = setTimeout(() => {
    unanswered = underWay();
    server.closeAllConnections();
  }, withinMs);
  await promise;
  clearInterval(idle);
  clearTimeout(deadline);
  return unanswered;
}

function logEnd(log: Log, unanswered: number, forwardsCutOff: boolean): void {
  if (unanswered === 0 && !forwardsCutOff) log.info({}, 'the receiver has stopped; nothing was under way any more');
  else log.warn({ unanswered, forwardsCutOff }, 'the receiver has stopped with something still under way: what was not answered is for its senders to send again, what was forwarded without an answer is sent again at the next start');
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
