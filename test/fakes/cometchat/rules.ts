/*
 * What CometChat demands of a webhook's fields, and which triggers there are. Documented: `cometchat/docs`,
 * management-apis.json and https://www.cometchat.com/docs/rest-api/management-apis/properties-and-constraints.
 */
import { BlockList, isIP } from 'node:net';
import { cometchat } from '../../../providers/cometchat';

/** Texts by field, as the errors of the chat API have them in `details`. */
export type Faults = Readonly<Record<string, readonly string[]>>;

type Fields = Readonly<Record<string, unknown>>;

/** The 53 triggers that have a published payload. */
export const publishedTriggers: readonly string[] = Object.entries<{ readonly basis: string; readonly deprecated?: true }>(cometchat.events)
  .filter(([, { basis, deprecated }]) => basis === 'documented' && deprecated !== true)
  .map(([name]) => name);

/** Those of the older system, of which two share a name with today's. */
export const legacyTriggers: readonly string[] = ['before_message', 'after_message', 'message_delivery_receipt', 'message_read_receipt', 'after_connection_status_changed'];

/** Addresses that nobody on the internet reaches: RFC 1918, 6598, 3927, 4193, 4291, 1122. */
const NOT_PUBLIC = new BlockList();
for (const [network, bits] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.168.0.0', 16]] as const) {
  NOT_PUBLIC.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [['::', 127], ['fc00::', 7], ['fe80::', 10]] as const) NOT_PUBLIC.addSubnet(network, bits, 'ipv6');

/** A rule's text is the complaint; undefined when a value is fine. */
const RULES = {
  // "Alphanumeric" in the text; ids with _ in the examples, with - on another page.
  id: matching(/^[A-Za-z0-9_-]{1,50}$/, 'Must be alphanumeric, of at most 50 characters.'),
  name: matching(/^.{1,50}$/su, 'Must be text of at most 50 characters.'),
  webhookURL: matching(/^.{1,255}$/s, 'Must be a URL of at most 255 characters.'),
  username: matching(/^[A-Za-z0-9]{1,50}$/, 'Must be alphanumeric, of at most 50 characters.'),
  password: matching(/^[A-Za-z0-9]{1,100}$/, 'Must be alphanumeric, of at most 100 characters.'),
  useBasicAuth: flag,
  enabled: flag,
  retryOnFailure: flag,
} as const satisfies Readonly<Record<string, Rule>>;

type Rule = (value: unknown) => string | undefined;

/**
 * What is wrong with the fields of a request; undefined when nothing is.
 * @param before what an update is applied to.
 */
export function faultsOf(fields: Fields | undefined, required: readonly string[], allowLocalUrls: boolean, before: object = {}): Faults | undefined {
  if (fields === undefined) return { body: ['Must be a JSON object.'] };
  const missing = required.filter((name) => fields[name] === undefined).map((name) => [name, 'Is required.'] as const);
  const wrong = Object.entries<Rule>(RULES).map(([name, rule]) => [name, fields[name] === undefined ? undefined : rule(fields[name])] as const);
  const found = [...missing, ...wrong, ['webhookURL', urlFault(fields['webhookURL'], allowLocalUrls)] as const, ['username', authFault({ ...before, ...fields })] as const];
  const faults = found.flatMap(([name, text]) => (text === undefined ? [] : [[name, [text]] as const]));
  return faults.length === 0 ? undefined : Object.fromEntries(faults);
}

/** That Basic needs both is plain; that CometChat checks it when the webhook is made: unknown. */
function authFault({ useBasicAuth, username, password }: Fields): string | undefined {
  return useBasicAuth === true && (username === undefined || password === undefined) ? 'Basic auth needs a username and a password.' : undefined;
}

function urlFault(value: unknown, allowLocalUrls: boolean): string | undefined {
  if (typeof value !== 'string') return undefined;
  const url = URL.parse(value);
  if (url !== null && allowLocalUrls && /^https?:$/.test(url.protocol) && ['127.0.0.1', 'localhost'].includes(url.hostname)) return undefined;
  return url?.protocol === 'https:' && isPublic(url.hostname) ? undefined : 'Must be a public HTTPS URL.';
}

/** A name without a dot is a machine next door. Whether CometChat looks a name up when the webhook is made: unknown. */
function isPublic(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  const version = isIP(bare);
  if (version === 0) return bare.includes('.') && !bare.endsWith('.localhost');
  return !NOT_PUBLIC.check(bare, version === 4 ? 'ipv4' : 'ipv6');
}

function matching(pattern: RegExp, complaint: string): Rule {
  return (value) => (typeof value === 'string' && pattern.test(value) ? undefined : complaint);
}

function flag(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : 'Must be true or false.';
}
