import { cometchat } from '../../providers/cometchat';
import { cometchatSchema } from '../../providers/cometchat/schema';
import type { JsonObject } from '../../providers/json/json';
import type { Reading } from '../../providers/provider';
import { readSample, sampleNames } from '../support/samples';

const bodyOf = (name: string): JsonObject => readSample('cometchat', name).body;
const dataOf = (name: string): JsonObject => bodyOf(name)['data'] as JsonObject;
const readingOf = (name: string): Reading => cometchat.read(bodyOf(name))[0];
const read = (trigger: string, data: unknown, envelope: object = { appId: 'a1', webhook: 'w1' }): Reading =>
  cometchat.read({ trigger, data, ...envelope } as JsonObject)[0];

const INES = { id: 'ines-duarte', name: 'Inês Duarte', avatar: 'https://cdn.harbourline.example/people/ines-duarte.png', kind: 'user' };
const BERTHS = { id: 'group_berth-planning', kind: 'group', name: 'Berth planning' };

describe('messages', () => {
  it('reads a message to a user', () => {
    expect(readingOf('message_sent')).toEqual({
      type: 'chat.message.sent',
      providerEvent: 'message_sent',
      key: ['opsdesk', 'message_sent', '48213', '1772610072'],
      time: '2026-03-04T07:41:12.000Z',
      tenant: '27318c05d9a4ef60',
      subject: 'conversation/ines-duarte_user_tomasz-wilk',
      data: {
        actor: INES,
        conversation: { id: 'ines-duarte_user_tomasz-wilk', kind: 'direct' },
        message: {
          id: '48213',
          kind: 'text',
          text: 'The Callisto berths at 14:20, not at noon. Can you move the crane crew?',
          sentAt: '2026-03-04T07:41:12.000Z',
        },
      },
    });
  });

  it('names the conversation of a group after its guid', () => {
    expect(readingOf('message_sent.group').data.conversation).toEqual(BERTHS);
  });

  it('keeps numeric ids as strings', () => {
    const { key, data } = read('message_sent', { message: { id: 7, updatedAt: 1772610072, sender: 9, receiverType: 'group', receiver: 12 } });
    expect(key).toEqual(['w1', 'message_sent', '7', '1772610072']);
    expect(data).toEqual({ actor: { id: '9', kind: 'user' }, conversation: { id: 'group_12', kind: 'group' }, message: { id: '7' } });
  });

  it('reads attachments, whose size may be a string', () => {
    expect(readingOf('message_sent.image').data.message).toEqual({
      id: '48220',
      kind: 'image',
      text: 'Spreader on gantry 4, and its log',
      sentAt: '2026-03-04T07:47:41.000Z',
      attachments: [
        {
          url: 'https://media-eu.cometchat.io/27318c05d9a4ef60/media/1772610301_gantry-4-spreader.jpg',
          name: 'gantry-4-spreader.jpg',
          mimeType: 'image/jpeg',
          size: 482113,
        },
        {
          url: 'https://media-eu.cometchat.io/27318c05d9a4ef60/media/1772610301_gantry-4-log.pdf',
          name: 'gantry-4-log.pdf',
          mimeType: 'application/pdf',
          size: 91544,
        },
      ],
    });
  });

  it('takes a bare URL for the attachment when there is no list', () => {
    const message = { type: 'file', category: 'message', data: { url: 'https://media-eu.cometchat.io/a/media/f.zip', attachments: [] } };
    expect(read('message_sent', { message }).data.message).toEqual({ kind: 'file', attachments: [{ url: 'https://media-eu.cometchat.io/a/media/f.zip' }] });
  });

  it.each([
    ['message_sent.custom', 'custom'],
    ['message_sent', 'text'],
  ])('says of %s that it is %s', (name, kind) => expect(readingOf(name).data.message?.kind).toBe(kind));

  it('calls an interactive message interactive, whatever its type', () => {
    expect(read('message_sent', { message: { category: 'interactive', type: 'form' } }).data.message).toEqual({ kind: 'interactive' });
  });

  it('reports an edit of the original message, under the key of the action', () => {
    const { key, time, subject, data } = readingOf('message_edited');
    expect(key).toEqual(['opsdesk', 'message_edited', '51077', '1772726560']);
    expect(time).toBe('2026-03-05T16:02:40.000Z');
    expect(subject).toBe('conversation/jonas-brandt_user_leila-haddad');
    expect(data).toEqual({
      actor: { id: 'jonas-brandt', name: 'Jonas Brandt', avatar: 'https://cdn.harbourline.example/people/jonas-brandt.png', kind: 'user' },
      conversation: { id: 'jonas-brandt_user_leila-haddad', kind: 'direct' },
      message: {
        id: '51069',
        kind: 'text',
        text: 'Invoice 2026-0388 is corrected: 1 420.50 EUR',
        sentAt: '2026-03-05T15:59:06.000Z',
        editedAt: '2026-03-05T16:02:40.000Z',
      },
    });
  });

  it('finds the new text beside the action as well', () => {
    const message = { id: '2', sentAt: 1772726560, sender: 'a', data: { text: 'new', entities: { on: { entity: { id: '1', editedBy: 'b' } } } } };
    expect(read('message_edited', { message }).data).toEqual({
      actor: { id: 'b', kind: 'user' },
      message: { id: '1', text: 'new', editedAt: '2026-03-05T16:02:40.000Z' },
    });
  });

  it('reports the deletion of the original message', () => {
    expect(readingOf('message_deleted').data).toEqual({
      actor: { id: 'leila-haddad', name: 'Leila Haddad', kind: 'user' },
      conversation: { id: 'jonas-brandt_user_leila-haddad', kind: 'direct' },
      message: { id: '51098', deletedAt: '2026-03-05T16:31:05.000Z' },
    });
  });

  it('lists who was mentioned', () => {
    expect(readingOf('user_mentioned').data.message?.mentions).toEqual([{ id: 'sven-aalto', name: 'Sven Aalto' }]);
  });
});

