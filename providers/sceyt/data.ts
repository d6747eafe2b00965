import type { CommonModel } from '../event';
import { part } from '../fields';
import { conversationAround, conversationOf } from './conversation';
import type { EventName } from './events';
import { messageOf } from './message';
import type { Parts, Topic } from './payload';
import { personOf, userOf } from './people';
import { reactedMessage, reactionOf } from './reaction';
import { receiptOf } from './receipt';
import { actorOf, creatorOf, memberActorOf, membersOf } from './roles';

/** The parts of the common model that an event has. */
export function dataOf(parts: Parts, topic: Topic, event: EventName): CommonModel {
  return part<CommonModel>(found(parts, topic, event)) ?? {};
}

type Found = { readonly [Name in keyof CommonModel]: CommonModel[Name] | undefined };

function found(parts: Parts, topic: Topic, event: EventName): Found {
  switch (topic) {
    case 'channel':
      return { actor: creatorOf(parts), conversation: conversationOf(parts.subject) };
    case 'member':
      return { actor: memberActorOf(parts), conversation: conversationAround(parts), members: membersOf(parts) };
    case 'message':
      return { actor: actorOf(parts), conversation: conversationAround(parts), message: messageOf(parts.subject, event) };
    case 'receipt':
      return { actor: actorOf(parts), conversation: conversationAround(parts), receipt: receiptOf(parts) };
    case 'reaction':
      return { actor: actorOf(parts), conversation: conversationAround(parts), message: reactedMessage(parts), reaction: reactionOf(parts) };
    case 'user':
      return { actor: personOf(parts.subject), user: userOf(parts.subject) };
    case 'unknown':
      return {};
  }
}

/** What an event is about, as a path: a conversation where one is known, else the message or the user. */
export function subjectOf({ conversation, message, receipt, user }: CommonModel): string | undefined {
  if (conversation?.id !== undefined) return `conversation/${conversation.id}`;
  const messageId = message?.id ?? receipt?.messageIds[0];
  if (messageId !== undefined) return `message/${messageId}`;
  return user?.id === undefined ? undefined : `user/${user.id}`;
}
