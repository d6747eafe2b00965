import type { Config } from '../config/config';
import { Failure } from './failure';

type Addresses = Pick<Config, 'listen' | 'publicUrl'>;

/** Where this machine reaches the receiver. An address that stands for all of its own is no address to connect to. */
export function localUrl({ listen }: Addresses): string {
  if (listen.port === 0) throw new Failure('no_address', 'listen.port is 0, so the address is known only to the receiver itself. Set a port, or name the URL.');
  const host = listen.host === '0.0.0.0' ? '127.0.0.1' : listen.host === '::' ? '::1' : listen.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${listen.port}`;
}

/** Where a source is reached from outside. */
export function hookUrl(addresses: Addresses, id: string): string {
  return `${addresses.publicUrl ?? localUrl(addresses)}/hooks/${id}`;
}
