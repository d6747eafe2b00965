/** The address ranges that no provider on the internet can reach: RFC 6890, and what embeds IPv4 in IPv6 (RFC 6052, RFC 4291). */
const PRIVATE_IPV4 = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.|192\.0\.0\.|198\.1[89]\.|22[4-9]\.|2[3-5]\d\.)/;
const PRIVATE_IPV6 = /^\[(?:f[cdf]|fe[89a-f]|64:ff9b:|::)/;
const LOOPBACK_IPV4 = /^(?:127\.|0\.)/;
const LOOPBACK_IPV6 = /^\[::1?\]$/;
const MAPPED_IPV4 = /^\[::ffff:([\da-f]{1,4}):([\da-f]{1,4})\]$/;

/** Names that resolve on one machine or one network only: RFC 6761, RFC 6762, RFC 8375. */
const LOCAL_NAME = /(?:^|\.)(?:local|internal|lan|home\.arpa)$/;

export type Reach = 'public' | 'private' | 'loopback';

/**
 * From where a URL can be reached, as far as its text tells: nothing is resolved.
 * @returns undefined for what is no http or https URL.
 */
export function reachOf(address: string): Reach | undefined {
  const url = URL.parse(address);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined;
  const host = unmapped(url.hostname.toLowerCase().replace(/\.$/, ''));
  // Names may begin with digits too: 10.example.com.
  const isIp = /^[\d.]+$/.test(host) || host.startsWith('[');
  if (host === 'localhost' || host.endsWith('.localhost') || (isIp && (LOOPBACK_IPV4.test(host) || LOOPBACK_IPV6.test(host)))) return 'loopback';
  if (isIp) return PRIVATE_IPV4.test(host) || PRIVATE_IPV6.test(host) ? 'private' : 'public';
  // A name without a dot is a machine or a container next door.
  return host.includes('.') && !LOCAL_NAME.test(host) ? 'public' : 'private';
}

/** `[::ffff:7f00:1]` is 127.0.0.1. */
function unmapped(host: string): string {
  const [, high, low] = MAPPED_IPV4.exec(host) ?? [];
  if (high === undefined || low === undefined) return host;
  const [first, second] = [parseInt(high, 16), parseInt(low, 16)];
  return [first >> 8, first & 255, second >> 8, second & 255].join('.');
}
