/*
 * Which addresses destinations may have: every public one, and the private ones that the configuration names.
 */
import { readPrivateEntry, type PrivateEntry } from './entry';
import { bare, isAddress, isLoopbackAddress, isLoopbackHost, privateKind, rangeOf } from './ranges';

/** Where a URL leads, as the URL has it. */
export interface Target {
  /** As `URL.hostname` gives it: in small letters, an IPv6 address in brackets. */
  readonly host: string;
  readonly port: number;
}

export interface AddressRule {
  /** Why a target may not be connected to at an address, and what to write if it may; undefined when it may. */
  refusal(target: Target, address: string): string | undefined;
}

export interface AddressRuleOptions {
  /** Entries as the configuration has them; one that makes no sense allows nothing. */
  readonly privateDestinations: readonly string[];
  /** Destinations of the configuration file. A private target that one of them names is meant. */
  readonly configured: readonly { readonly url: string }[];
}

/** Names that exist in private networks only: RFC 6762, 6761 and 8375, and ICANN's reserved `internal`. */
const PRIVATE_SUFFIX = /\.(?:local|internal|localhost|home\.arpa)\.?$/;

/** The rule of one configuration. */
export function createAddressRule({ privateDestinations, configured }: AddressRuleOptions): AddressRule {
  const entries = privateDestinations.map(readPrivateEntry).flatMap((read) => (read.ok ? [read.entry] : []));
  const named = configured.map(({ url }) => targetOf(url)).filter(({ host }) => isPrivateHost(host)).map((target): PrivateEntry => ({ kind: 'host', ...target }));
  const admissions = [...entries, ...named].map(admissionOf);

  return {
    refusal(target, address) {
      const kind = privateKind(address);
      if (kind === undefined || admissions.some((admits) => admits(target, address))) return undefined;
      const { host, port } = target;
      const found = isAddress(host) ? `${host} is ${kind}` : `${host} resolves to ${address}, ${kind}`;
      return `${found}. If it is meant, write privateDestinations: ["${host}:${port}"] into the configuration.`;
    },
  };
}

/** @throws when it is no URL */
export function targetOf(url: string): Target {
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}

/** A host that says itself that it is not on the public internet. */
export function isPrivateHost(host: string): boolean {
  if (isAddress(host)) return privateKind(bare(host)) !== undefined;
  return !host.includes('.') || PRIVATE_SUFFIX.test(host);
}

function admissionOf(entry: PrivateEntry): (target: Target, address: string) => boolean {
  switch (entry.kind) {
    case 'localhost':
      // Both: a name that leads to this machine was not meant, and `localhost` may lead elsewhere.
      return ({ host }, address) => (isLoopbackHost(host) || host.endsWith('.localhost')) && isLoopbackAddress(address);
    case 'host':
      return ({ host, port }) => host === entry.host && (entry.port === undefined || port === entry.port);
    case 'range': {
      const contains = rangeOf(entry.range);
      return (_, address) => contains(address);
    }
  }
}