describe('receipts and reactions', () => {
  it('puts the conversation of a receipt together as messages have it', () => {
    expect(readingOf('message_delivery_receipt')).toMatchObject({
      key: ['opsdesk', 'message_delivery_receipt', '53310', 'delivered', 'tomasz-wilk', 'ines-duarte', '1773044127'],
      time: '2026-03-09T08:15:27.000Z',
      subject: 'conversation/ines-duarte_user_tomasz-wilk',
      data: {
        actor: { id: 'tomasz-wilk', name: 'Tomasz Wilk', kind: 'user' },
        conversation: { id: 'ines-duarte_user_tomasz-wilk', kind: 'direct' },
        message: { id: '53310' },
        receipt: { messageIds: ['53310'], by: { id: 'tomasz-wilk' }, at: '2026-03-09T08:15:27.000Z' },
      },
    });
  });

  it.each(['message_sent', 'user_mentioned', 'message_edited', 'message_deleted', 'moderation_engine_blocked', 'call_busy', 'call_cancelled'])(
    'would put the conversation of %s together in the same order',
    (name) => {
      const data = dataOf(name);
      const { sender, receiver, conversationId } = (data['message'] ?? data['call']) as JsonObject;
      const one = read('message_read_receipt', { sender, receiver, receiverType: 'user', body: { messageId: '1' } });
      const other = read('message_read_receipt', { sender: receiver, receiver: sender, receiverType: 'user', body: { messageId: '1' } });
      expect([one.data.conversation?.id, other.data.conversation?.id]).toEqual([conversationId, conversationId]);
    },
  );

  it.each([
    ['message_delivered_to_all', 'chat.message.delivered_to_all', '2026-03-10T21:00:48.000Z'],
    ['message_read_by_all', 'chat.message.read_by_all', '2026-03-10T21:37:02.000Z'],
  ])('has the system speak for the group in %s', (name, type, at) => {
    const found = readingOf(name);
    expect(found.type).toBe(type);
    expect(found.data).toEqual({
      actor: { id: 'app_system', name: 'System', kind: 'system' },
      conversation: { id: 'group_night-shift', kind: 'group' },
      message: { id: '53871' },
      receipt: { messageIds: ['53871'], by: { id: 'app_system' }, at },
    });
  });

  it('tells legacy receipts by their shape', () => {
    expect(readingOf('message_read_receipt.legacy')).toEqual({
      type: 'chat.message.read',
      providerEvent: 'message_read_receipt',
      key: ['audit-trail', 'message_read_receipt', '20918', 'read', 'leila-haddad', 'customs-desk', '1770027594'],
      time: '2026-02-02T10:19:54.000Z',
      tenant: '27318c05d9a4ef60',
      subject: 'conversation/group_customs-desk',
      data: {
        actor: { id: 'leila-haddad', kind: 'user' },
        conversation: { id: 'group_customs-desk', kind: 'group' },
        message: { id: '20918' },
        receipt: { messageIds: ['20918'], by: { id: 'leila-haddad' }, at: '2026-02-02T10:19:54.000Z' },
      },
    });
    expect(readingOf('message_delivery_receipt.legacy').data.receipt).toEqual({
      messageIds: ['20915'],
      by: { id: 'jonas-brandt' },
      at: '2026-02-02T10:11:12.000Z',
    });
  });

  it('has no receipt without a message', () => {
    const { data } = read('message_read_receipt', { sender: 'a', receiver: 'b', receiverType: 'user', body: { timestamp: 1773044127 } });
    expect(data).toEqual({ actor: { id: 'a', kind: 'user' }, conversation: { id: 'a_user_b', kind: 'direct' } });
  });

  it('reads a reaction, which names no conversation', () => {
    expect(readingOf('message_reaction_added')).toEqual({
      type: 'chat.reaction.added',
      providerEvent: 'message_reaction_added',
      key: ['opsdesk', 'message_reaction_added', 'rx-7f20c1', '48213', 'tomasz-wilk', '👍', '1772610210'],
      time: '2026-03-04T07:43:30.000Z',
      tenant: '27318c05d9a4ef60',
      subject: 'message/48213',
      data: {
        actor: { id: 'tomasz-wilk', name: 'Tomasz Wilk', kind: 'user' },
        message: { id: '48213' },
        reaction: { id: 'rx-7f20c1', emoji: '👍' },
      },
    });
  });
});

