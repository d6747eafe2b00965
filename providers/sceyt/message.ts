import type { Attachment, Message } from '../event';
import { at, number, part } from '../fields';
import type { JsonObject } from '../json/json';
import { isJsonObject } from '../json/json';
import { resolveEventName } from './aliases';
import type { EventName } from './events';
import { mentionsOf } from './people';
import { firstOf, idOf, listOf, objectOf, textOf, timeOf } from './vocabulary';

/** The message that was sent, edited or deleted. */
export function messageOf(message: JsonObject, event: EventName): Message | undefined {
  return part<Message>({
    id: idOf(message, 'id', 'message_id', 'messageId'),
    kind: kindOf(message),
    text: textOf(message, 'body', 'text'),
    sentAt: timeOf(message, 'createdAt', 'created_at'),
    editedAt: event === 'message.edited' ? timeOf(message, 'editedAt', 'edited_at', 'updatedAt', 'updated_at') : undefined,
    deletedAt: event === 'message.deleted' ? timeOf(message, 'deletedAt', 'deleted_at', 'updatedAt', 'updated_at') : undefined,
    replyTo: idOf(objectOf(message, 'parentMessage', 'parent_message'), 'id') ?? idOf(message, 'parent_message_id', 'parentMessageId', 'parent_id', 'parentId'),
    mentions: mentionsOf(message),
    attachments: attachmentsOf(message),
  });
}

/** In a body without any wrapper `type` may be the event's name. */
function kindOf(message: JsonObject): string | undefined {
  const kind = textOf(message, 'type');
  return kind === undefined || resolveEventName(kind) !== undefined ? undefined : kind;
}

/** A list in the SDK; one object in the REST API's parameters. */
function attachmentsOf(message: JsonObject): readonly Attachment[] {
  const single = objectOf(message, 'attachments', 'attachment');
  return [...listOf(message, 'attachments'), single].flatMap((value) => {
    if (!isJsonObject(value)) return [];
    const found = part<Attachment>({
      id: idOf(value, 'id'),
      url: textOf(value, 'url'),
      name: textOf(value, 'name'),
      mimeType: textOf(value, 'mimeType', 'mime_type'),
      size: firstOf(['size', 'fileSize', 'file_size'], (key) => number(at(value, key))),
    });
    return found === undefined ? [] : [found];
  });
}
