import { at } from '../fields';
import type { JsonObject } from '../json/json';
import { isJsonObject } from '../json/json';
import type { EventName } from './events';

/** Fields that may hold what the event is about, in the order in which they are asked. */
const PAYLOAD_FIELDS = ['data', 'payload', 'body', 'content', 'object'] as const;

/** What an event is about, below `payload`: the first of these that is an object, else the payload itself. */
const OBJECT_FIELDS = {
  channel: ['channel'],
  message: ['message'],
  receipt: ['marker', 'receipt', 'message_marker', 'messageMarker'],
  reaction: ['reaction'],
  member: [],
  user: ['user'],
  unknown: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** What an event is about. */
export type Topic = keyof typeof OBJECT_FIELDS;

/** A body taken apart. The three may be one and the same object. */
export interface Parts {
  readonly body: JsonObject;
  readonly payload: JsonObject;
  /** The channel, message, marker, reaction or user that the event is about; for a member the payload. */
  readonly subject: JsonObject;
  /** False when the body is itself the object: its `id` and `created_at` are then the object's, not the event's. */
  readonly isEnvelope: boolean;
}

/** The payload of a body: wrapped, or the whole body. A list counts when it holds one object: peers wrap one event so. */
export function payloadOf(body: JsonObject): JsonObject {
  for (const field of PAYLOAD_FIELDS) {
    const value = at(body, field);
    const candidate = Array.isArray(value) && value.length === 1 ? at(value, '0') : value;
    if (isJsonObject(candidate)) return candidate;
  }
  return body;
}

/** Takes a body apart for an event about `topic`. */
export function partsOf(body: JsonObject, topic: Topic): Parts {
  const payload = payloadOf(body);
  const field = OBJECT_FIELDS[topic].find((candidate) => isJsonObject(at(payload, candidate)));
  const found = field === undefined ? undefined : at(payload, field);
  const subject = isJsonObject(found) ? found : payload;
  const isEnvelope = payload !== body || subject !== body || (topic === 'member' && hasMember(body));
  return { body, payload, subject, isEnvelope };
}

function hasMember(body: JsonObject): boolean {
  return ['member', 'members', 'user'].some((field) => typeof at(body, field) === 'object' && at(body, field) !== null);
}

const TOPICS: Readonly<Record<EventName, Topic>> = {
  'channel.created': 'channel',
  'channel.edited': 'channel',
  'channel.deleted': 'channel',
  'member.updated': 'member',
  'member.kicked': 'member',
  'member.kicked_and_blocked': 'member',
  'member.joined': 'member',
  'member.left': 'member',
  'message.sent': 'message',
  'message.received': 'receipt',
  'message.seen': 'receipt',
  'message.edited': 'message',
  'message.deleted': 'message',
  'message.reaction_added': 'reaction',
  'message.reaction_removed': 'reaction',
  'user.connected': 'user',
  'user.disconnected': 'user',
  ping: 'unknown',
};

/** What an event of this name is about. */
export function topicOf(event: EventName | undefined): Topic {
  return event === undefined ? 'unknown' : TOPICS[event];
}
