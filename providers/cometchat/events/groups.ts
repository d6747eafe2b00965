import type { EventCatalogue } from '../../provider';

/** Groups and their members. */
export const groups = {
  group_created: {
    type: 'chat.conversation.created',
    title: 'Group created',
    group: 'Groups',
    description: 'A group came into being.',
    basis: 'documented',
  },
  group_updated: {
    type: 'chat.conversation.updated',
    title: 'Group updated',
    group: 'Groups',
    description: 'A group\'s name, icon or other details changed.',
    basis: 'documented',
  },
  group_deleted: {
    type: 'chat.conversation.deleted',
    title: 'Group deleted',
    group: 'Groups',
    description: 'A group was deleted.',
    basis: 'documented',
  },
  group_member_joined: {
    type: 'chat.member.joined',
    title: 'Group member joined',
    group: 'Groups',
    description: 'A user joined a group on their own.',
    basis: 'documented',
  },
  group_member_left: {
    type: 'chat.member.left',
    title: 'Group member left',
    group: 'Groups',
    description: 'A user left a group on their own.',
    basis: 'documented',
  },
  group_member_added: {
    type: 'chat.member.added',
    title: 'Group member added',
    group: 'Groups',
    description: 'Somebody added members to a group.',
    basis: 'documented',
  },
  group_member_kicked: {
    type: 'chat.member.kicked',
    title: 'Group member kicked',
    group: 'Groups',
    description: 'Somebody removed members from a group; they may join again.',
    basis: 'documented',
  },
  group_member_banned: {
    type: 'chat.member.banned',
    title: 'Group member banned',
    group: 'Groups',
    description: 'Somebody banned members from a group.',
    basis: 'documented',
  },
  group_member_unbanned: {
    type: 'chat.member.unbanned',
    title: 'Group member unbanned',
    group: 'Groups',
    description: 'Somebody lifted the ban of members of a group.',
    basis: 'documented',
  },
  group_member_scope_changed: {
    type: 'chat.member.role_changed',
    title: 'Group member scope changed',
    group: 'Groups',
    description: 'Members\' role in a group changed: participant, moderator or admin.',
    basis: 'documented',
  },
  group_owner_transferred: {
    type: 'chat.conversation.owner_changed',
    title: 'Group owner transferred',
    group: 'Groups',
    description: 'A group has a new owner.',
    basis: 'documented',
  },
  group_member_removed: {
    type: 'chat.member.kicked',
    title: 'Group member removed',
    group: 'Groups',
    description: 'Named in one older table, without a payload. Probably the same as group_member_kicked.',
    basis: 'inferred',
  },
} as const satisfies EventCatalogue;
