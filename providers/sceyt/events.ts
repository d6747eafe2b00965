import type { EventCatalogue } from '../provider';

/**
 * The 17 events that Sceyt's dashboard lists, and the ping. Documented is that they exist, and their labels; how a body
 * names one is not, so the keys are ours and each entry is `inferred`. The page labels the two reactions "Message:added"
 * and "Message: removed".
 */
export const events = {
  'channel.created': {
    type: 'chat.conversation.created',
    title: 'Channel created',
    group: 'Channels',
    description: 'A channel was created.',
    basis: 'inferred',
  },
  'channel.edited': {
    type: 'chat.conversation.updated',
    title: 'Channel edited',
    group: 'Channels',
    description: 'A channel was changed.',
    basis: 'inferred',
  },
  'channel.deleted': {
    type: 'chat.conversation.deleted',
    title: 'Channel deleted',
    group: 'Channels',
    description: 'A channel was deleted.',
    basis: 'inferred',
  },
  'member.updated': {
    type: 'chat.member.updated',
    title: 'Member updated',
    group: 'Members',
    description: 'The data or the role of a channel\'s member changed.',
    basis: 'inferred',
  },
  'member.kicked': {
    type: 'chat.member.kicked',
    title: 'Member kicked',
    group: 'Members',
    description: 'A member was removed from a channel.',
    basis: 'inferred',
  },
  'member.kicked_and_blocked': {
    type: 'chat.member.banned',
    title: 'Member kicked and blocked',
    group: 'Members',
    description: 'A member was removed from a channel and can\'t come back.',
    basis: 'inferred',
  },
  'member.joined': {
    type: 'chat.member.joined',
    title: 'Member joined',
    group: 'Members',
    description: 'Somebody became a member of a channel.',
    basis: 'inferred',
  },
  'member.left': {
    type: 'chat.member.left',
    title: 'Member left',
    group: 'Members',
    description: 'A member left a channel.',
    basis: 'inferred',
  },
  'message.sent': {
    type: 'chat.message.sent',
    title: 'Message sent',
    group: 'Messages',
    description: 'A message was sent.',
    basis: 'inferred',
  },
  'message.received': {
    type: 'chat.message.delivered',
    title: 'Message received',
    group: 'Messages',
    description: 'A message reached a recipient. Can be very frequent.',
    basis: 'inferred',
  },
  'message.seen': {
    type: 'chat.message.read',
    title: 'Message seen',
    group: 'Messages',
    description: 'A recipient saw a message. Can be very frequent.',
    basis: 'inferred',
  },
  'message.edited': {
    type: 'chat.message.edited',
    title: 'Message edited',
    group: 'Messages',
    description: 'A message was changed.',
    basis: 'inferred',
  },
  'message.deleted': {
    type: 'chat.message.deleted',
    title: 'Message deleted',
    group: 'Messages',
    description: 'A message was deleted.',
    basis: 'inferred',
  },
  'message.reaction_added': {
    type: 'chat.reaction.added',
    title: 'Reaction added',
    group: 'Messages',
    description: 'Somebody reacted to a message.',
    basis: 'inferred',
  },
  'message.reaction_removed': {
    type: 'chat.reaction.removed',
    title: 'Reaction removed',
    group: 'Messages',
    description: 'A reaction was taken off a message.',
    basis: 'inferred',
  },
  'user.connected': {
    type: 'chat.user.connected',
    title: 'User connected',
    group: 'Users',
    description: 'A user came online.',
    basis: 'inferred',
  },
  'user.disconnected': {
    type: 'chat.user.disconnected',
    title: 'User disconnected',
    group: 'Users',
    description: 'A user went offline.',
    basis: 'inferred',
  },
  ping: {
    type: 'chat.unknown',
    title: 'Ping',
    group: 'System',
    description: 'Sent when the webhook is created, to see whether anybody is there.',
    basis: 'inferred',
    handshake: true,
  },
} as const satisfies EventCatalogue;

/** A name in the catalogue. */
export type EventName = keyof typeof events;