describe('users', () => {
  it('reads a block, which has no time and no key of its own', () => {
    expect(readingOf('user_blocked')).toEqual({
      type: 'chat.user.blocked',
      providerEvent: 'user_blocked',
      key: [undefined],
      repeatWindowSeconds: 300,
      tenant: '27318c05d9a4ef60',
      subject: 'user/jonas-brandt',
      data: { actor: { id: 'leila-haddad', name: 'Leila Haddad', kind: 'user' }, user: { id: 'jonas-brandt', name: 'Jonas Brandt' } },
    });
  });

  it('lists several blocked users', () => {
    expect(read('user_blocked', { users: { a: { uid: 'a', name: 'A' }, b: {} }, by: { uid: 'c' } }).data).toEqual({
      actor: { id: 'c', kind: 'user' },
      members: [{ id: 'a', name: 'A' }, { id: 'b' }],
      user: { id: 'a', name: 'A' },
    });
  });

  it('reads a connection, whose times are milliseconds', () => {
    expect(readingOf('user_connection_status_changed')).toEqual({
      type: 'chat.user.disconnected',
      providerEvent: 'user_connection_status_changed',
      key: ['opsdesk', 'user_connection_status_changed', 'sven-aalto', 'disconnected', '1773642481191', '1773644311417'],
      time: '2026-03-16T06:58:31.417Z',
      tenant: '27318c05d9a4ef60',
      subject: 'user/sven-aalto',
      data: {
        actor: { id: 'sven-aalto', name: 'Sven Aalto', kind: 'user' },
        user: { id: 'sven-aalto', name: 'Sven Aalto', status: 'offline' },
      },
    });
    expect(readingOf('user_connection_status_changed.online').type).toBe('chat.user.connected');
  });

  it.each([
    ['online', 'disconnected', 'chat.user.connected'],
    ['offline', 'connected', 'chat.user.disconnected'],
    [undefined, 'connected', 'chat.user.connected'],
    ['away', 'disconnected', 'chat.user.disconnected'],
    ['away', 'idle', 'chat.unknown'],
  ])('with the status %s and the action %s is %s', (status, action, type) => {
    expect(read('user_connection_status_changed', { status, currentConnection: { action } }).type).toBe(type);
  });
});

