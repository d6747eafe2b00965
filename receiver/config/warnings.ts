import { findProvider, providers } from '../../providers';
import { chatEventTypes } from '../../providers/event';
import type { Provider } from '../../providers/provider';
import { compileGlobs } from '../event-globs';
import { readPrivateEntry } from '../forward/address/entry';
import { rangeOf } from '../forward/address/ranges';
import { isPrivateHost } from '../forward/address/rule';
import { signingKey } from '../forward/sign';
import type { LibraryConfig } from './assemble';
import type { DestinationConfig, SourceConfig } from './config';
import type { Warning } from './mistakes';

const SAFE_TOKEN = 16;

/** Shorter secrets are a slip of whoever set them up; some providers take no long ones. */
const LEAST_SECRET = 8;
const GUESSABLE = `of fewer than ${LEAST_SECRET} characters, short enough to be guessed. Choose a longer one, by chance.`;

/** Where AWS, Azure, Google and others have it; the second is AWS's in IPv6. */
const METADATA = ['169.254.169.254', 'fd00:ec2::254'];

/** What is allowed in a configuration and yet probably a slip. */
export function warningsFor(config: LibraryConfig): readonly Warning[] {
  const types = knownTypes();
  return [
    ...tokenWarnings(config.admin?.token),
    ...config.privateDestinations.flatMap((entry, index) => privateWarnings(entry, `privateDestinations[${index}]`)),
    ...config.sources.flatMap((source, index) => sourceWarnings(source, `sources[${index}]`)),
    ...config.destinations.flatMap((destination, index) => {
      const path = `destinations[${index}]`;
      const unknown = destination.events.flatMap((glob, at) =>
        types.some(compileGlobs([glob])) ? [] : [{ path: `${path}.events[${at}]`, message: 'matches no event type that is known, so nothing may ever be forwarded by it.' }],
      );
      return [...unknown, ...destinationWarnings(destination, path)];
    }),
  ];
}

function tokenWarnings(token: string | undefined): readonly Warning[] {
  if (token === undefined || token.length >= SAFE_TOKEN) return [];
  return [{ path: 'admin.token', message: `is short enough to be guessed. ${SAFE_TOKEN} random characters or more withstand that.` }];
}

/** A range is meant for machines; few have these two in mind. */
function privateWarnings(text: string, path: string): readonly Warning[] {
  const read = readPrivateEntry(text);
  if (!read.ok || read.entry.kind !== 'range' || !METADATA.some(rangeOf(read.entry.range))) return [];
  return [{ path, message: 'holds an address at which clouds give out the credentials of this machine to whoever asks. Write a range without it.' }];
}

function sourceWarnings(source: SourceConfig, path: string): readonly Warning[] {
  const provider = findProvider(source.provider);
  const { scheme } = source.auth;
  const short = 'secrets' in source.auth && source.auth.secrets.some(isShort) ? [{ path: `${path}.auth`, message: `has a secret ${GUESSABLE}` }] : [];
  if (scheme === 'none') return [{ path: `${path}.auth`, message: 'asks nobody for anything: whoever knows the URL can forge events.' }];
  if (provider === undefined || provider.auth.some((offer) => offer.scheme === scheme)) return short;
  const offers = provider.auth.map((offer) => offer.scheme).join(', ');
  return [...short, { path: `${path}.auth.scheme`, message: `is nothing that ${provider.title} offers (${offers}). It works if something in between adds the credential.` }];
}

function destinationWarnings({ url: address, secrets }: DestinationConfig, path: string): readonly Warning[] {
  const url = new URL(address);
  return [
    ...(secrets.length > 0 ? [] : [{ path, message: 'has no secret, so what is forwarded is not signed and the destination cannot tell it from a forgery.' }]),
    ...(secrets.some(isShort) ? [{ path, message: `has a secret ${GUESSABLE}` }] : []),
    ...(secrets.some(isRaw) ? [{ path, message: 'has a secret that is not base64: the Standard Webhooks libraries verify it with { format: \'raw\' } only. Or write whsec_ and base64, as they do.' }] : []),
    ...(url.protocol === 'https:' || isPrivateHost(url.hostname) ? [] : [{ path: `${path}.url`, message: 'is http, so events cross the network in clear.' }]),
  ];
}

function isShort(secret: string): boolean {
  return secret.length < LEAST_SECRET;
}

/** The bytes that it signs with are its own letters', and not what they decode to. */
function isRaw(secret: string): boolean {
  return signingKey(secret)?.length === Buffer.byteLength(secret);
}

function knownTypes(): readonly string[] {
  const catalogues: readonly Provider[] = Object.values(providers);
  const listed = catalogues.flatMap(({ events }) => Object.values(events).flatMap(({ type, alsoTypes = [] }) => [type, ...alsoTypes]));
  return [...new Set<string>([...chatEventTypes, ...listed, 'identity.unknown'])];
}
