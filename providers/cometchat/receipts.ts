import type { EventType, Receipt } from '../event';
import { at, id, object, part, time } from '../fields';
import type { JsonObject } from '../json/json';
import { isJsonObject } from '../json/json';
import { conversationBetween } from './conversation';
import type { Finding, Reader } from './finding';
import { subjectOf } from './finding';
import { actorOf } from './person';

/** The receipts of one reader, and those of a whole group (whose reader is `app_system`). */
export const receipt: Reader = (data, type) => (isLegacy(data) ? legacyReceipt(data, type) : currentReceipt(data));

/** Legacy webhooks use the same names for another shape (fundamentals/webhooks-legacy-events). */
function isLegacy(data: JsonObject): boolean {
  return at(data, 'receiptType') !== undefined && !isJsonObject(at(data, 'body'));
}

function currentReceipt(data: JsonObject): Finding {
  const body = object(data, 'body');
  const messageId = id(at(body, 'messageId'));
  const by = id(at(data, 'sender')) ?? id(at(body, 'user', 'uid'));
  const moment = time(at(body, 'timestamp'));
  const conversation = conversationBetween({
    receiverType: at(data, 'receiverType'),
    receiver: at(data, 'receiver'),
    sender: at(data, 'sender'),
  });
  return {
    key: [messageId, id(at(body, 'action')), id(at(data, 'sender')), id(at(data, 'receiver')), id(at(body, 'timestamp'))],
    time: moment,
    subject: subjectOf('conversation', conversation?.id),
    data: {
      actor: actorOf(object(body, 'user'), at(data, 'sender')),
      conversation,
      message: part({ id: messageId }),
      receipt: receiptOf(messageId, by, moment),
    },
  };
}

function legacyReceipt(data: JsonObject, type: EventType): Finding {
  const stamp = at(data, type === 'chat.message.read' ? 'readAt' : 'deliveredAt');
  const messageId = id(at(data, 'messageId'));
  const by = id(at(data, 'receiptSender'));
  const receiver = at(data, 'receiptReceiver');
  const conversation = conversationBetween({ receiverType: at(data, 'receiverType'), receiver, sender: at(data, 'receiptSender') });
  return {
    key: [messageId, id(at(data, 'receiptType')), by, id(receiver), id(stamp)],
    time: time(stamp),
    subject: subjectOf('conversation', conversation?.id),
    data: {
      actor: actorOf({}, at(data, 'receiptSender')),
      conversation,
      message: part({ id: messageId }),
      receipt: receiptOf(messageId, by, time(stamp)),
    },
  };
}

/** Undefined without a message: a receipt for nothing says nothing. */
function receiptOf(messageId: string | undefined, by: string | undefined, moment: string | undefined): Receipt | undefined {
  if (messageId === undefined) return undefined;
  return { messageIds: [messageId], ...(by === undefined ? {} : { by: { id: by } }), ...(moment === undefined ? {} : { at: moment }) };
}
