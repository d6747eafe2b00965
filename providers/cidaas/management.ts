/*
 * The webhooks of cidaas' management API: requests as data, and what their answers say. Two generations of it stand side
 * by side. Sources: README.md, "Management API".
 */
import { at, id, list, text } from '../fields';
import { cleanName } from '../identity/read';
import type { JsonObject, JsonValue } from '../json/json';
import { isJsonObject } from '../json/json';
import { pathPart, succeeded } from '../management/request';
import type { Answered, ManagementAnswer, ManagementRequest } from '../management/request';

/** What a webhook is set to. */
export interface WebhookSettings {
  readonly url: string;
  readonly events: readonly string[];
  readonly authentication: DeliveryAuthentication;
}

/** What a delivery will prove itself with. A placeholder is the name of the header or query field that carries it. */
export type DeliveryAuthentication =
  | { readonly type: 'APIKEY' | 'TOTP'; readonly placeholder: string; readonly placement: Placement; readonly key: string }
  | { readonly type: 'CIDAAS_OAUTH2'; readonly clientId: string };

export type Placement = 'header' | 'query';

/**
 * A webhook as the API tells of it; undefined is what it leaves out. Its secrets come back on read: a host must not log
 * it.
 */
export interface RegisteredWebhook {
  readonly id: string;
  readonly url: string | undefined;
  readonly events: readonly string[];
  readonly disabled: boolean;
  readonly type: string | undefined;
  readonly placeholder: string | undefined;
  readonly placement: string | undefined;
  readonly key: string | undefined;
  readonly clientId: string | undefined;
}

/** One event of the tenant's own list. */
export interface LiveEvent {
  readonly name: string;
  readonly objectType: string | undefined;
}

/** The singular is what cidaas' own Terraform provider calls; the plural is in the newer documentation. */
export const RESOURCES = ['/webhook-srv/webhook', '/webhook-srv/webhooks'] as const;

export type Resource = (typeof RESOURCES)[number];

/** "I have no such list", as against trouble. A search that finds nothing may answer 404 too, which comes to the same. */
export const NO_LIST = [400, 404, 405, 406, 410, 501] as const;

/** Documented: webhooks of one tenant. */
export const MOST_WEBHOOKS = 20;

const [singular, plural] = RESOURCES;

/** Documented as a search by query parameters, whose names are not: asked without any. A tenant need not answer it. */
export function listWebhooks(): ManagementRequest {
  return { method: 'GET', path: plural };
}

export function getWebhook(resource: Resource, webhookId: string): ManagementRequest {
  return { method: 'GET', path: resource, query: { id: webhookId } };
}

/** Creates a webhook, or with an id changes it. */
export function storeWebhook(resource: Resource, settings: WebhookSettings, webhookId?: string): ManagementRequest {
  return { method: 'POST', path: resource, body: { ...(webhookId === undefined ? {} : { _id: webhookId }), ...bodyOf(settings) } };
}

/** The plural's documentation has no delete, so that the singular's is the only one known. */
export function deleteWebhook(webhookId: string): ManagementRequest {
  return { method: 'DELETE', path: `${singular}/${pathPart(webhookId)}` };
}

/** The events that the tenant has; needs the scope cidaas:webhook_read. */
export function listEvents(): ManagementRequest {
  return { method: 'GET', path: '/webhook-srv/eventdescriptions', query: { category: 'webhook' } };
}

/** The webhooks of an answer to a list; undefined when it is none. */
export function readWebhooks(answer: ManagementAnswer): readonly RegisteredWebhook[] | undefined {
  if (!succeeded(answer)) return undefined;
  if (isEmpty(answer)) return [];
  const data = at(answer.body, 'data');
  const rows = Array.isArray(data) ? list(data) : Array.isArray(answer.body) ? list(answer.body) : isJsonObject(data) ? [data] : undefined;
  return rows?.flatMap((row) => readOne(row) ?? []);
}

/** The webhook of an answer; with an id, the one that has it. Undefined when there is none. */
export function readWebhook(answer: ManagementAnswer, webhookId?: string): RegisteredWebhook | undefined {
  return readWebhooks(answer)?.find((webhook) => webhookId === undefined || webhook.id === webhookId);
}

