/*
 * The webhook that a node wants, and what is fixed about it.
 */
import { createHash } from 'node:crypto';
import { failed } from '../management/failure';
import type { Failed } from '../management/failure';
import { reachOf } from '../management/public-url';
import { events as catalogue } from './events';
import { partsOf } from './glued';
import type { DeliveryCredential, WebhookSettings } from './management';

export interface SkillmineWebhook {
  readonly url: string;
  /** Of the API, which may be on the same private network as whoever is to be called. */
  readonly baseUrl: string;
  /** How people find it in the console. */
  readonly label: string;
  /** Skillmine's own names; a `*` among them stands for all that the catalogue has. */
  readonly events: readonly string[];
  readonly notificationType: string;
  readonly hookType: string;
  readonly authenticationType: string;
  readonly credential: DeliveryCredential;
}

/** What the kinds are taken to be. The page says REST; the rest is read off the names of the SDK's fields (README.md). */
export const DEFAULT_KINDS = {
  notificationType: 'REST',
  hookType: 'custom',
  authenticationType: { 'api-key': 'API_KEY', totp: 'TOTP', oauth2: 'OAUTH2' },
} as const;

const LONGEST_LABEL = 60;

/** The names to subscribe to: as the catalogue spells them, a glued one as its parts. */
export function eventsWanted({ events }: SkillmineWebhook): readonly string[] {
  return canonicalEvents(events.flatMap((event) => (event === '*' ? Object.keys(catalogue) : event)));
}

/** Names as the catalogue spells them, each once; those that it lacks stay, cleaned. */
export function canonicalEvents(names: readonly string[]): readonly string[] {
  return [...new Set(names.flatMap((name) => partsOf(name)))];
}

/**
 * The name carries a fingerprint of URL and credential. Whether the API tells a credential on read is not known, so a
 * webhook that still has an older one shows by its name; and two nodes never ask for the same name.
 */
export function nameOf({ label, url, credential }: SkillmineWebhook): string {
  const fingerprint = createHash('sha256').update(JSON.stringify([url, credential])).digest('hex').slice(0, 8);
  const readable = label.replace(/[^\p{L}\p{N} _-]/gu, '').trim().slice(0, LONGEST_LABEL).trim();
  return `${readable || 'Chathooks'} ${fingerprint}`;
}

export function settingsOf(wanted: SkillmineWebhook): WebhookSettings {
  const { url, notificationType, hookType, authenticationType, credential } = wanted;
  return { name: nameOf(wanted), url, events: eventsWanted(wanted), notificationType, hookType, authenticationType, credential };
}

/** What could never work, told before Skillmine is asked. */
export function faultOf({ url, baseUrl, events, credential }: SkillmineWebhook): Failed | undefined {
  const reach = reachOf(url);
  // Skillmine can be run on one's own premises, where it reaches private addresses too; itself it is never.
  if (reach === undefined || reach === 'loopback' || (reach === 'private' && reachOf(baseUrl) === 'public')) {
    const from = reachOf(baseUrl) === 'public' ? 'a public address' : 'an address that is not this machine\'s own';
    return failed('url_refused', `Skillmine Auth cannot call ${URL.parse(url)?.origin ?? 'this URL'}. Set WEBHOOK_URL of n8n to ${from} that Skillmine Auth can reach, or put a Chathooks receiver in front.`);
  }
  if (events.length === 0) return failed('incomplete_settings', 'No event is chosen. Choose at least one in \'Events\'.');
  return credentialFault(credential);
}

function credentialFault(credential: DeliveryCredential): Failed | undefined {
  if (credential.scheme !== 'oauth2') {
    return credential.key === '' ? failed('incomplete_settings', 'There is no key for deliveries. Fill in the client secret in the credential, from which it is derived.') : undefined;
  }
  const { clientId, clientSecret, tokenUrl } = credential;
  if (clientId !== '' && clientSecret !== '' && reachOf(tokenUrl) !== undefined) return undefined;
  return failed('incomplete_settings', 'With OAuth2, Skillmine Auth needs a client ID, a client secret and a token URL (http or https) to fetch tokens with. Check them in the credential and in the node.');
}