describe('groups', () => {
  it('goes by the guid, not by the conversationId', () => {
    const group = { guid: 'group__1', conversationId: 'group_group__2', name: 'G' };
    expect(read('group_member_banned', { group }).data.conversation).toEqual({ id: 'group_group__1', kind: 'group', name: 'G' });
  });

  it('reads who was added by whom, without a time', () => {
    expect(readingOf('group_member_added')).toEqual({
      type: 'chat.member.added',
      providerEvent: 'group_member_added',
      key: [undefined],
      repeatWindowSeconds: 300,
      tenant: '27318c05d9a4ef60',
      subject: 'conversation/group_berth-planning',
      data: { actor: INES, conversation: BERTHS, members: [{ id: 'mei-tanaka', name: 'Mei Tanaka' }] },
    });
  });

  it('does not take the time of the group for the time of the event', () => {
    expect(readingOf('group_member_unbanned')).not.toHaveProperty('time');
  });

  it('takes the time at which a member joined', () => {
    const { time, repeatWindowSeconds } = read('group_member_joined', { group: { guid: 'g' }, members: { a: { joinedAt: 1773044127 } } });
    expect([time, repeatWindowSeconds]).toEqual(['2026-03-09T08:15:27.000Z', undefined]);
  });

  it('has the one who joins or leaves act', () => {
    const leila = { id: 'leila-haddad', name: 'Leila Haddad' };
    expect(readingOf('group_member_joined').data).toEqual({
      actor: { ...leila, avatar: 'https://cdn.harbourline.example/people/leila-haddad.png', kind: 'user' },
      conversation: { id: 'group_storm-watch', kind: 'group', name: 'Storm watch' },
      members: [leila],
    });
    expect(read('group_member_left', { members: { a: {}, b: {} } }).data).toEqual({ members: [{ id: 'a' }, { id: 'b' }] });
  });

  it('has the new scope as role, and never the role in the app', () => {
    expect(readingOf('group_member_scope_changed').data.members).toEqual([{ id: 'amara-okafor', name: 'Amara Okafor', role: 'moderator' }]);
  });

  it('names the new owner', () => {
    expect(readingOf('group_owner_transferred')).toMatchObject({
      key: ['opsdesk', 'group_owner_transferred', 'storm-watch', 'sven-aalto', '1778229010'],
      time: '2026-05-08T08:30:10.000Z',
      data: { actor: { id: 'amara-okafor', kind: 'user' }, user: { id: 'sven-aalto' } },
    });
  });

  it.each([
    ['group_created', 'chat.conversation.created', '2026-05-06T08:30:05.000Z'],
    ['group_updated', 'chat.conversation.updated', '2026-05-07T08:38:25.000Z'],
    ['group_deleted', 'chat.conversation.deleted', '2026-05-29T17:45:33.000Z'],
  ])('reads %s as %s at %s', (name, type, time) => expect(readingOf(name)).toMatchObject({ type, time }));

  it('does not blame the last editor for a deletion', () => expect(readingOf('group_deleted').data).not.toHaveProperty('actor'));
});

