import { z } from 'zod';
import { isJsonObject } from '../json/json';
import { byShape } from '../json/schema';
import type { Trigger } from './events';

/*
 * What the pages show. They abridge, each version differently, so a field is asked for only where it tells what the
 * event is about; whatever is there has to be of its type; unknown fields pass.
 */

const count = z.int().nonnegative();
/** Seconds, or milliseconds in connection events. */
const moment = z.union([z.int().positive(), z.string().regex(/^\d+$/)]);
const identifier = z.string().min(1);
const optionalText = z.string().nullish();
const optionalMoment = moment.nullish();

const user = z.object({
  uid: identifier,
  name: optionalText,
  avatar: optionalText,
  status: optionalText,
  role: optionalText,
  lastActiveAt: optionalMoment,
});
const users = z.record(z.string(), user);

const group = z.object({
  guid: identifier,
  name: optionalText,
  type: optionalText,
  membersCount: count.nullish(),
  conversationId: optionalText,
  createdAt: optionalMoment,
  owner: optionalText,
  updatedAt: optionalMoment,
  updatedBy: optionalText,
});

const entity = z.object({ entity: z.object({}), entityType: optionalText });

/** `url` and `attachments` are the chat API's: no delivery with media is published. */
const messageData = z.object({
  text: optionalText,
  action: optionalText,
  entities: z.object({ sender: entity.optional(), receiver: entity.optional(), by: entity.optional(), for: entity.optional(), on: entity.optional() }).optional(),
  mentions: users.optional(),
  moderation: z.object({ status: optionalText }).optional(),
  url: optionalText,
  attachments: z.array(z.object({ url: optionalText, name: optionalText, mimeType: optionalText, size: z.union([count, z.string()]).nullish() })).optional(),
});

const message = z.object({
  id: identifier,
  conversationId: optionalText,
  sender: z.string(),
  receiverType: z.enum(['user', 'group']),
  receiver: z.string(),
  category: z.string(),
  type: z.string(),
  data: messageData.optional(),
  sentAt: moment,
  updatedAt: optionalMoment,
});

const withMessage = z.object({ message });
const withCall = z.object({ call: message });
const withReaction = z.object({
  reaction: z.object({ id: identifier, messageId: identifier, reaction: z.string(), uid: identifier, reactedAt: moment, reactedBy: user.optional() }),
});

const receipt = z.object({
  receiver: z.string(),
  receiverType: z.enum(['user', 'group']),
  sender: z.string(),
  messageSender: optionalText,
  body: z.object({ messageId: identifier, action: z.string(), timestamp: moment, user: user.optional() }),
});

const legacyReceipt = z.object({
  messageId: identifier,
  receiptType: z.enum(['delivered', 'read']),
  deliveredAt: optionalMoment,
  readAt: optionalMoment,
  messageSender: optionalText,
  receiptSender: z.string(),
  receiptReceiver: optionalText,
  receiverType: z.enum(['user', 'group']).optional(),
});

/** Told apart as the reader does. */
const eitherReceipt = byShape((data) => (isJsonObject(data) && data['receiptType'] !== undefined && !isJsonObject(data['body']) ? legacyReceipt : receipt));
const blocks = z.object({ users, by: user });

const connection = z.object({
  timestamp: moment,
  user,
  status: z.string(),
  currentConnection: z.object({ action: z.string(), platform: optionalText, connectedAt: optionalMoment }).optional(),
  userPresenceChanged: z.boolean().optional(),
});

const legacyConnection = z.object({
  user: z.object({ uid: identifier, status: optionalText, status_updated_at: optionalMoment }),
  event: z.object({ type: z.string(), at: moment, event_for: z.object({ connected_at: optionalMoment }).optional() }),
  connections: z.array(z.object({})).optional(),
});

const withGroup = z.object({ group });
const withMembers = z.object({ group, members: users, by: user.optional() });

const occupant = z.object({ name: optionalText, joined_at: moment, left_at: optionalMoment, audio_call: z.union([z.boolean(), z.string()]).nullish() });
const sessionStarted = z.object({ sessionId: identifier, created_at: moment });
const sessionOccupied = z.object({ sessionId: identifier, occupant });
const sessionEnded = z.object({ sessionId: identifier, destroyed_at: moment, created_at: optionalMoment, all_occupants: z.array(occupant).optional() });

const recording = z.object({ sessionId: identifier, recording_url: z.string(), startTime: moment, duration: z.union([z.number(), z.string()]).nullish() });
const transcription = z.object({ sessionId: identifier, tid: identifier, transcript_url: z.string(), startTime: optionalMoment, endTime: optionalMoment });

