/*
 * The normalized event as JSON Schema. What it means is told in providers/event.ts.
 */
import { chatEventTypes } from '../../providers/event';
import type {
  Actor, Attachment, Call, Conversation, EventData, EventType, Identity, Member, Mention, Message, Moderation, NormalizedEvent, Reaction, Receipt, Recording, User,
} from '../../providers/event';
import type { JsonObject } from '../../providers/json/json';
import { constant, list, number, objectOf, oneOf, schemaOf, text, time, told } from './json-schema';

/** Parts that an event lacks are absent, never null; ids are always strings. */
const data = objectOf<EventData>({
  'actor?': objectOf<Actor>({ 'id?': text, 'name?': text, 'avatar?': text, 'kind?': oneOf('user', 'bot', 'system') }),
  'conversation?': objectOf<Conversation>({ 'id?': text, 'kind?': oneOf('direct', 'group', 'channel'), 'name?': text }),
  'message?': objectOf<Message>({
    'id?': text,
    'kind?': text,
    'text?': text,
    'sentAt?': time,
    'editedAt?': time,
    'deletedAt?': time,
    'replyTo?': text,
    'mentions?': list(objectOf<Mention>({ id: text, 'name?': text })),
    'attachments?': list(objectOf<Attachment>({ 'id?': text, 'url?': text, 'name?': text, 'mimeType?': text, 'size?': number })),
  }),
  'reaction?': objectOf<Reaction>({ 'id?': text, 'emoji?': text }),
  'receipt?': objectOf<Receipt>({ messageIds: list(text), 'by?': objectOf<NonNullable<Receipt['by']>>({ id: text }), 'at?': time }),
  'members?': list(objectOf<Member>({ id: text, 'name?': text, 'role?': text })),
  'user?': objectOf<User>({ 'id?': text, 'name?': text, 'email?': text, 'status?': text }),
  'call?': objectOf<Call>({
    'id?': text,
    'sessionId?': text,
    'kind?': oneOf('audio', 'video', 'meeting'),
    'status?': text,
    'startedAt?': time,
    'endedAt?': time,
    'participant?': objectOf<NonNullable<Call['participant']>>({ 'id?': text, 'name?': text }),
  }),
  'recording?': objectOf<Recording>({ 'url?': text, 'startedAt?': time, 'durationSeconds?': number }),
  'moderation?': objectOf<Moderation>({ 'verdict?': text, 'reasons?': list(text) }),
  'identity?': objectOf<Identity>({
    'object?': objectOf<NonNullable<Identity['object']>>({ kind: text, 'id?': text }),
    'client?': text,
    'tenant?': text,
    'requestId?': text,
  }),
  raw: schemaOf<JsonObject>({ type: 'object', description: 'The provider\'s body. Numbers that a double can\'t hold are strings of their digits.' }),
});

export const eventSchema = objectOf<NormalizedEvent>({
  specversion: constant('1.0'),
  id: text,
  source: schemaOf<string>({ type: 'string', format: 'uri-reference' }),
  type: schemaOf<EventType>({ anyOf: [{ type: 'string', enum: [...chatEventTypes] }, { type: 'string', pattern: '^identity\\.' }] }),
  'subject?': text,
  time,
  datacontenttype: constant('application/json'),
  provider: text,
  providerevent: text,
  hook: told(text, 'The id of the source that received it.'),
  receivedat: time,
  data,
});
