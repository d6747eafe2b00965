import { connect as connectPlain, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Config } from '../config/config';
import { failureCode } from '../forward/failure';
import { localUrl } from './address';
import { fail, ok, warn } from './check';
import type { Check } from './check';

const TIMEOUT_MS = 5_000;

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
}

/** Connects and hangs up. Nothing is sent, so that nothing is delivered. */
export async function checkConnection(name: string, { host, port, isTls }: Endpoint): Promise<Check> {
  const where = `${host}:${port}`;
  try {
    await connected({ host, port, isTls });
    return ok(name, `${where} takes connections${isTls ? ', and its certificate is trusted' : ''}.`);
  } catch (error) {
    return fail(name, `${where} cannot be reached (${failureCode(error)}). Check the address, and that it is up.`);
  }
}

/** The host behind a URL. */
export function checkUrl(name: string, address: string): Promise<Check> {
  const { hostname, port, protocol } = new URL(address);
  const isTls = protocol === 'https:';
  return checkConnection(name, { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? (isTls ? 443 : 80) : Number(port), isTls });
}

/** Whether the receiver of this configuration is up. That it isn't is no fault. */
export async function checkReceiver(config: Config): Promise<Check> {
  if (config.listen.port === 0) return warn('receiver', 'listen.port is 0, so where it listens is not known. Set a port.');
  const base = localUrl(config);
  try {
    const answer = await fetch(`${base}/readyz`, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    await answer.body?.cancel();
    return answer.status === 200 ? ok('receiver', `It runs at ${base} and is ready.`) : fail('receiver', `It runs at ${base} and is not ready (${answer.status}). Look into its log.`);
  } catch (error) {
    return warn('receiver', `It does not run at ${base} (${failureCode(error)}). Start it with: chathooks start`);
  }
}

function connected({ host, port, isTls }: Endpoint): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket: Socket = isTls ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) }) : connectPlain({ host, port });
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(Object.assign(new Error('Timed out.'), { code: 'ETIMEDOUT' })));
  socket.once(isTls ? 'secureConnect' : 'connect', () => resolve()).once('error', reject);
  return promise.finally(() => socket.destroy());
}
