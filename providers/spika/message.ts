import type { Attachment, Message } from '../event';
import { at, id, number, object, part, text, time } from '../fields';
import type { JsonObject, JsonValue } from '../json/json';
import { measure } from '../json/measure';

/** Deeper than this is not spelled out as text: JSON.stringify recurses. */
const DEEPEST_TEXT = 64;

/** The message in the common model, or undefined when nothing of it is usable. */
export function messageOf(message: JsonObject): Message | undefined {
  const body = object(message, 'body');
  return part<Message>({
    id: id(at(message, 'id')),
    // Any string: Spika checks the type neither on replies nor on shared messages.
    kind: text(at(message, 'type')),
    text: textOf(at(body, 'text')),
    sentAt: time(at(message, 'createdAt')),
    replyTo: replyTo(message, body),
    attachments: attachments(body),
  });
}

/** Spika stores the client's `text` unchecked: numbers, lists and objects have been seen where a string belongs. */
function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'object' || value === null) return text(value);
  return measure(value, undefined).depth > DEEPEST_TEXT ? undefined : JSON.stringify(value);
}

/** Generations B and C name the message; generation A says only that it is a reply, and quotes the message. */
function replyTo(message: JsonObject, body: JsonObject): string | undefined {
  const named = id(at(message, 'replyId'));
  if (named !== undefined || at(message, 'reply') !== true) return named;
  return id(at(body, 'referenceMessage', 'id'));
}

/** The one file of a message; `thumb` is a preview of it. Only generation A says where the file is (`path`). */
function attachments(body: JsonObject): readonly Attachment[] {
  const file = object(body, 'file');
  const found = part<Attachment>({
    id: id(at(file, 'id')) ?? id(at(body, 'fileId')),
    url: text(at(file, 'path')),
    name: text(at(file, 'fileName')),
    mimeType: text(at(file, 'mimeType')),
    size: number(at(file, 'size')),
  });
  return found === undefined ? [] : [found];
}