describe('calls, meetings and what is made of them', () => {
  it('reads a ringing call, and its session where it is named', () => {
    const found = readingOf('call_initiated.session');
    expect(found.key).toEqual(['opsdesk', 'call_initiated', '70318', '1781774764']);
    expect(found.subject).toBe('call/v1.eu.27318c05d9a4ef60.1781775164');
    expect(found.data).toEqual({
      actor: { id: 'leila-haddad', name: 'Leila Haddad', kind: 'user' },
      conversation: { id: 'leila-haddad_user_mei-tanaka', kind: 'direct' },
      call: { id: '70318', sessionId: 'v1.eu.27318c05d9a4ef60.1781775164', kind: 'video', status: 'initiated' },
    });
    expect(readingOf('call_busy').subject).toBe('call/70325');
  });

  it('tells audio from video by a string', () => {
    expect(readingOf('call_participant_left')).toMatchObject({
      key: ['opsdesk', 'call_participant_left', 'v1.eu.27318c05d9a4ef60.1781778902', '1781878364', 'Sven Aalto'],
      time: '2026-06-19T14:12:44.000Z',
    });
    expect(readingOf('call_participant_left').data.call).toEqual({
      sessionId: 'v1.eu.27318c05d9a4ef60.1781778902',
      kind: 'audio',
      status: 'participant_left',
      participant: { name: 'Sven Aalto' },
    });
    expect(readingOf('call_participant_joined').data.call?.kind).toBe('video');
    expect(readingOf('call_started').data.call).not.toHaveProperty('kind');
  });

  it('says from when to when a meeting lasted', () => {
    expect(readingOf('meeting_ended').data).toEqual({
      call: {
        sessionId: 'shift-handover-0622',
        kind: 'meeting',
        status: 'ended',
        startedAt: '2026-06-22T07:30:00.000Z',
        endedAt: '2026-06-22T08:00:11.000Z',
      },
    });
  });

  it('reads a recording, whose numbers are strings, and leaves its time to the arrival', () => {
    expect(readingOf('recording_generated')).toEqual({
      type: 'chat.recording.generated',
      providerEvent: 'recording_generated',
      key: ['opsdesk', 'recording_generated', 'shift-handover-0622', '1782113406'],
      tenant: '27318c05d9a4ef60',
      subject: 'recording/shift-handover-0622',
      data: {
        call: { sessionId: 'shift-handover-0622' },
        recording: {
          url: 'https://recordings-eu.cometchat.io/27318c05d9a4ef60/2026-06-22/shift-handover-0622.mp4',
          startedAt: '2026-06-22T07:30:06.000Z',
          durationSeconds: 1804.25,
        },
      },
    });
  });

  it('reckons how long a transcript is', () => expect(readingOf('transcription_generated').data.recording?.durationSeconds).toBe(1804));
});

describe('moderation', () => {
  it('names the rules that stopped a message, and when', () => {
    const { time, data } = readingOf('moderation_engine_blocked.rules');
    expect(time).toBe('2026-07-02T11:49:31.000Z');
    expect(data.moderation).toEqual({ verdict: 'blocked', reasons: ['Payment fraud', 'Competitor names'] });
    expect(data.message).toEqual({ id: '75531', kind: 'text', text: '[text that two rules stopped]', sentAt: '2026-07-02T11:49:30.000Z' });
  });

  it.each([
    ['moderation_engine_approved', { verdict: 'approved' }],
    ['moderation_engine_blocked', { verdict: 'blocked' }],
    ['moderation_manual_approved', { verdict: 'approved', reasons: ['Payment fraud'] }],
    ['moderation_engine_failed', { verdict: 'approved', reasons: ['timeout'] }],
  ])('reads the verdict of %s', (name, moderation) => expect(readingOf(name).data.moderation).toEqual(moderation));

  it('reads the resource of a failed check', () => {
    expect(readingOf('moderation_engine_failed')).toMatchObject({
      key: ['opsdesk', 'moderation_engine_failed', '75552', '1782993743'],
      time: '2026-07-02T12:02:23.000Z',
      data: { actor: { id: 'sven-aalto', kind: 'user' }, message: { id: '75552', kind: 'text', sentAt: '2026-07-02T12:02:20.000Z' } },
    });
  });
});

describe('campaigns and notifications', () => {
  it.each([
    ['after_campaign_completed', 'campaign/cmp-2fd81a', '2026-08-03T06:00:47.000Z', {}],
    ['after_campaign_failed', 'campaign/cmp-77c09e', '2026-08-03T08:00:47.000Z', {}],
    ['after_notification_created', 'notification/ntf-0b44e6', '2026-08-03T05:59:58.000Z', {}],
    ['after_feed_item_sent', 'feed_item/fi-3a90d7', '2026-08-03T06:00:00.000Z', { user: { id: 'sven-aalto' } }],
    ['after_feed_item_delivered', 'feed_item/fi-3a90d7', '2026-08-03T06:00:31.000Z', { user: { id: 'sven-aalto' } }],
    ['after_feed_item_read', 'feed_item/fi-3a90d7', '2026-08-03T06:05:40.000Z', { user: { id: 'sven-aalto' } }],
    ['after_feed_item_interacted', 'feed_item/fi-3a90d7', '2026-08-03T06:05:52.000Z', { user: { id: 'sven-aalto' } }],
    ['after_push_notification_sent', 'push/pn-c81f52', '2026-08-03T06:00:01.000Z', { user: { id: 'tomasz-wilk' } }],
    ['after_push_notification_delivered', 'push/pn-c81f52', '2026-08-03T06:00:04.000Z', { user: { id: 'tomasz-wilk' } }],
    ['after_push_notification_clicked', 'push/pn-c81f52', '2026-08-03T06:02:08.000Z', { user: { id: 'tomasz-wilk' } }],
  ])('%s is about %s at %s', (name, subject, time, data) => {
    const found = readingOf(name);
    expect([found.subject, found.time, found.data]).toEqual([subject, time, data]);
    expect(found.key).toEqual(['opsdesk', name, subject.slice(subject.indexOf('/') + 1), String(Date.parse(time) / 1000)]);
  });
});