/**
 * True for "there is no such webhook": 404, 204, nothing in `data`, or a refusal (`success: false`) that is about
 * neither credentials nor the platform's own state.
 */
export function isMissing(answer: ManagementAnswer): boolean {
  if (answer.kind === 'unreachable') return false;
  const { status, body } = answer;
  if ([204, 404, 410].includes(status)) return true;
  if (status < 300) return isEmpty(answer);
  return status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status) && at(body, 'success') === false;
}

/** The tenant's events that webhooks can have; undefined when the answer is no list. 204 is a list without any. */
export function readEvents(answer: ManagementAnswer): readonly LiveEvent[] | undefined {
  if (!succeeded(answer)) return undefined;
  const data = at(answer.body, 'data');
  if (!Array.isArray(data)) return isEmpty(answer) ? [] : undefined;
  return list(data).flatMap((row) => {
    const name = text(at(row, '_id'));
    return name === undefined || at(row, 'goodForWebhook') === false ? [] : [{ name: cleanName(name), objectType: text(at(row, 'objectType')) }];
  });
}

/**
 * What cidaas says about a failure, in whichever of its three forms: an object or a text in `error`, or OAuth's; and the
 * number under which its support finds the call.
 */
export function readSaying(answer: ManagementAnswer): string | undefined {
  if (answer.kind === 'unreachable') return undefined;
  const error = at(answer.body, 'error');
  const reference = text(at(error, 'referenceNumber')) ?? answer.headers['x-ref-number'];
  const said = isJsonObject(error)
    ? [at(error, 'code'), at(error, 'error'), at(error, 'moreInfo'), at(error, 'error_description')]
    : [error, at(answer.body, 'error_description')];
  const parts = [...new Set(said.map(text)), reference === undefined ? undefined : `reference ${reference}`];
  return parts.filter((part) => part !== undefined).join(', ') || undefined;
}

/** Nothing in it: no body, or cidaas' envelope around nothing. Any other text or object is somebody else's. */
function isEmpty({ body }: Answered): boolean {
  if (body === undefined || body === null) return true;
  if (Array.isArray(body)) return body.length === 0;
  if (!isJsonObject(body) || (at(body, 'data') === undefined && at(body, 'success') === undefined)) return false;
  const data = at(body, 'data') ?? '';
  return data === '' || (typeof data === 'object' && Object.keys(data).length === 0);
}

function readOne(value: JsonValue): RegisteredWebhook | undefined {
  const webhookId = id(at(value, '_id')) ?? id(at(value, 'id'));
  if (webhookId === undefined) return undefined;
  const type = text(at(value, 'auth_type'));
  const [details, prefix, key] = type === 'TOTP' ? (['totpDetails', 'totp', 'totpkey'] as const) : (['apikeyDetails', 'apikey', 'apikey'] as const);
  return {
    id: webhookId,
    url: text(at(value, 'url')),
    events: list(value, 'events').flatMap((name) => text(name) ?? []),
    disabled: at(value, 'disable') === true,
    type,
    placeholder: text(at(value, details, `${prefix}_placeholder`)),
    placement: text(at(value, details, `${prefix}_placement`)),
    key: text(at(value, details, key)),
    clientId: text(at(value, 'cidaasAuthDetails', 'client_id')),
  };
}

/** Details that are not used are sent empty, as the Terraform provider does, which takes older ones away. */
function bodyOf({ url, events, authentication }: WebhookSettings): JsonObject {
  return {
    auth_type: authentication.type,
    url,
    events: [...events],
    apikeyDetails: {},
    totpDetails: {},
    cidaasAuthDetails: {},
    disable: false,
    ...detailsOf(authentication),
  };
}

function detailsOf(authentication: DeliveryAuthentication): JsonObject {
  switch (authentication.type) {
    case 'APIKEY':
      return { apikeyDetails: { apikey_placeholder: authentication.placeholder, apikey_placement: authentication.placement, apikey: authentication.key } };
    case 'TOTP':
      return { totpDetails: { totp_placeholder: authentication.placeholder, totp_placement: authentication.placement, totpkey: authentication.key } };
    case 'CIDAAS_OAUTH2':
      return { cidaasAuthDetails: { client_id: authentication.clientId } };
  }
}
