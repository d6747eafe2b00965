import type { EventName } from './events';
import type { Parts, Topic } from './payload';
import { objectOf, timeOf } from './vocabulary';

/** Fields that say when the event happened, wherever they stand. */
const EVENT_TIMES = ['timestamp', 'time', 'event_time', 'eventTime'] as const;
/** Fields that say it only around the object: in the object itself they say when that was created. */
const CREATION_TIMES = ['created_at', 'createdAt'] as const;
const CHANGE_TIMES = ['updatedAt', 'updated_at'] as const;
const DELETION_TIMES = ['deletedAt', 'deleted_at'] as const;

/** Fields of the object whose time is the event's. A member's and a user's own times are those of their account. */
const OBJECT_TIMES: Readonly<Partial<Record<EventName, readonly string[]>>> = {
  'channel.created': CREATION_TIMES,
  'channel.edited': CHANGE_TIMES,
  'channel.deleted': DELETION_TIMES,
  'message.sent': CREATION_TIMES,
  // The SDK spells the time of a marker `createAt`.
  'message.received': ['createAt', 'create_at', ...CREATION_TIMES],
  'message.seen': ['createAt', 'create_at', ...CREATION_TIMES],
  'message.edited': ['editedAt', 'edited_at', ...CHANGE_TIMES],
  'message.deleted': [...DELETION_TIMES, ...CHANGE_TIMES],
  'message.reaction_added': [...CHANGE_TIMES, ...CREATION_TIMES],
  'message.reaction_removed': [...CHANGE_TIMES, ...CREATION_TIMES],
};

/** When the event happened, or undefined when the body does not say. */
export function happenedAt({ body, payload, subject, isEnvelope }: Parts, topic: Topic, event: EventName | undefined): string | undefined {
  const around = isEnvelope || topic === 'unknown' ? timeOf(body, ...CREATION_TIMES, ...EVENT_TIMES) : timeOf(body, ...EVENT_TIMES);
  if (around !== undefined) return around;
  const inside = timeOf(payload, ...EVENT_TIMES) ?? timeOf(subject, ...((event && OBJECT_TIMES[event]) ?? []));
  if (inside !== undefined || event !== 'user.disconnected') return inside;
  return timeOf(objectOf(subject, 'presence'), 'lastActiveAt', 'last_active_at');
}
