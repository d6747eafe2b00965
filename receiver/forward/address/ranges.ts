/*
 * Addresses that are not the public internet's: what lies behind them was never meant for strangers.
 *
 * IPv4 by exclusion, after https://www.iana.org/assignments/iana-ipv4-special-registry and
 * https://www.iana.org/assignments/multicast-addresses. IPv6 by admission: IANA has given out nothing but 2000::/3 as
 * global unicast (https://www.iana.org/assignments/ipv6-address-space), and of that the special ranges of
 * https://www.iana.org/assignments/iana-ipv6-special-registry are taken off.
 */
import { BlockList, isIP, isIPv6 } from 'node:net';

const IPV4: readonly (readonly [range: string, kind: string])[] = [
  ['0.0.0.0/8', 'an address of this machine itself'],
  ['10.0.0.0/8', 'an address of a private network'],
  ['100.64.0.0/10', 'an address of a provider’s own network (RFC 6598)'],
  ['127.0.0.0/8', 'a loopback address'],
  ['169.254.0.0/16', 'a link-local address, where clouds give out credentials'],
  ['172.16.0.0/12', 'an address of a private network'],
  ['192.0.0.0/24', 'an address of IETF protocols'],
  ['192.0.2.0/24', 'an address for documentation'],
  ['192.88.99.0/24', 'an address of 6to4 relays'],
  ['192.168.0.0/16', 'an address of a private network'],
  ['198.18.0.0/15', 'an address for benchmarks'],
  ['198.51.100.0/24', 'an address for documentation'],
  ['203.0.113.0/24', 'an address for documentation'],
  ['224.0.0.0/4', 'a multicast address'],
  ['240.0.0.0/4', 'a reserved or broadcast address'],
  // Public by its number, and yet each machine in Azure reaches its host there:
  // https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  ['168.63.129.16/32', 'an address of Azure’s platform'],
];

/** The first one that fits names the kind: `::1` before `::/96`, single ranges before all that is not global unicast. */
const IPV6: readonly (readonly [range: string, kind: string])[] = [
  ['::/128', 'an address of this machine itself'],
  ['::1/128', 'a loopback address'],
  ['::/96', 'an IPv4 address in IPv6'],
  ['::ffff:0:0/96', 'an IPv4 address in IPv6'],
  ['64:ff9b::/96', 'an IPv4 address behind NAT64'],
  ['64:ff9b:1::/48', 'an IPv4 address behind NAT64'],
  // Teredo (2001::/32), whose addresses hold an IPv4 one, benchmarks and ORCHID among them.
  ['2001::/23', 'an address of IETF protocols'],
  ['2001:db8::/32', 'an address for documentation'],
  ['2002::/16', 'an IPv4 address behind 6to4'],
  ['3fff::/20', 'an address for documentation'],
  ['fc00::/7', 'an address of a private network'],
  ['fe80::/10', 'a link-local address'],
  ['fec0::/10', 'an address of a private network'],
  ['ff00::/8', 'a multicast address'],
];

const ranges = { ipv4: compiled(IPV4), ipv6: compiled(IPV6) };
const globalUnicast = rangeOf('2000::/3');
const loopback = [rangeOf('127.0.0.0/8'), rangeOf('::1/128')];

/** Whether an address lies in it. */
export type Range = (address: string) => boolean;

/**
 * What an address is that is not the public internet's, in words; undefined when it is. What is no address at all is
 * not public either. A zone (`fe80::1%eth0`) belongs to a link, and so does no public address.
 */
export function privateKind(address: string): string | undefined {
  if (isIP(address) === 0) return 'no address';
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const found = ranges[family].find(([contains]) => contains(address));
  if (found !== undefined) return found[1];
  if (address.includes('%')) return 'an address of one link';
  return family === 'ipv4' || globalUnicast(address) ? undefined : 'a reserved address';
}

/** 127.0.0.0/8 and ::1; an IPv4 address written as an IPv6 one is none. */
export function isLoopbackAddress(address: string): boolean {
  return loopback.some((contains) => contains(address));
}

/** Whether a host, as `URL.hostname` gives it, says itself that it is this machine. Names below `localhost` are asked of a name server here and there, so that they say nothing. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || isLoopbackAddress(bare(host));
}

/** An address rather than a name. */
export function isAddress(host: string): boolean {
  return isIP(bare(host)) !== 0;
}

/** Without the brackets that a URL puts around an IPv6 address. */
export function bare(host: string): string {
  return host.startsWith('[') && isIPv6(host.slice(1, -1)) ? host.slice(1, -1) : host;
}

/**
 * A range such as `10.0.0.0/8` or `fd00::/8`. An IPv4 range has no IPv4 address that is written as an IPv6 one.
 *
 * @throws when it is none
 */
export function rangeOf(cidr: string): Range {
  const [network = '', length] = cidr.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(network, Number(length), family);
  return (address) => {
    // A BlockList says of an address with a zone that it is in no range at all (Node 24).
    const [bare = ''] = address.split('%', 1);
    return isIPv6(bare) === (family === 'ipv6') && list.check(bare, family);
  };
}

function compiled(listed: readonly (readonly [string, string])[]): readonly (readonly [Range, string])[] {
  return listed.map(([cidr, kind]) => [rangeOf(cidr), kind]);
}
