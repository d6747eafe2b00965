/*
 * The webhooks of CometChat's management API, https://apimgmt.cometchat.io: requests as data, and what their answers
 * say. Sources: README.md, "Management API".
 */
import { at, id, list, object, text } from '../fields';
import type { JsonObject, JsonValue } from '../json/json';
import { isJsonObject } from '../json/json';
import { pathPart } from '../management/request';
import type { ManagementAnswer, ManagementRequest } from '../management/request';

/** What a webhook is set to. Credentials and `retryOnFailure` never come back on read. */
export interface WebhookSettings {
  readonly name: string;
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** A webhook as the API tells of it. */
export interface RegisteredWebhook {
  readonly id: string;
  readonly name: string | undefined;
  readonly url: string | undefined;
  /** Undefined when the answer doesn't say. */
  readonly enabled: boolean | undefined;
}

/** Documented limits: characters, and webhooks of one app. */
export const LIMITS = { id: 50, name: 50, url: 255, username: 50, password: 100, webhooks: 25 } as const;

export const DEFAULT_BASE_URL = 'https://apimgmt.cometchat.io';

/** Without it a call is about legacy webhooks, which are other ones. */
const VERSION = { 'X-Webhook-Version': '2' };

/** The documented maximum: there are at most 25, and no parameter for a second page. */
const PER_PAGE = '1000';

export function listWebhooks(appId: string): ManagementRequest {
  return { method: 'GET', path: webhooks(appId), query: { perPage: PER_PAGE }, headers: VERSION };
}

export function createWebhook(appId: string, webhookId: string, settings: WebhookSettings): ManagementRequest {
  return { method: 'POST', path: webhooks(appId), headers: VERSION, body: { id: webhookId, ...bodyOf(settings) } };
}

export function updateWebhook(appId: string, webhookId: string, settings: WebhookSettings): ManagementRequest {
  return { method: 'PUT', path: webhook(appId, webhookId), headers: VERSION, body: bodyOf(settings) };
}

export function deleteWebhook(appId: string, webhookId: string): ManagementRequest {
  return { method: 'DELETE', path: webhook(appId, webhookId), headers: VERSION };
}

export function listTriggers(appId: string, webhookId: string): ManagementRequest {
  return { method: 'GET', path: triggers(appId, webhookId), headers: VERSION };
}

export function addTriggers(appId: string, webhookId: string, triggerIds: readonly string[]): ManagementRequest {
  return { method: 'POST', path: triggers(appId, webhookId), headers: VERSION, body: { triggerIds } };
}

/** A DELETE that carries a body, as documented. */
export function deleteTriggers(appId: string, webhookId: string, triggerIds: readonly string[]): ManagementRequest {
  return { method: 'DELETE', path: triggers(appId, webhookId), headers: VERSION, body: { triggerIds } };
}

/** The webhooks of an answer to a list; undefined when it holds none of the documented forms. */
export function readWebhooks(body: JsonValue | undefined): readonly RegisteredWebhook[] | undefined {
  const data = at(unwrapped(body), 'data');
  if (!Array.isArray(data)) return undefined;
  return list(data).flatMap((one) => readWebhook(one) ?? []);
}

/** The trigger ids of an answer to a list of triggers; undefined when it is none. */
export function readTriggers(body: JsonValue | undefined): readonly string[] | undefined {
  const data = at(unwrapped(body), 'data');
  return Array.isArray(data) ? list(data).flatMap((one) => id(at(one, 'id')) ?? []) : undefined;
}

/** Which of the triggers an answer does not report as added: each has a result of its own. Undefined when it has none at all. */
export function readRefusedTriggers(body: JsonValue | undefined, asked: readonly string[]): readonly string[] | undefined {
  const results = object(unwrapped(body), 'data');
  if (!asked.some((trigger) => Object.hasOwn(results, trigger))) return undefined;
  return asked.filter((trigger) => at(results, trigger, 'success') !== true);
}

/** Whether an answer to a deletion leaves it at that: under a status of success it can still say `success: false`. */
export function confirmsDeletion(body: JsonValue | undefined): boolean {
  return at(unwrapped(body), 'data', 'success') !== false;
}

/**
 * What CometChat says about a failure: its code and its message. Of credentials that it does not accept the code alone:
 * the message may quote them.
 */
export function readSaying(answer: ManagementAnswer): string | undefined {
  if (answer.kind === 'unreachable') return undefined;
  const error = object(answer.body, 'error');
  const code = text(error['code']);
  if (answer.status === 401 || answer.status === 403) return code;
  return [code, text(error['message']) ?? text(at(answer.body, 'data', 'message'))].filter((part) => part !== undefined).join(', ') || undefined;
}

/** True for "there is no such webhook", and not for "there is no such app". */
export function isMissingWebhook(answer: ManagementAnswer): boolean {
  if (answer.kind === 'unreachable') return false;
  const code = text(at(answer.body, 'error', 'code'));
  return code === 'ERR_WEBHOOK_NOT_FOUND' || (answer.status === 404 && code === undefined);
}

function readWebhook(value: JsonValue): RegisteredWebhook | undefined {
  const found = isJsonObject(value) && isJsonObject(value['data']) ? value['data'] : value;
  const webhookId = id(at(found, 'id'));
  if (webhookId === undefined) return undefined;
  const enabled = at(found, 'enabled');
  return {
    id: webhookId,
    name: text(at(found, 'name')),
    url: text(at(found, 'webhookURL')),
    enabled: typeof enabled === 'boolean' ? enabled : undefined,
  };
}

/** Of the create call the schema says an object, the example says an array around it. */
function unwrapped(body: JsonValue | undefined): JsonValue | undefined {
  return Array.isArray(body) ? list(body)[0] : body;
}

function bodyOf({ name, url, username, password }: WebhookSettings): JsonObject {
  return { name, webhookURL: url, enabled: true, useBasicAuth: true, username, password, retryOnFailure: true };
}

function webhooks(appId: string): string {
  return `/apps/${pathPart(appId)}/webhooks`;
}

function webhook(appId: string, webhookId: string): string {
  return `${webhooks(appId)}/${pathPart(webhookId)}`;
}

function triggers(appId: string, webhookId: string): string {
  return `${webhook(appId, webhookId)}/triggers`;
}
