/*
 * The webhooks of Skillmine's management API, which its page does not describe: requests as data, and what their
 * answers say, as the vendor's own SDK has them. Sources: README.md, "Management API".
 */
import { at, id, list, text } from '../fields';
import { oauthSaying } from '../identity/token';
import type { JsonObject, JsonValue } from '../json/json';
import { isJsonObject } from '../json/json';
import { hasStatus, pathPart, succeeded } from '../management/request';
import type { Answered, ManagementAnswer, ManagementRequest } from '../management/request';

/** What a webhook is set to. The kinds are texts of which no list is published. */
export interface WebhookSettings {
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly notificationType: string;
  readonly hookType: string;
  readonly authenticationType: string;
  readonly credential: DeliveryCredential;
}

/** What a delivery will prove itself with. */
export type DeliveryCredential =
  | { readonly scheme: 'api-key'; readonly key: string }
  /** The key in base32, as the vendor's own TOTP code takes it. */
  | { readonly scheme: 'totp'; readonly key: string }
  /** The client with which Skillmine fetches a token at `tokenUrl`. */
  | { readonly scheme: 'oauth2'; readonly clientId: string; readonly clientSecret: string; readonly tokenUrl: string };

/** A webhook as the API tells of it; undefined is what it leaves out. */
export interface RegisteredWebhook {
  readonly id: string;
  readonly name: string | undefined;
  readonly url: string | undefined;
  readonly events: readonly string[] | undefined;
  readonly active: boolean | undefined;
  readonly notificationType: string | undefined;
  readonly authenticationType: string | undefined;
}

const root = '/webhook-srv';

/** The SDK asks for the active ones or for the others, never for both. */
export function listWebhooks(hookType: string, active: boolean): ManagementRequest {
  return { method: 'GET', path: `${root}/all`, query: { type: hookType, active: String(active) } };
}

export function getWebhook(webhookId: string): ManagementRequest {
  return { method: 'GET', path: webhook(webhookId) };
}

export function createWebhook(settings: WebhookSettings): ManagementRequest {
  return { method: 'POST', path: root, body: bodyOf(settings) };
}

export function updateWebhook(webhookId: string, settings: WebhookSettings): ManagementRequest {
  return { method: 'PUT', path: webhook(webhookId), body: { _id: webhookId, ...bodyOf(settings) } };
}

export function deleteWebhook(webhookId: string): ManagementRequest {
  return { method: 'DELETE', path: webhook(webhookId) };
}

/** True when the call did what it was asked to: a delete tells in `data` whether it did. */
export function isDone(answer: ManagementAnswer): answer is Answered {
  return succeeded(answer) && at(answer.body, 'data') !== false;
}

/** The webhooks of an answer to a list; undefined when it is none. */
export function readWebhooks(answer: ManagementAnswer): readonly RegisteredWebhook[] | undefined {
  if (!isDone(answer)) return undefined;
  const data = at(answer.body, 'data');
  if (Array.isArray(data)) return list(data).flatMap((one) => readOne(one) ?? []);
  // An empty list may be left out, but then what came is Skillmine's answer and not a web page.
  const isEmpty = answer.status === 204 || (isJsonObject(answer.body) && (data === null || data === undefined) && at(answer.body, 'success') === true);
  return isEmpty ? [] : undefined;
}

/** The webhook of an answer; undefined when it holds none. */
export function readWebhook(answer: ManagementAnswer): RegisteredWebhook | undefined {
  return isDone(answer) ? readOne(at(answer.body, 'data')) : undefined;
}

/** True for "there is no such webhook"; to an update the SDK reads a conflict as that. */
export function isMissing(answer: ManagementAnswer): boolean {
  return hasStatus(answer, 404, 409, 410);
}

/** What Skillmine says about a failure, and its id of the request, which its support finds the log by. */
export function readSaying(answer: ManagementAnswer): string | undefined {
  if (answer.kind === 'unreachable') return undefined;
  const requestId = answer.headers['x-auth-req-id'];
  const said = [oauthSaying(answer.body) ?? text(at(answer.body, 'description')), requestId === undefined ? undefined : `request ${requestId}`];
  return said.filter((part) => part !== undefined).join(', ') || undefined;
}

function readOne(value: JsonValue | undefined): RegisteredWebhook | undefined {
  const webhookId = id(at(value, '_id')) ?? id(at(value, 'id'));
  if (webhookId === undefined) return undefined;
  const events = at(value, 'events');
  const active = at(value, 'active');
  return {
    id: webhookId,
    name: text(at(value, 'name')),
    url: text(at(value, 'url')),
    events: Array.isArray(events) ? list(events).flatMap((name) => text(name) ?? []) : undefined,
    active: typeof active === 'boolean' ? active : undefined,
    notificationType: text(at(value, 'notification_type')),
    authenticationType: text(at(value, 'authentication_type')),
  };
}

function bodyOf({ name, url, events, notificationType, hookType, authenticationType, credential }: WebhookSettings): JsonObject {
  return {
    name,
    url,
    events: [...events],
    notification_type: notificationType,
    authentication_type: authenticationType,
    hook_type: hookType,
    active: true,
    ...credentialFields(credential),
  };
}

function credentialFields(credential: DeliveryCredential): JsonObject {
  switch (credential.scheme) {
    case 'api-key':
      return { api_key: credential.key };
    case 'totp':
      return { totp_key: credential.key };
    case 'oauth2':
      return { oauth2_config: { client_id: credential.clientId, client_secret: credential.clientSecret, token_url: credential.tokenUrl } };
  }
}

function webhook(webhookId: string): string {
  return `${root}/${pathPart(webhookId)}`;
}
