import type { Actor } from '../event';
import { at, id, object, part, text, time } from '../fields';
import type { JsonObject } from '../json/json';
import { conversationOf } from './conversation';
import type { Finding, Reader } from './finding';
import { subjectOf } from './finding';
import { changedMessageOf, messageOf, targetOf } from './message';
import { actorOf } from './person';

/** message_sent, user_mentioned. */
export const sent: Reader = (data) => sentMessage(object(data, 'message'));

/** message_edited. */
export const edited: Reader = (data) => changedMessage(object(data, 'message'), 'editedAt');

/** message_deleted. */
export const deleted: Reader = (data) => changedMessage(object(data, 'message'), 'deletedAt');

/** message_reaction_added, message_reaction_removed. The body names the message, not the conversation. */
export const reacted: Reader = (data) => {
  const reaction = object(data, 'reaction');
  const messageId = id(at(reaction, 'messageId'));
  return {
    key: ['id', 'messageId', 'uid', 'reaction', 'reactedAt'].map((name) => id(at(reaction, name))),
    time: time(at(reaction, 'reactedAt')),
    subject: subjectOf('message', messageId),
    data: {
      actor: actorOf(object(reaction, 'reactedBy'), at(reaction, 'uid')),
      message: part({ id: messageId }),
      reaction: part({ id: id(at(reaction, 'id')), emoji: text(at(reaction, 'reaction')) }),
    },
  };
};

/** A message as it was sent. */
export function sentMessage(message: JsonObject): Finding {
  const conversation = conversationOf(message);
  return {
    key: [id(at(message, 'id')), id(at(message, 'updatedAt'))],
    time: time(at(message, 'sentAt')) ?? time(at(message, 'updatedAt')),
    subject: subjectOf('conversation', conversation?.id),
    data: { actor: senderOf(message), conversation, message: messageOf(message) },
  };
}

/** An action message that tells of a change to another one. Its key is its own; what it reports is the other's. */
export function changedMessage(action: JsonObject, change: 'editedAt' | 'deletedAt'): Finding {
  const conversation = conversationOf(action);
  const message = changedMessageOf(action, change);
  const by = actorOf(object(action, 'data', 'entities', 'by', 'entity'), at(targetOf(action), change === 'editedAt' ? 'editedBy' : 'deletedBy'));
  return {
    key: [id(at(action, 'id')), id(at(action, 'sentAt'))],
    time: message?.[change],
    subject: subjectOf('conversation', conversation?.id),
    data: { actor: by ?? senderOf(action), conversation, message },
  };
}

/** `sender` is a uid; the user is among the entities, unless the body is abridged. */
function senderOf(message: JsonObject): Actor | undefined {
  return actorOf(object(message, 'data', 'entities', 'sender', 'entity'), at(message, 'sender'));
}
