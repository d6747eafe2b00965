import { connect as connectPlain, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { failureCode } from '../forward/failure';
import { fail, ok } from './check';
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

function connected({ host, port, isTls }: Endpoint): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket: Socket = isTls ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) }) : connectPlain({ host, port });
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(Object.assign(new Error('Timed out.'), { code: 'ETIMEDOUT' })));
  socket.once(isTls ? 'secureConnect' : 'connect', () => resolve()).once('error', reject);
  return promise.finally(() => socket.destroy());
}
