import type { Message, Reaction } from '../event';
import { part } from '../fields';
import type { Parts } from './payload';
import { firstOf, idOf, objectOf, textOf } from './vocabulary';

/** The message that a reaction belongs to. In a bare payload `id` may be the reaction's. */
export function reactedMessage({ subject, payload, body }: Parts): Message | undefined {
  return firstOf([payload, subject, body], (place) => {
    const message = objectOf(place, 'message');
    return part<Message>({ id: idOf(message, 'id') ?? idOf(place, 'message_id', 'messageId') });
  });
}

/** The SDK names the emoji `key`. */
export function reactionOf({ subject, payload }: Parts): Reaction | undefined {
  return part<Reaction>({
    id: subject === payload ? idOf(subject, 'reaction_id', 'reactionId') : idOf(subject, 'id'),
    emoji: textOf(subject, 'key', 'emoji', 'reaction'),
  });
}
