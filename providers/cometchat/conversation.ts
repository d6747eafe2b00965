import type { Conversation } from '../event';
import { at, id, object, part, text } from '../fields';
import type { JsonObject, JsonValue } from '../json/json';
import { SYSTEM_UID } from './person';

/** Where a conversation's id is looked for: a message has it, a receipt only has its two ends. */
export interface Ends {
  readonly conversationId?: JsonValue | undefined;
  readonly receiverType: JsonValue | undefined;
  readonly receiver: JsonValue | undefined;
  readonly sender: JsonValue | undefined;
  /** The group, where it comes along. */
  readonly group?: JsonObject;
}

/** The conversation of a message, a call or a receipt. */
export function conversationBetween(ends: Ends): Conversation | undefined {
  const { conversationId, receiverType, receiver, sender, group } = ends;
  if (receiverType === 'group') return groupConversation({ ...group, guid: receiver ?? null, conversationId: conversationId ?? null });
  if (receiverType !== 'user') return part<Conversation>({ id: id(conversationId) });
  return part<Conversation>({ id: id(conversationId) ?? directId(id(sender), id(receiver)), kind: 'direct' });
}

/** The conversation of a message or a call. */
export function conversationOf(message: JsonObject): Conversation | undefined {
  const entities = object(message, 'data', 'entities');
  return conversationBetween({
    conversationId: at(message, 'conversationId'),
    receiverType: at(message, 'receiverType'),
    receiver: at(message, 'receiver'),
    sender: at(message, 'sender'),
    // `for` on actions, `receiver` on messages.
    group: { ...object(entities, 'for', 'entity'), ...object(entities, 'receiver', 'entity') },
  });
}

/**
 * A group's conversation. The guid decides, not `conversationId`: a published body (group_member_banned) has the
 * conversation of another group there, and messages are sent to a guid.
 */
export function groupConversation(group: JsonObject): Conversation | undefined {
  const guid = id(at(group, 'guid'));
  const conversationId = guid === undefined ? id(at(group, 'conversationId')) : `group_${guid}`;
  const name = text(at(group, 'name'));
  // A group of which nothing is known is no conversation.
  return conversationId === undefined && name === undefined ? undefined : part<Conversation>({ id: conversationId, kind: 'group', name });
}

/** `<uid>_user_<uid>`, the lesser uid first, whoever sends: so in every published message and call between two users. */
function directId(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined || one === SYSTEM_UID) return undefined;
  return one < other ? `${one}_user_${other}` : `${other}_user_${one}`;
}
