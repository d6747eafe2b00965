import { at } from '../fields';
import type { Reader } from './finding';
import { NO_KEY } from './finding';
import { changedMessage, sentMessage } from './messages';

/** after_message: the message is `data` itself. Its edits and deletions come under the same name, as action messages. */
export const legacyMessage: Reader = (data) => {
  const action = at(data, 'category') === 'action' ? at(data, 'data', 'action') : undefined;
  if (action === 'edited') return { ...changedMessage(data, 'editedAt'), type: 'chat.message.edited' };
  if (action === 'deleted') return { ...changedMessage(data, 'deletedAt'), type: 'chat.message.deleted' };
  return sentMessage(data);
};

/** before_message: not sent yet, so it has no id, and nobody knows whether it will be. */
export const legacyMessageToBe: Reader = (data) => ({ ...sentMessage(data), key: NO_KEY });