const moderated = withMessage.extend({
  moderation: z.array(z.object({ rule: z.object({ id: optionalText, name: optionalText, blockedAt: optionalMoment }).optional() })).optional(),
  reviewed: z.boolean().optional(),
});
const moderationFailed = z.object({
  resource: message,
  outcome: optionalText,
  completedAt: moment,
  failures: z.array(z.object({ category: optionalText, errorMessage: optionalText, failedAt: optionalMoment })).optional(),
});

const campaign = z.object({
  campaignId: identifier,
  name: optionalText,
  status: optionalText,
  totalTargets: count.nullish(),
  sentCount: count.nullish(),
  failedCount: count.nullish(),
  completedAt: optionalMoment,
});
const notification = z.object({ notificationId: identifier, campaignId: optionalText, status: optionalText, createdAt: moment });
const stages = { receiver: z.string(), status: optionalText, tags: z.array(z.string()).nullish(), sentAt: optionalMoment, deliveredAt: optionalMoment };
const feedItem = z.object({ id: identifier, ...stages, readAt: optionalMoment, interactedAt: optionalMoment });
const push = z.object({ pushNotificationId: identifier, ...stages, clickedAt: optionalMoment, errorMessage: optionalText });

/** Nothing is published of these. */
const unpublished = z.unknown();

const dataSchemas: Readonly<Record<Trigger, z.ZodType>> = {
  message_sent: withMessage,
  message_edited: withMessage,
  message_deleted: withMessage,
  user_mentioned: withMessage,
  message_delivery_receipt: eitherReceipt,
  message_read_receipt: eitherReceipt,
  message_delivered_to_all: receipt,
  message_read_by_all: receipt,
  message_reaction_added: withReaction,
  message_reaction_removed: withReaction,
  message_pinned: unpublished,
  message_unpinned: unpublished,
  conversation_pinned: unpublished,
  conversation_unpinned: unpublished,
  user_blocked: blocks,
  user_unblocked: blocks,
  user_connection_status_changed: connection,
  group_created: withMembers,
  group_updated: withGroup,
  group_deleted: withGroup,
  group_owner_transferred: withGroup,
  group_member_joined: withMembers,
  group_member_left: withMembers,
  group_member_added: withMembers,
  group_member_kicked: withMembers,
  group_member_removed: unpublished,
  group_member_banned: withMembers,
  group_member_unbanned: withMembers,
  group_member_scope_changed: withMembers,
  call_initiated: withCall,
  call_busy: withCall,
  call_cancelled: withCall,
  call_rejected: withCall,
  call_unanswered: withCall,
  call_started: sessionStarted,
  call_participant_joined: sessionOccupied,
  call_participant_left: sessionOccupied,
  call_ended: sessionEnded,
  meeting_started: sessionStarted,
  meeting_participant_joined: sessionOccupied,
  meeting_participant_left: sessionOccupied,
  meeting_ended: sessionEnded,
  recording_generated: recording,
  transcription_generated: transcription,
  moderation_engine_approved: moderated,
  moderation_engine_blocked: moderated,
  moderation_manual_approved: moderated,
  moderation_engine_failed: moderationFailed,
  after_campaign_completed: campaign,
  after_campaign_failed: campaign,
  after_notification_created: notification,
  after_feed_item_sent: feedItem,
  after_feed_item_delivered: feedItem,
  after_feed_item_read: feedItem,
  after_feed_item_interacted: feedItem,
  after_push_notification_sent: push,
  after_push_notification_delivered: push,
  after_push_notification_clicked: push,
  before_message: message.partial({ id: true }),
  after_message: message,
  after_connection_status_changed: legacyConnection,
};

const envelope = z.object({
  trigger: z.string().min(1),
  appId: z.string(),
  region: z.string().optional(),
  webhook: z.string().optional(),
  type: z.string().optional(),
  data: z.unknown().optional(),
});

/** The documented body of each trigger. Of an unknown trigger the envelope alone is checked. */
export const cometchatSchema = envelope.check(({ value, issues }) => {
  if (!Object.hasOwn(dataSchemas, value.trigger)) return;
  const result = dataSchemas[value.trigger as Trigger].safeParse(value.data);
  for (const issue of result.error?.issues ?? []) {
    issues.push({ code: 'custom', message: issue.message, path: ['data', ...issue.path], input: value.data });
  }
});
