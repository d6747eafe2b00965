import type { JsonObject } from './json/json';

/** What happened, in words that are the same for every provider: `chat.message.sent`, `identity.user.created`. */
export type EventType = (typeof chatEventTypes)[number] | `identity.${string}`;

export type Family = 'chat' | 'identity';

export interface Actor {
  readonly id?: string;
  readonly name?: string;
  readonly avatar?: string;
  readonly kind?: 'user' | 'bot' | 'system';
}

export interface Conversation {
  readonly id?: string;
  readonly kind?: 'direct' | 'group' | 'channel';
  readonly name?: string;
}

export interface Mention {
  readonly id: string;
  readonly name?: string;
}

export interface Attachment {
  readonly id?: string;
  readonly url?: string;
  readonly name?: string;
  readonly mimeType?: string;
  /** Bytes. */
  readonly size?: number;
}

export interface Message {
  readonly id?: string;
  /** `text`, `image`, `video`, `audio`, `file`, `custom`, `action`, or the provider's own word for any other. */
  readonly kind?: string;
  readonly text?: string;
  readonly sentAt?: string;
  readonly editedAt?: string;
  readonly deletedAt?: string;
  /** The id of the message that this one answers. */
  readonly replyTo?: string;
  readonly mentions?: readonly Mention[];
  readonly attachments?: readonly Attachment[];
}

export interface Reaction {
  readonly id?: string;
  readonly emoji?: string;
}

export interface Receipt {
  readonly messageIds: readonly string[];
  readonly by?: { readonly id: string };
  readonly at?: string;
}

export interface Member {
  readonly id: string;
  readonly name?: string;
  readonly role?: string;
}

export interface User {
  readonly id?: string;
  readonly name?: string;
  readonly email?: string;
  readonly status?: string;
}

export interface Call {
  readonly id?: string;
  readonly sessionId?: string;
  readonly kind?: 'audio' | 'video' | 'meeting';
  readonly status?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly participant?: { readonly id?: string; readonly name?: string };
}

export interface Recording {
  readonly url?: string;
  readonly startedAt?: string;
  readonly durationSeconds?: number;
}

export interface Moderation {
  readonly verdict?: string;
  readonly reasons?: readonly string[];
}

export interface Identity {
  readonly object?: { readonly kind: string; readonly id?: string };
  readonly client?: string;
  readonly tenant?: string;
  readonly requestId?: string;
}

/** The common model: the parts that an event has. A part that it lacks is absent, never null; ids are always strings. */
export interface CommonModel {
  readonly actor?: Actor;
  readonly conversation?: Conversation;
  readonly message?: Message;
  readonly reaction?: Reaction;
  readonly receipt?: Receipt;
  readonly members?: readonly Member[];
  readonly user?: User;
  readonly call?: Call;
  readonly recording?: Recording;
  readonly moderation?: Moderation;
  readonly identity?: Identity;
}

/** The common model and, beside it, the provider's own body. */
export interface EventData extends CommonModel {
  readonly raw: JsonObject;
}

/** A CloudEvents 1.0 object. Two events with the same `source` and `id` are the same event. */
export interface NormalizedEvent {
  readonly specversion: '1.0';
  readonly id: string;
  /** A URI reference, `/<provider>/<tenant>`, each part percent-encoded. */
  readonly source: string;
  readonly type: EventType;
  readonly subject?: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly provider: string;
  /** The provider's own name for the event, as it was sent. */
  readonly providerevent: string;
  /** The source (one configured webhook URL) that received the delivery. */
  readonly hook: string;
  readonly receivedat: string;
  readonly data: EventData;
}

/** Every chat event type there is. Identity types are `identity.<object>.<what>`: see identity/vocabulary.ts. */
export const chatEventTypes = [
  'chat.message.sent',
  'chat.message.edited',
  'chat.message.deleted',
  'chat.message.delivered',
  'chat.message.read',
  'chat.message.delivered_to_all',
  'chat.message.read_by_all',
  'chat.reaction.added',
  'chat.reaction.removed',
  'chat.user.mentioned',
  'chat.user.blocked',
  'chat.user.unblocked',
  'chat.user.connected',
  'chat.user.disconnected',
  'chat.conversation.created',
  'chat.conversation.updated',
  'chat.conversation.deleted',
  'chat.conversation.owner_changed',
  'chat.member.joined',
  'chat.member.left',
  'chat.member.added',
  'chat.member.kicked',
  'chat.member.banned',
  'chat.member.unbanned',
  'chat.member.role_changed',
  'chat.member.updated',
  'chat.call.initiated',
  'chat.call.started',
  'chat.call.participant_joined',
  'chat.call.participant_left',
  'chat.call.ended',
  'chat.call.busy',
  'chat.call.cancelled',
  'chat.call.rejected',
  'chat.call.unanswered',
  'chat.meeting.started',
  'chat.meeting.participant_joined',
  'chat.meeting.participant_left',
  'chat.meeting.ended',
  'chat.recording.generated',
  'chat.transcription.generated',
  'chat.moderation.approved',
  'chat.moderation.blocked',
  'chat.moderation.manually_approved',
  'chat.moderation.failed',
  'chat.campaign.completed',
  'chat.campaign.failed',
  'chat.notification.created',
  'chat.feed_item.sent',
  'chat.feed_item.delivered',
  'chat.feed_item.read',
  'chat.feed_item.interacted',
  'chat.push.sent',
  'chat.push.delivered',
  'chat.push.clicked',
  'chat.unknown',
] as const;
