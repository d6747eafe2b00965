const UNPUBLISHED = 'No body is published.';
const MEMBERS = "The body has the group's times, which are older than the event, and none of its own.";

/** By provider, the events whose bodies say nothing about when they happened, and why: their time is that of arrival. */
export const timeless: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cometchat: {
    message_pinned: UNPUBLISHED,
    message_unpinned: UNPUBLISHED,
    conversation_pinned: UNPUBLISHED,
    conversation_unpinned: UNPUBLISHED,
    user_blocked: 'The body has no time but the last activity of the users.',
    user_unblocked: 'The body has no time but the last activity of the users.',
    group_member_joined: MEMBERS,
    group_member_left: MEMBERS,
    group_member_added: MEMBERS,
    group_member_kicked: MEMBERS,
    group_member_removed: UNPUBLISHED,
    group_member_banned: MEMBERS,
    group_member_unbanned: MEMBERS,
    group_member_scope_changed: MEMBERS,
    recording_generated: 'The body says when the recording began, not when it was ready.',
    transcription_generated: 'The body says when the meeting began, not when the transcript was ready.',
  },
  sceyt: {
    'member.joined': 'The sample is of an envelope without a time.',
    ping: "A ping like GitHub's, which has no time.",
  },
};
