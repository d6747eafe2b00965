/*
 * A room's webhooks in Spika's messenger API, and the list of rooms: requests as data, and what their answers say.
 * Sources: README.md, "Management API".
 */
import { at, id, list, object, text } from '../fields';
import type { JsonValue } from '../json/json';
import { baseUrlOf } from '../management/base-url';
import { pathPart } from '../management/request';
import type { ManagementAnswer, ManagementRequest } from '../management/request';

/** A webhook as the API tells of it. */
export interface RegisteredWebhook {
  readonly id: string;
  readonly url: string | undefined;
  /** What each of its deliveries carries. Undefined for the database's default, an empty one, which proves nothing. */
  readonly signature: string | undefined;
}

/** A room that the access token's user is a member of. */
export interface Room {
  readonly id: string;
  /** Its name; of a room without one, the names of its members. */
  readonly name: string;
}

export interface RoomPage {
  readonly rooms: readonly Room[];
  readonly isLast: boolean;
}

/** Characters of the database's column for a URL, and the greatest number that its column for a room takes. */
export const LIMITS = { url: 191, roomId: 2_147_483_647 } as const;

/** How many rooms the server puts on a page, where the answer does not say. */
const ROOMS_PER_PAGE = 10;

const ROOMS = '/messenger/rooms';
const WEBHOOKS = '/messenger/webhooks';

/**
 * The base URL of the API, without a slash at its end, from what people paste. An address without a path and one of the
 * web app (`/messenger/rooms/42`) stand for the server that has both; any other path is taken for the API's own.
 */
export function apiUrl(baseUrl: string): string {
  return baseUrlOf(baseUrl).replace(/^(https?:\/\/[^/]+)(?:\/messenger(?:\/.*)?)?$/i, '$1/api');
}

export function listWebhooks(roomId: string): ManagementRequest {
  return { method: 'GET', path: `${WEBHOOKS}/roomId/${pathPart(roomId)}` };
}

export function createWebhook(roomId: string, url: string): ManagementRequest {
  return { method: 'POST', path: `${WEBHOOKS}/roomId/${pathPart(roomId)}`, body: { url } };
}

export function deleteWebhook(webhookId: string): ManagementRequest {
  return { method: 'DELETE', path: `${WEBHOOKS}/${pathPart(webhookId)}` };
}

/** @param page counted from 1. */
export function listRooms(page: number): ManagementRequest {
  return { method: 'GET', path: ROOMS, query: { page: String(page) } };
}

/**
 * A room's webhooks, the oldest first: that one fires and no other. Undefined when the answer is no such list, also when
 * one of its webhooks can't be read, since that may be the one that fires.
 */
export function readWebhooks(body: JsonValue | undefined): readonly RegisteredWebhook[] | undefined {
  const found = at(body, 'data', 'webhooks');
  if (!Array.isArray(found)) return undefined;
  const webhooks = list(found).map(readWebhook);
  if (!webhooks.every((webhook) => webhook !== undefined)) return undefined;
  return webhooks.sort((one, other) => Number(one.id) - Number(other.id));
}

/** The webhook in the answer to its creation; undefined when there is none. */
export function readCreated(body: JsonValue | undefined): RegisteredWebhook | undefined {
  return readWebhook(at(body, 'data', 'webhook'));
}

/** One page of the list of rooms; undefined when the answer is none. */
export function readRooms(body: JsonValue | undefined): RoomPage | undefined {
  const found = at(body, 'data', 'list');
  if (!Array.isArray(found)) return undefined;
  const limit = Number(id(at(body, 'data', 'limit')) ?? ROOMS_PER_PAGE);
  return { rooms: list(found).flatMap((room) => readRoom(room) ?? []), isLast: found.length < limit };
}

/** What Spika says about a failure: the message of its JSON, or the plain text of a 401. */
export function readSaying(answer: ManagementAnswer): string | undefined {
  if (answer.kind === 'unreachable') return undefined;
  return text(at(answer.body, 'message')) ?? (typeof answer.body === 'string' ? text(answer.body) : undefined);
}

function readWebhook(value: JsonValue | undefined): RegisteredWebhook | undefined {
  const webhookId = numericId(value);
  if (webhookId === undefined) return undefined;
  return { id: webhookId, url: text(at(value, 'url')), signature: text(at(value, 'verifySignature')) };
}

function readRoom(value: JsonValue): Room | undefined {
  const roomId = numericId(value);
  if (roomId === undefined) return undefined;
  const members = list(value, 'users').flatMap((member) => text(object(member, 'user')['displayName']) ?? []);
  return { id: roomId, name: text(at(value, 'name')) ?? (members.join(', ') || `Room ${roomId}`) };
}

function numericId(value: JsonValue | undefined): string | undefined {
  const found = id(at(value, 'id'));
  return found !== undefined && /^\d+$/.test(found) ? found : undefined;
}
