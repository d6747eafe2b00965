/*
 * The webhook that a node wants, and what is fixed about it.
 */
import { matchesAny } from '../authentication/compare';
import { cleanName } from '../identity/read';
import { failed } from '../management/failure';
import type { Failed } from '../management/failure';
import { reachOf } from '../management/public-url';
import { events as catalogue } from './events';
import type { DeliveryAuthentication, RegisteredWebhook, Resource } from './management';

export interface CidaasWebhook {
  readonly url: string;
  /** cidaas' own names; a `*` among them stands for all that the tenant has. */
  readonly events: readonly string[];
  readonly authentication: DeliveryAuthentication;
  readonly resource: Resource;
  /**
   * The id that an earlier registration gave, where the host remembers it: the only way to the webhook on a tenant that
   * doesn't list its webhooks. A hint and no more: what it names is ours only if it has our URL.
   */
  readonly knownId?: string | undefined;
}

/** What the Terraform provider lets through; vendor examples with capitals exist (README.md), so these are safe. */
const PLACEHOLDER = /^[a-z-]+$/;

/** Everything in the catalogue that is not on its way out, for a tenant whose own list can't be read. */
export function allEvents(): readonly string[] {
  return Object.entries<{ readonly deprecated?: true }>(catalogue).flatMap(([name, { deprecated }]) => (deprecated === true ? [] : [name]));
}

/** The names that were chosen one by one and, for a `*`, all those that the tenant has; each once. */
export function chosenEvents({ events }: CidaasWebhook, all: readonly string[]): readonly string[] {
  return [...new Set(events.flatMap((event) => (event === '*' ? all : cleanName(event))))];
}

/** Whether a webhook is as wanted. Secrets are compared where they are told. */
export function stands(webhook: RegisteredWebhook, wanted: CidaasWebhook, events: readonly string[]): boolean {
  const sameEvents = new Set(webhook.events.map(cleanName)).symmetricDifference(new Set(events)).size === 0;
  return !webhook.disabled && sameEvents && provesItself(webhook, wanted.authentication);
}

function provesItself(webhook: RegisteredWebhook, wanted: DeliveryAuthentication): boolean {
  if (webhook.type !== wanted.type) return false;
  if (wanted.type === 'CIDAAS_OAUTH2') return webhook.clientId === undefined || webhook.clientId === wanted.clientId;
  const isSamePlace = webhook.placeholder === wanted.placeholder && webhook.placement === wanted.placement;
  return isSamePlace && (webhook.key === undefined || matchesAny(webhook.key, [wanted.key]));
}

/** What cidaas would refuse, or could never call, told before it is asked. */
export function faultOf({ url, events, authentication }: CidaasWebhook): Failed | undefined {
  if (reachOf(url) !== 'public') {
    return failed('url_refused', `cidaas runs in the cloud and cannot call ${URL.parse(url)?.origin ?? 'this URL'}. Set WEBHOOK_URL of n8n to its public address, or put a Chathooks receiver in front.`);
  }
  if (events.length === 0) return failed('incomplete_settings', 'No event is chosen. Choose at least one in \'Events\'.');
  if (authentication.type === 'CIDAAS_OAUTH2') {
    return authentication.clientId === '' ? failed('incomplete_settings', 'With OAuth2, cidaas needs the ID of the client that it fetches tokens for. Fill in the client ID in the credential.') : undefined;
  }
  if (authentication.key === '') return failed('incomplete_settings', 'There is no key for deliveries. Fill in the client secret in the credential, from which it is derived.');
  if (PLACEHOLDER.test(authentication.placeholder)) return undefined;
  return failed('incomplete_settings', 'cidaas takes lower-case letters and dashes only in the name of the header or query field, such as x-api-key. Change it in the node.');
}
