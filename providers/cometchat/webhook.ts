/*
 * The webhook that a node wants, and what is fixed about it.
 */
import { createHash } from 'node:crypto';
import { failed } from '../management/failure';
import type { Failed } from '../management/failure';
import { reachOf } from '../management/public-url';
import { events } from './events';
import { LIMITS } from './management';
import type { WebhookSettings } from './management';

export interface CometChatWebhook {
  readonly appId: string;
  readonly url: string;
  /** How people find it in the dashboard; cut to what fits. */
  readonly label: string;
  readonly username: string;
  /** Derived from the management secret; empty when there is none. */
  readonly password: string;
  /** Trigger ids; `*` stands for all that the provider documents. */
  readonly triggers: readonly string[];
}

/** The id of the webhook for a URL: alphanumeric, and the same each time, so that two attempts can't make two. */
export function webhookId(url: string): string {
  return `chathooks${createHash('sha256').update(url).digest('hex')}`.slice(0, LIMITS.id);
}

/** Everything that the provider publishes, less its older webhooks, which are another system. */
export function allTriggers(): readonly string[] {
  return Object.entries<{ readonly basis: string; readonly deprecated?: true }>(events).flatMap(([name, { basis, deprecated }]) =>
    basis === 'documented' && deprecated !== true ? [name] : [],
  );
}

/**
 * The name carries a fingerprint of the credentials, which are never told on read: a webhook that still has older ones
 * shows by its name.
 */
export function nameOf({ label, username, password }: CometChatWebhook): string {
  const fingerprint = createHash('sha256').update(`${username}:${password}`).digest('hex').slice(0, 8);
  const room = LIMITS.name - fingerprint.length - 1;
  const words = label.replace(/[^\p{L}\p{N} _-]/gu, '').trim();
  // What fits may end in half of a pair of surrogates, which no JSON can hold.
  return `${words.slice(0, room).replace(/\p{Surrogate}/gu, '').trim() || 'Chathooks'} ${fingerprint}`;
}

export function triggersWanted({ triggers }: CometChatWebhook): readonly string[] {
  return [...new Set(triggers.flatMap((trigger) => (trigger === '*' ? allTriggers() : trigger)))];
}

export function settingsOf(wanted: CometChatWebhook): WebhookSettings {
  return { name: nameOf(wanted), url: wanted.url, username: wanted.username, password: wanted.password };
}

/** What CometChat would refuse, or could never call, told before it is asked. */
export function faultOf({ url, triggers, username, password, appId }: CometChatWebhook): Failed | undefined {
  if (appId === '') return failed('incomplete_settings', 'The credential names no app. Fill in its app ID.');
  if (password === '') {
    return failed('incomplete_settings', 'The credential has no management secret. Fill in management key and secret, which CometChat issues on multi-tenancy plans; without such a plan, set \'Registration\' to Manual.');
  }
  const reach = reachOf(url);
  if (reach !== 'public' || !url.startsWith('https:')) {
    return failed('url_refused', `CometChat calls public HTTPS addresses only, and ${URL.parse(url)?.origin ?? 'this URL'} is none. Set WEBHOOK_URL of n8n to its public https address, or put a Chathooks receiver in front.`);
  }
  if (url.length > LIMITS.url) {
    return failed('url_refused', `CometChat takes URLs of at most ${LIMITS.url} characters, and this one has ${url.length}. Shorten WEBHOOK_URL or the path.`);
  }
  if (triggers.length === 0) return failed('incomplete_settings', 'No event is chosen. Choose at least one in \'Events\'.');
  const usable = [[username, LIMITS.username], [password, LIMITS.password]] as const;
  if (usable.some(([text, longest]) => text.length > longest || !/^[A-Za-z0-9]+$/.test(text))) {
    return failed('incomplete_settings', 'CometChat takes letters and digits only, at most 50 for the webhook username and 100 for the webhook password. Check both in the credential.');
  }
  return undefined;
}
