import type { Attachment, Mention, Message } from '../event';
import { at, id, list, number, object, part, text, time } from '../fields';
import type { JsonObject } from '../json/json';
import { peopleAt } from './person';

/** The message in the common model, or undefined when nothing of it is usable. */
export function messageOf(message: JsonObject): Message | undefined {
  const data = object(message, 'data');
  return part<Message>({
    id: id(at(message, 'id')),
    kind: kindOf(message),
    text: text(at(data, 'text')),
    sentAt: time(at(message, 'sentAt')),
    editedAt: time(at(message, 'editedAt')),
    deletedAt: time(at(message, 'deletedAt')),
    mentions: peopleAt(data, 'mentions').map(mentionOf),
    attachments: attachmentsOf(data),
  });
}

/**
 * The message that an action message tells of. The action has an id and a time of its own; the message stands in
 * `entities.on.entity`, often abridged to its id. Its text has been seen beside the action as well
 * (Amandubey-cometchat/cometchat-webhook-automation), so both places are read.
 */
export function changedMessageOf(action: JsonObject, change: 'editedAt' | 'deletedAt'): Message | undefined {
  const found = messageOf(targetOf(action));
  return part<Message>({
    ...found,
    text: found?.text ?? text(at(action, 'data', 'text')),
    [change]: found?.[change] ?? time(at(action, 'sentAt')),
  });
}

/** The original of an edited or deleted message. */
export function targetOf(action: JsonObject): JsonObject {
  return object(action, 'data', 'entities', 'on', 'entity');
}

/** A `message` is what its type says (text, image …); the type of any other category is the app's own word. */
function kindOf(message: JsonObject): string | undefined {
  const category = text(at(message, 'category'));
  const type = text(at(message, 'type'));
  return category === undefined || category === 'message' ? type : category;
}

/** Media deliveries are not published; the chat API has a list, and one bare URL in older messages. */
function attachmentsOf(data: JsonObject): readonly Attachment[] {
  const files = list(data, 'attachments').flatMap((file) => {
    const found = part<Attachment>({
      url: text(at(file, 'url')),
      name: text(at(file, 'name')),
      mimeType: text(at(file, 'mimeType')),
      size: number(at(file, 'size')),
    });
    return found === undefined ? [] : [found];
  });
  const url = text(at(data, 'url'));
  return files.length > 0 || url === undefined ? files : [{ url }];
}

function mentionOf({ uid, user }: { readonly uid: string; readonly user: JsonObject }): Mention {
  const name = text(at(user, 'name'));
  return name === undefined ? { id: uid } : { id: uid, name };
}
