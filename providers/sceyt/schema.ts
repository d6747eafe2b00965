import { z } from 'zod';

/*
 * Sceyt publishes no wire format, so there is nothing to hold a body against. What can be said: where the fields that
 * are looked for occur, they have a form from which something can be read. Everything else passes, an empty body too
 * (a ping), and one that names no event (a header may).
 */
const id = z.union([z.string().min(1), z.int()]);
const time = z.union([z.string().min(1), z.number().positive()]);
const eventName = z.union([z.string().min(1), z.object({ type: z.string().optional(), name: z.string().optional() })]);

/** A list. Its items are not looked at: there may be as many as fit a body, and what is unfit is left out when they are read. */
const many = z.array(z.unknown()).nullish();

/** A channel, a message, a marker, a reaction, a member or a user, in either of Sceyt's vocabularies. */
const thing = z.object({
  id: id.nullish(),
  created_at: time.nullish(),
  createdAt: time.nullish(),
  updated_at: time.nullish(),
  updatedAt: time.nullish(),
  mentionedUsers: many,
  messageIds: many,
  message_ids: many,
  members: many,
});

/** An object or the id of one. */
const reference = z.union([id, thing]).nullish();

/** Fields that stand around the object or, where it is the whole body, in it. */
const around = thing.extend({
  channel: reference,
  message: reference,
  member: reference,
  user: reference,
  channel_id: id.nullish(),
  channelId: id.nullish(),
});

const payload = z.union([around, z.array(z.unknown())]).nullish();

/** An object from which an event's name, and what the event is about, can be read. */
export const sceytSchema = around.extend({
  event: eventName.nullish(),
  type: eventName.nullish(),
  event_type: eventName.nullish(),
  eventType: eventName.nullish(),
  action: eventName.nullish(),
  timestamp: time.nullish(),
  time: time.nullish(),
  event_time: time.nullish(),
  event_id: id.nullish(),
  app_id: id.nullish(),
  appId: id.nullish(),
  data: payload,
  payload: payload,
  // In a message without a wrapper this is its text.
  body: z.union([z.string(), payload]),
});
