/*
 * Entries of `privateDestinations`: which private addresses destinations may have.
 */
import { isIP, isIPv6 } from 'node:net';

export type PrivateEntry =
  /** Loopback addresses, of URLs that say so themselves: `localhost`, `*.localhost`, 127.0.0.0/8, `[::1]`. */
  | { readonly kind: 'localhost' }
  /** A URL's host, to the letter, and its port unless any will do; whatever the name resolves to. */
  | { readonly kind: 'host'; readonly host: string; readonly port?: number }
  /** Whatever resolves into it. */
  | { readonly kind: 'range'; readonly range: string };

export type ReadEntry = { readonly ok: true; readonly entry: PrivateEntry } | { readonly ok: false; readonly mistake: string };

const HOST = 'Write a host as it stands in the URL, with a port or without one: n8n, n8n:5678, 10.0.0.5 or [fd00::5]:5678.';

/** Reads an entry as people write it. The mistake says what is wrong and what to write. */
export function readPrivateEntry(text: string): ReadEntry {
  if (text === 'localhost') return { ok: true, entry: { kind: 'localhost' } };
  if (text.includes('://')) return mistaken(`is a URL. ${HOST}`);
  return text.includes('/') ? readRange(text) : readHost(text);
}

function readRange(text: string): ReadEntry {
  const [network = '', length = '', ...rest] = text.split('/');
  const longest = { 0: undefined, 4: 32, 6: 128 }[isIP(network)];
  if (longest === undefined || network.includes('%') || rest.length > 0) return mistaken('is no range of addresses. Write one such as 10.0.0.0/8 or fd12:3456::/32.');
  if (!/^\d{1,3}$/.test(length) || Number(length) > longest) return mistaken(`has no number of bits from 0 to ${longest} behind the slash. Write a range such as ${longest === 32 ? '10.0.0.0/8' : 'fd12:3456::/32'}.`);
  return { ok: true, entry: { kind: 'range', range: `${network}/${Number(length)}` } };
}

function readHost(text: string): ReadEntry {
  const [, name = '', digits] = (isIPv6(text) ? ['', `[${text}]`] : /^(.*?)(?::(\d+))?$/s.exec(text)) ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port < 1 || port > 65_535)) return mistaken('has no port from 1 to 65535 behind the colon.');
  // The reading that a destination's URL gets, so that both are spelled alike.
  const host = /[\s@?#\\]/.test(name) ? undefined : URL.parse(`http://${name}/`)?.hostname;
  if (host === undefined || host === '') return mistaken(`is no host. ${HOST}`);
  if (host.includes('*')) return mistaken(`holds a *, which stands for nothing here. ${HOST}`);
  return { ok: true, entry: { kind: 'host', host, ...(port === undefined ? {} : { port }) } };
}

function mistaken(mistake: string): ReadEntry {
  return { ok: false, mistake };
}