describe('legacy webhooks', () => {
  it('finds the message in data itself', () => {
    expect(readingOf('after_message')).toMatchObject({
      type: 'chat.message.sent',
      key: ['audit-trail', 'after_message', '20931', '1770026999'],
      data: { actor: { id: 'leila-haddad' }, message: { id: '20931', text: 'Is the tariff sheet for February final?' } },
    });
  });

  it('does not take a deletion for a message', () => {
    const { type, data } = readingOf('after_message.deleted');
    expect(type).toBe('chat.message.deleted');
    expect(data.message).toEqual({ id: '20931', deletedAt: '2026-02-02T10:11:33.000Z' });
  });

  it('has no key for a message that is not sent yet', () => {
    expect(readingOf('before_message')).toMatchObject({ type: 'chat.unknown', key: [undefined], data: { conversation: { id: 'leila-haddad_user_mei-tanaka' } } });
  });

  it('reads a connection', () => {
    expect(readingOf('after_connection_status_changed')).toMatchObject({
      type: 'chat.user.connected',
      key: ['audit-trail', 'after_connection_status_changed', 'jonas-brandt', 'connected', '1770026998228', '1770026998233'],
      time: '2026-02-02T10:09:58.233Z',
      data: { user: { id: 'jonas-brandt', status: 'online' } },
    });
  });
});

describe('bodies that say little', () => {
  const UNKNOWN = { type: 'chat.unknown', key: [undefined], repeatWindowSeconds: 300, data: {} };

  it.each([
    ['no trigger', {}, 'unknown'],
    ['an empty trigger', { trigger: '' }, 'unknown'],
    ['a trigger that is no string', { trigger: 4 }, 'unknown'],
    ["the name of an object's own methods", { trigger: 'constructor', data: {} }, 'constructor'],
    ['a custom notification provider', { trigger: 'email-notification-payload-generated', data: { to: {} } }, 'email-notification-payload-generated'],
    ['a trigger without a published payload', { trigger: 'message_pinned', data: { message: { id: '1' } } }, 'message_pinned'],
  ])('pass as unknown: %s', (_what, body, providerEvent) => expect(cometchat.read(body)).toEqual([{ ...UNKNOWN, providerEvent }]));

  it.each(Object.keys(cometchat.events))('%s without anything is still one reading, without empty parts', (trigger) => {
    for (const data of [undefined, null, [], 'text', {}]) {
      const found = read(trigger, data);
      expect(found.key).toEqual([undefined]);
      expect(found.repeatWindowSeconds).toBe(300);
      expect(JSON.stringify(found.data)).not.toMatch(/null|""|\[\]|\{\}./);
    }
  });

  it('falls back to the body when a part of the key is missing, for ever when it has a time', () => {
    const found = read('message_sent', { message: { sentAt: 1772610072 } });
    expect([found.key, found.time, found.repeatWindowSeconds]).toEqual([[undefined], '2026-03-04T07:41:12.000Z', undefined]);
  });

  it('has an empty first part when no webhook is named, and the hash when its name is unusable', () => {
    const message = { id: '1', updatedAt: 1772610072 };
    expect(read('message_sent', { message }, {}).key).toEqual(['', 'message_sent', '1', '1772610072']);
    expect(read('message_sent', { message }, { webhook: {} }).key).toEqual([undefined]);
  });

  it('never uses a name that no catalogue entry allows', () => {
    for (const name of sampleNames('cometchat')) {
      const found = readingOf(name);
      const entry = cometchat.events[found.providerEvent as keyof typeof cometchat.events];
      expect([entry.type, ...('alsoTypes' in entry ? entry.alsoTypes : [])]).toContain(found.type);
    }
  });
});

