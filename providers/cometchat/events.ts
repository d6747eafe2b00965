import type { EventCatalogue } from '../provider';
import { calls } from './events/calls';
import { groups } from './events/groups';
import { legacy } from './events/legacy';
import { meetings } from './events/meetings';
import { messages } from './events/messages';
import { moderation } from './events/moderation';
import { notifications } from './events/notifications';
import { users } from './events/users';

/** Every trigger that CometChat has published, and a few that it has only named. */
export const events = {
  ...messages,
  ...users,
  ...groups,
  ...calls,
  ...meetings,
  ...moderation,
  ...notifications,
  ...legacy,
} as const satisfies EventCatalogue;

/** A trigger that the catalogue knows. */
export type Trigger = keyof typeof events;
