/*
 * The normalized event as JSON Schema. What it means is told in providers/event.ts.
 */
import { chatEventTypes } from '../../providers/event';

const text = { type: 'string' };
const time = { type: 'string', format: 'date-time' };

function object(properties: Readonly<Record<string, object>>, ...required: readonly string[]): object {
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
}

const person = object({ id: text, name: text }, 'id');
const list = (items: object): object => ({ type: 'array', items });

/** Parts that an event lacks are absent, never null; ids are always strings. */
const data = object(
  {
    actor: object({ id: text, name: text, avatar: text, kind: { type: 'string', enum: ['user', 'bot', 'system'] } }),
    conversation: object({ id: text, kind: { type: 'string', enum: ['direct', 'group', 'channel'] }, name: text }),
    message: object({
      id: text,
      kind: text,
      text,
      sentAt: time,
      editedAt: time,
      deletedAt: time,
      replyTo: text,
      mentions: list(person),
      attachments: list(object({ id: text, url: text, name: text, mimeType: text, size: { type: 'number' } })),
    }),
    reaction: object({ id: text, emoji: text }),
    receipt: object({ messageIds: list(text), by: object({ id: text }, 'id'), at: time }, 'messageIds'),
    members: list(object({ id: text, name: text, role: text }, 'id')),
    user: object({ id: text, name: text, email: text, status: text }),
    call: object({
      id: text,
      sessionId: text,
      kind: { type: 'string', enum: ['audio', 'video', 'meeting'] },
      status: text,
      startedAt: time,
      endedAt: time,
      participant: object({ id: text, name: text }),
    }),
    recording: object({ url: text, startedAt: time, durationSeconds: { type: 'number' } }),
    moderation: object({ verdict: text, reasons: list(text) }),
    identity: object({ object: object({ kind: text, id: text }, 'kind'), client: text, tenant: text, requestId: text }),
    raw: { type: 'object', description: 'The provider\'s body. Numbers that a double can\'t hold are strings of their digits.' },
  },
  'raw',
);

export const eventSchema = object(
  {
    specversion: { const: '1.0' },
    id: text,
    source: { type: 'string', format: 'uri-reference' },
    type: { anyOf: [{ type: 'string', enum: [...chatEventTypes] }, { type: 'string', pattern: '^identity\\.' }] },
    subject: text,
    time,
    datacontenttype: { const: 'application/json' },
    provider: text,
    providerevent: text,
    hook: { type: 'string', description: 'The id of the source that received it.' },
    receivedat: time,
    data,
  },
  'specversion', 'id', 'source', 'type', 'time', 'datacontenttype', 'provider', 'providerevent', 'hook', 'receivedat', 'data',
);
