/*
 * Makes connections to allowed addresses only, whatever a name resolves to at that moment.
 */
import type { LookupAddress } from 'node:dns';
import { isIPv6, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { admit } from './admit';
import type { Resolve } from './resolve';
import type { AddressRule, Target } from './rule';

export interface GuardOptions {
  /** Asked for each connection: the configuration may have been reloaded. */
  readonly rule: () => AddressRule;
  readonly resolve: Resolve;
}

/**
 * The connector for a destination's connections. The name is resolved here and nowhere else: the connection goes to the
 * addresses that were looked at, while the certificate, SNI and Host stay those of the URL.
 */
export function guardedConnector({ rule, resolve }: GuardOptions): (timeoutMs: number) => buildConnector.connector {
  return (timeoutMs) => (options, callback) => {
    admit(targetOf(options), rule(), resolve, timeoutMs).then(
      (addresses) => buildConnector({ timeout: timeoutMs, lookup: giving(addresses) })(options, callback),
      (error: unknown) => callback(error instanceof Error ? error : new Error('The name was not resolved.', { cause: error }), null),
    );
  };
}

/** As the URL had it: undici takes the brackets off, and leaves out the port that the scheme has anyway. */
function targetOf({ hostname, port, protocol }: buildConnector.Options): Target {
  return { host: isIPv6(hostname) ? `[${hostname}]` : hostname, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}

/** Answers as `dns.lookup` does, with what is known already. */
function giving(addresses: readonly LookupAddress[]): LookupFunction {
  return (hostname, { all }, callback) => {
    const [first] = addresses;
    if (first === undefined) callback(Object.assign(new Error(`No address for ${hostname}.`), { code: 'ENOTFOUND' }), '');
    else if (all === true) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}
