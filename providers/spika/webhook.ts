/*
 * The webhook that a node wants, and what Spika's server would refuse, or take and never call.
 */
import { failed } from '../management/failure';
import type { Failed } from '../management/failure';
import { LIMITS } from './management';

export interface SpikaWebhook {
  /** A number, in digits. */
  readonly roomId: string;
  readonly url: string;
  /** The signature that the node keeps; undefined when it has none. */
  readonly signatureInHand?: string | undefined;
  readonly sibling?: Sibling;
}

/** The other URL of the same node: its test URL where the production URL is wanted, and the other way round. */
export interface Sibling {
  /** What every URL of the node ends with. */
  readonly ending: string;
  /** Who uses it, after "is in use by": `the published workflow`. */
  readonly user: string;
  /** What to do then, in whole sentences. */
  readonly remedy: string;
}

/** Together the pattern of `server/components/utils.ts`, `isValidURL`, in parts, so that each can be told of. */
const HOST = /^(?:(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+[a-z]{2,}|(?:\d{1,3}\.){3}\d{1,3})$/i;
const PATH = /^[-a-z\d%_.~+/]*$/i;
const QUERY = /^[;&a-z\d%_.~+=-]*$/i;
const FRAGMENT = /^[-a-z\d_]*$/i;

/** What the server's pattern tells apart, read off the text as it will be sent: parsed, it would be another one. */
const PARTS = /^https?:\/\/(?:(?<credentials>[^/?#]*)@)?(?<host>\[[^/?#]*\]|[^/?#:@]*)(?::\d+)?(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?(?:#(?<fragment>.*))?$/is;

/** What Spika would refuse, or could never call, told before it is asked. */
export function faultOf({ roomId, url }: SpikaWebhook): Failed | undefined {
  if (roomId === '') return failed('incomplete_settings', 'No room is chosen. Choose one in \'Room\'.');
  if (!isRoomId(roomId)) {
    return failed('incomplete_settings', 'What \'Room\' names is not the number of a room. It is the last part of the room\'s address in Spika\'s web app: 42 in /messenger/rooms/42.');
  }
  const fault = urlFault(url);
  return fault === undefined ? undefined : failed('url_refused', fault);
}

/** True for what can be the number of a room: anything else the server answers with a status of 500, or cuts down to a number. */
export function isRoomId(text: string): boolean {
  return /^[1-9]\d{0,9}$/.test(text) && Number(text) <= LIMITS.roomId;
}

/**
 * Why Spika does not take a URL, by the pattern of its server, or undefined when it does. Private addresses are fine:
 * the server may stand beside n8n.
 */
function urlFault(url: string): string | undefined {
  const parts = URL.parse(url) === null ? undefined : PARTS.exec(url)?.groups;
  if (parts === undefined) {
    return 'The webhook URL of n8n is no http or https address. Set WEBHOOK_URL with its scheme: Spika takes an address without one and then never calls it.';
  }
  const { credentials, host = '', path = '', query = '', fragment = '' } = parts;
  if (credentials !== undefined) return 'Spika refuses URLs with a user name or password in them. Take them out of WEBHOOK_URL of n8n.';
  if (!HOST.test(host)) return `${hostFault(host)} Set WEBHOOK_URL of n8n to an address that Spika's server can reach, such as https://n8n.example.com/ or http://192.168.1.20:5678/.`;
  if (!PATH.test(path) || !QUERY.test(query) || !FRAGMENT.test(fragment)) {
    return 'Spika takes URLs of plain characters only: letters, digits and - % _ . ~ + / in the path. Check WEBHOOK_URL of n8n.';
  }
  if (url.length > LIMITS.url) return `Spika's database holds URLs of at most ${LIMITS.url} characters, and this one has ${url.length}. Shorten WEBHOOK_URL of n8n.`;
  return undefined;
}

function hostFault(host: string): string {
  if (host.startsWith('[')) return 'Spika refuses IPv6 addresses.';
  if (!host.includes('.')) return `Spika refuses host names without a dot, as ${host === '' ? 'an empty one' : host} is.`;
  if (host.includes('_')) return `Spika refuses host names with an underscore, as ${host} has one.`;
  return `Spika takes dotted host names that end in letters, and IPv4 addresses, and ${host} is neither.`;
}
