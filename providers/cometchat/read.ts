import type { CommonModel } from '../event';
import { at, id, object, part } from '../fields';
import type { JsonObject } from '../json/json';
import type { Reading } from '../provider';
import * as calls from './calls';
import type { Trigger } from './events';
import { events } from './events';
import type { Finding, Reader } from './finding';
import { NO_KEY } from './finding';
import * as groups from './groups';
import { legacyMessage, legacyMessageToBe } from './legacy';
import * as messages from './messages';
import * as moderation from './moderation';
import * as notifications from './notifications';
import { receipt } from './receipts';
import { recorded, transcribed } from './recordings';
import * as users from './users';

/** CometChat's last retry comes some 30 seconds after the first attempt (fundamentals/webhooks-overview). */
const REPEAT_WINDOW_SECONDS = 300;

/** A body of which nothing is published. */
const unread: Reader = () => ({ key: NO_KEY, data: {} });

const readers: Readonly<Record<Trigger, Reader>> = {
  message_sent: messages.sent,
  message_edited: messages.edited,
  message_deleted: messages.deleted,
  message_delivery_receipt: receipt,
  message_read_receipt: receipt,
  message_delivered_to_all: receipt,
  message_read_by_all: receipt,
  message_reaction_added: messages.reacted,
  message_reaction_removed: messages.reacted,
  message_pinned: unread,
  message_unpinned: unread,
  conversation_pinned: unread,
  conversation_unpinned: unread,
  user_mentioned: messages.sent,
  user_blocked: users.blocked,
  user_unblocked: users.blocked,
  user_connection_status_changed: users.connection,
  group_created: groups.created,
  group_updated: groups.updated,
  group_deleted: groups.deletedGroup,
  group_owner_transferred: groups.ownerTransferred,
  group_member_joined: groups.movedBySelf,
  group_member_left: groups.movedBySelf,
  group_member_added: groups.movedByOther,
  group_member_kicked: groups.movedByOther,
  group_member_removed: groups.movedByOther,
  group_member_banned: groups.movedByOther,
  group_member_unbanned: groups.movedByOther,
  group_member_scope_changed: groups.movedByOther,
  call_initiated: calls.rung,
  call_busy: calls.rung,
  call_cancelled: calls.rung,
  call_rejected: calls.rung,
  call_unanswered: calls.rung,
  call_started: calls.started,
  call_participant_joined: calls.joined,
  call_participant_left: calls.left,
  call_ended: calls.ended,
  meeting_started: calls.started,
  meeting_participant_joined: calls.joined,
  meeting_participant_left: calls.left,
  meeting_ended: calls.ended,
  recording_generated: recorded,
  transcription_generated: transcribed,
  moderation_engine_approved: moderation.approved,
  moderation_engine_blocked: moderation.stopped,
  moderation_manual_approved: moderation.approved,
  moderation_engine_failed: moderation.undecided,
  after_campaign_completed: notifications.campaign,
  after_campaign_failed: notifications.campaign,
  after_notification_created: notifications.notification,
  after_feed_item_sent: notifications.feedItem('sentAt'),
  after_feed_item_delivered: notifications.feedItem('deliveredAt'),
  after_feed_item_read: notifications.feedItem('readAt'),
  after_feed_item_interacted: notifications.feedItem('interactedAt'),
  after_push_notification_sent: notifications.push('sentAt'),
  after_push_notification_delivered: notifications.push('deliveredAt'),
  after_push_notification_clicked: notifications.push('clickedAt'),
  before_message: legacyMessageToBe,
  after_message: legacyMessage,
  after_connection_status_changed: users.legacyConnection,
};

/** One reading of any body, whatever it holds: each delivery is one event. */
export function read(body: JsonObject): readonly [Reading] {
  const trigger = at(body, 'trigger');
  const providerEvent = typeof trigger === 'string' && trigger !== '' ? trigger : 'unknown';
  const type = isTrigger(providerEvent) ? events[providerEvent].type : 'chat.unknown';
  const reader = isTrigger(providerEvent) ? readers[providerEvent] : unread;
  const found = reader(object(body, 'data'), type);
  const key = keyOf(body, providerEvent, found);
  const tenant = id(at(body, 'appId'));
  return [
    {
      type: found.type ?? type,
      providerEvent,
      key,
      ...(key.includes(undefined) && found.time === undefined ? { repeatWindowSeconds: REPEAT_WINDOW_SECONDS } : {}),
      ...(found.time === undefined ? {} : { time: found.time }),
      ...(tenant === undefined ? {} : { tenant }),
      ...(found.subject === undefined ? {} : { subject: found.subject }),
      data: part<CommonModel>(found.data) ?? {},
    },
  ];
}

function isTrigger(name: string): name is Trigger {
  return Object.hasOwn(readers, name);
}

/** Two webhooks with the same trigger each get a copy, so the webhook is part of the key. */
function keyOf(body: JsonObject, trigger: string, found: Finding): Reading['key'] {
  const webhook = at(body, 'webhook');
  const key = [webhook === undefined ? '' : id(webhook), trigger, ...found.key];
  return key.includes(undefined) ? NO_KEY : key;
}
