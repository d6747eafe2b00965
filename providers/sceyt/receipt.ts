import type { Receipt } from '../event';
import { id } from '../fields';
import type { JsonValue } from '../json/json';
import { isJsonObject } from '../json/json';
import type { Parts } from './payload';
import { actorOf } from './roles';
import { firstOf, idOf, listOf, objectOf, timeOf } from './vocabulary';

/** A receipt for one message or for several; none when the body names no message. */
export function receiptOf(parts: Parts): Receipt | undefined {
  const messageIds = receivedIds(parts);
  if (messageIds.length === 0) return undefined;
  const by = actorOf(parts)?.id;
  const sentAt = timeOf(parts.subject, 'createAt', 'createdAt', 'created_at', 'create_at');
  return { messageIds, ...(by === undefined ? {} : { by: { id: by } }), ...(sentAt === undefined ? {} : { at: sentAt }) };
}

function receivedIds({ subject, payload, body }: Parts): readonly string[] {
  const listed = firstOf([subject, payload, body], (place) => {
    const found = [...listOf(place, 'messageIds', 'message_ids'), ...listOf(place, 'messages')].flatMap(messageId);
    return found.length === 0 ? undefined : found;
  });
  if (listed !== undefined) return [...new Set(listed)];
  const one = firstOf([subject, payload, body], (place) => idOf(objectOf(place, 'message'), 'id') ?? idOf(place, 'message_id', 'messageId'));
  return one === undefined ? [] : [one];
}

/** An id, or a message that has one. */
function messageId(value: JsonValue): readonly string[] {
  const found = isJsonObject(value) ? idOf(value, 'id') : id(value);
  return found === undefined ? [] : [found];
}
