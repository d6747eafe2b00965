import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from './config/config';
import { openReceiver } from './receiver';
import { answerParseError } from './http/parse-error';
import { createLog } from './telemetry/log';
import type { Log } from './telemetry/log';

export interface RunningServer {
  /** Where it listens: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Takes over a reloaded configuration; the address and the store need a restart, which is said in the log. */
  reload(config: Config): Promise<void>;
  /** Stops taking deliveries, answers those under way, forwards what is under way, closes the store. */
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly log?: Log;
}

/** A sender that dribbles is cut off: headers within 10 s, the whole request within 30 s. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const TIMEOUTS_CHECKED_EVERY_MS = 2_000;

/** Longer than the usual proxy's, so that it is the proxy that closes an idle connection, and not under a request. */
const KEEP_ALIVE_MS = 65_000;

/** How long deliveries under way are waited for at the end. */
const LAST_DELIVERIES_MS = 10_000;

/** Starts a receiver that listens. Rejects when the port is taken or the store can't be opened; nothing is left open then. */
export async function startServer(config: Config, options: ServerOptions = {}): Promise<RunningServer> {
  const log = options.log ?? createLog();
  const receiver = await openReceiver(config, log);
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUTS_CHECKED_EVERY_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    receiver.app,
  );
  // Past this number Node drops headers without a word; their bytes are limited anyway.
  server.maxHeadersCount = 0;
  server.on('clientError', answerParseError);
  try {
    await listen(server, config.listen);
  } catch (error) {
    await receiver.close();
    throw error;
  }
  const url = urlOf(server.address() as AddressInfo);
  receiver.listensOn(url);
  let current = config;
  return {
    url,
    async reload(next) {
      if (next.store !== current.store || next.listen.port !== current.listen.port || next.listen.host !== current.listen.host) {
        log.warn({}, 'another address or store takes effect at the next start');
      }
      current = next;
      receiver.reload(next);
      log.info({ sources: next.sources.length, destinations: next.destinations.length }, 'the configuration was reloaded');
    },
    async close() {
      receiver.drain();
      await closed(server);
      await receiver.close();
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

async function closed(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const deadline = setTimeout(() => server.closeAllConnections(), LAST_DELIVERIES_MS);
  await promise;
  clearTimeout(deadline);
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