describe('the catalogue', () => {
  const entries = Object.values(cometchat.events);

  it('has the 53 published triggers, five that are only named, and three legacy ones', () => {
    const legacy = entries.filter(({ group }) => group === 'Legacy');
    expect([entries.length - legacy.length, entries.filter(({ basis }) => basis === 'inferred').length, legacy.length]).toEqual([58, 5, 3]);
  });
});

describe('fresh samples', () => {
  const now = new Date('2026-11-20T08:09:10.000Z');

  it('keep the unit of every time, and their distances', () => {
    const sample = readSample('cometchat', 'meeting_ended');
    const { data } = cometchat.freshen(sample, 'meeting_ended', { sequence: 3, nonce: 'q7', now }).body as Record<string, JsonObject>;
    const end = now.getTime() / 1000;
    expect(data).toMatchObject({ created_at: end - 1811, destroyed_at: end, sessionId: 'shift-handover-0622-q7-3' });

    const recording = cometchat.freshen(readSample('cometchat', 'recording_generated'), 'recording_generated', { sequence: 0, nonce: 'q7', now });
    expect(recording.body['data']).toMatchObject({ startTime: String(end), recordingDate: '2026-11-20', duration: '1804.250000' });

    const connection = cometchat.freshen(readSample('cometchat', 'user_connection_status_changed'), '', { sequence: 0, nonce: 'q7', now });
    expect(connection.body['data']).toMatchObject({ timestamp: now.getTime(), currentConnection: { connectedAt: now.getTime() - 1_830_226 } });
  });

  it('rename a group wherever it is named', () => {
    const { body } = cometchat.freshen(readSample('cometchat', 'group_updated'), 'group_updated', { sequence: 1, nonce: 'q7', now });
    expect(body['data']).toMatchObject({ group: { guid: 'storm-watch-q7-1', conversationId: 'group_storm-watch-q7-1' } });
  });

  it.each(sampleNames('cometchat'))('%s differs each time, in its key or in its body, and matches the schema', (name) => {
    const sample = readSample('cometchat', name);
    const before = JSON.stringify(sample);
    const seen = ['k3', 'k4'].flatMap((nonce) =>
      [0, 1, 2].map((sequence) => {
        const { body } = cometchat.freshen(sample, name, { sequence, nonce, now });
        expect(cometchatSchema.safeParse(body).error?.issues ?? []).toEqual([]);
        const [found] = cometchat.read(body);
        expect(found.type).toBe(readingOf(name).type);
        return JSON.stringify(found.key.includes(undefined) ? body : found.key);
      }),
    );
    expect(new Set(seen).size).toBe(6);
    expect(JSON.stringify(sample)).toBe(before);
  });
});

describe('the schema', () => {
  const paths = (body: unknown): readonly string[] => cometchatSchema.safeParse(body).error?.issues.map(({ path }) => path.join('.')) ?? [];

  it.each(sampleNames('cometchat'))('accepts %s', (name) => expect(paths(bodyOf(name))).toEqual([]));

  it('checks by the trigger, and says where', () => {
    const { message } = dataOf('message_sent') as { message: JsonObject };
    expect(paths({ ...bodyOf('message_sent'), data: { message: { ...message, sentAt: 'yesterday' } } })).toEqual(['data.message.sentAt']);
    expect(paths({ ...bodyOf('group_updated'), data: {} })).toEqual(['data.group']);
  });

  it.each<[string, unknown, readonly string[]]>([
    ["of today's receipts", { ...dataOf('message_read_receipt'), body: { messageId: '', action: 'read', timestamp: 1 } }, ['data.body.messageId']],
    ['of legacy receipts', { ...dataOf('message_read_receipt.legacy'), receiptType: 'seen' }, ['data.receiptType']],
    ['of what is neither', { receiver: 'a', receiverType: 'user', sender: 'b' }, ['data.body']],
    ['of no object', 5, ['data']],
  ])('names the field %s', (_name, data, expected) => {
    expect(paths({ ...bodyOf('message_read_receipt'), data })).toEqual(expected);
  });

  it('checks the envelope alone of a trigger that it does not know', () => {
    expect(paths({ trigger: 'something_new', appId: 'a', data: 5 })).toEqual([]);
    expect(paths({ trigger: 'something_new' })).toEqual(['appId']);
  });
});
