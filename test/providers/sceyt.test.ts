import type { Guard } from '../../providers/authentication/guard';
import { parseJson } from '../../providers/json/parse';
import type { JsonObject } from '../../providers/json/json';
import type { EventEntry } from '../../providers/provider';
import { receive } from '../../providers/receive';
import { sceyt } from '../../providers/sceyt';
import { sceytSchema } from '../../providers/sceyt/schema';
import { delivery, sampleDelivery } from '../support/delivery';
import type { DeliveryOptions } from '../support/delivery';
import { readSample, sampleNames } from '../support/samples';

type Headers = NonNullable<DeliveryOptions['headers']>;

const reading = (body: object, headers: Headers = {}) => sceyt.read(body as JsonObject, delivery(body, { headers }))[0];
const sampleReading = (name: string) => sceyt.read(readSample('sceyt', name).body, sampleDelivery(readSample('sceyt', name)))[0];
const nora = { id: 'nora', name: 'Nora Petrosyan', avatar: 'https://files.example/nora.png' };

describe('the samples', () => {
  it('read channel.created by a delivery id, the tenant and the SDK\'s words', () => {
    expect(sampleReading('channel.created')).toEqual({
      type: 'chat.conversation.created',
      providerEvent: 'channel.created',
      key: ['channel.created', '5b0d2c1e-3a77-4f0c-9a41-6f1f5a1f0c21'],
      time: '2026-03-02T08:15:00.250Z',
      tenant: '9x4shop',
      subject: 'conversation/702113985540014081',
      data: { actor: nora, conversation: { id: '702113985540014081', kind: 'group', name: 'Orders' } },
    });
  });

  it('read message.sent whole, with ids beyond 2^53', () => {
    expect(sampleReading('message.sent')).toEqual({
      type: 'chat.message.sent',
      providerEvent: 'message.sent',
      key: [undefined],
      time: '2026-03-02T08:21:40.123Z',
      tenant: '9x4shop',
      subject: 'conversation/702113985540014081',
      data: {
        actor: { id: 'eli', name: 'Eli Brandt' },
        conversation: { id: '702113985540014081', kind: 'group', name: 'Orders' },
        message: {
          id: '702113991216734208',
          kind: 'media',
          text: 'Here is the label, @Nora 📦',
          sentAt: '2026-03-02T08:21:40.123Z',
          replyTo: '702113990003118080',
          mentions: [{ id: 'nora', name: 'Nora Petrosyan' }],
          attachments: [{ id: '702113991216734300', url: 'https://files.example/label.pdf', name: 'label.pdf', size: 18_233 }],
        },
      },
    });
  });

  it('read message.edited in the REST API\'s words', () => {
    expect(sampleReading('message.edited').data).toEqual({
      actor: { id: 'eli' },
      conversation: { id: '702113985540014081' },
      message: {
        id: '702113991216734208',
        kind: 'text',
        text: 'Here is the new label.',
        sentAt: '2026-03-02T08:21:40.123Z',
        editedAt: '2026-03-02T08:22:40.500Z',
      },
    });
  });

  it('read message.deleted from a body that is the message', () => {
    expect(sampleReading('message.deleted')).toMatchObject({
      type: 'chat.message.deleted',
      time: '2026-03-02T08:23:00.700Z',
      data: { message: { id: '702113991216734208', sentAt: '2026-03-02T08:21:40.123Z', deletedAt: '2026-03-02T08:23:00.700Z' } },
    });
  });

  it('read receipts', () => {
    expect(sampleReading('message.received').data).toEqual({
      actor: nora,
      conversation: { id: '702113985540014081' },
      receipt: { messageIds: ['702113991216734208', '702113991216734209'], by: { id: 'nora' }, at: '2026-03-02T08:21:41.000Z' },
    });
    expect(sampleReading('message.seen').data.receipt).toEqual({ messageIds: ['702113991216734208'], by: { id: 'nora' } });
  });

  it('read reactions', () => {
    expect(sampleReading('message.reaction_added').data).toEqual({
      actor: nora,
      conversation: { id: '702113985540014081' },
      message: { id: '702113991216734208' },
      reaction: { id: '702113992500002816', emoji: '👍' },
    });
    expect(sampleReading('message.reaction_removed').data).toEqual({
      actor: { id: 'nora', name: 'Nora' },
      conversation: { id: '702113985540014081' },
      message: { id: '702113991216734208' },
      reaction: { emoji: '👍' },
    });
  });

  it('read several members and the one who kicked them', () => {
    expect(sampleReading('member.kicked')).toEqual({
      type: 'chat.member.kicked',
      providerEvent: 'member.kicked',
      key: ['member.kicked', 'evt-40117'],
      time: '2026-03-02T08:19:15.000Z',
      subject: 'conversation/702113985540014081',
      data: {
        actor: nora,
        conversation: { id: '702113985540014081', kind: 'group', name: 'Orders' },
        members: [{ id: 'eli', name: 'Eli Brandt', role: 'participant' }, { id: 'sam', role: 'participant' }],
      },
    });
  });

  it('read a category and an action', () => {
    expect(sampleReading('member.updated')).toEqual({
      type: 'chat.member.updated',
      providerEvent: 'member.updated',
      key: [undefined],
      time: '2026-03-02T08:18:10.000Z',
      subject: 'conversation/702113985540014081',
      data: { conversation: { id: '702113985540014081' }, members: [{ id: 'eli', name: 'Eli Brandt', role: 'admin' }] },
    });
  });

  it('read presence', () => {
    expect(sampleReading('user.disconnected')).toMatchObject({
      type: 'chat.user.disconnected',
      time: '2026-03-02T09:40:12.345Z',
      subject: 'user/ines',
      data: { user: { id: 'ines', name: 'Inès Arslan', status: 'offline' } },
    });
    expect(sampleReading('user.connected')).toMatchObject({ subject: 'user/ines', time: '2026-03-02T08:26:00.000Z' });
  });

  it('are of events that are inferred: nothing says how a body names one', () => {
    expect(Object.values<EventEntry>(sceyt.events).filter(({ basis }) => basis !== 'inferred')).toEqual([]);
  });

  it.each(sampleNames('sceyt'))('%s fits the schema and is labelled synthetic', (name) => {
    const sample = readSample('sceyt', name);
    expect(sample.basis).toBe('synthetic');
    expect(sceytSchema.safeParse(sample.body).error).toBeUndefined();
  });

  it.each(sampleNames('sceyt'))('%s is made fresh', (name) => {
    const sample = readSample('sceyt', name);
    const now = new Date('2026-05-05T05:05:05.000Z');
    const fresh = [0, 1].map((sequence) => sceyt.freshen(sample, name, { sequence, nonce: 'q7', now }));
    expect(new Set([sample, ...fresh].map(({ body }) => JSON.stringify(body))).size).toBe(3);
    const [first] = sceyt.read(fresh[0]?.body ?? {}, sampleDelivery(fresh[0] ?? sample));
    expect(first).toMatchObject({ type: sampleReading(name).type, providerEvent: sampleReading(name).providerEvent });
    expect(first.time).toBe(sampleReading(name).time === undefined ? undefined : now.toISOString());
    if (first.key[0] !== undefined) expect(first.key).not.toEqual(sampleReading(name).key);
  });
});

describe('the name of an event', () => {
  it.each<[object, Headers, string, string]>([
    [{ event: 'message.sent' }, { 'x-sceyt-event': 'channel.deleted' }, 'chat.conversation.deleted', 'channel.deleted'],
    [{ event: 'message.sent' }, { 'x-other-event': 'channel.deleted' }, 'chat.message.sent', 'message.sent'],
    [{ id: '1' }, { 'x-other-event': 'channel.deleted' }, 'chat.conversation.deleted', 'channel.deleted'],
    [{ id: '1' }, { 'x-event-type': 'poll.closed' }, 'chat.unknown', 'poll.closed'],
    [{ event: 'Message:added' }, {}, 'chat.reaction.added', 'Message:added'],
    [{ event: 'Message: removed' }, {}, 'chat.reaction.removed', 'Message: removed'],
    [{ event: 'ChannelCreated' }, {}, 'chat.conversation.created', 'ChannelCreated'],
    [{ event: 'BLOCK_MEMBERS' }, {}, 'chat.member.banned', 'BLOCK_MEMBERS'],
    [{ event: 'CHANGE_ROLE' }, {}, 'chat.member.updated', 'CHANGE_ROLE'],
    [{ event: { name: 'user.connected' } }, {}, 'chat.user.connected', 'user.connected'],
    [{ type: 'message', action: 'deleted' }, {}, 'chat.message.deleted', 'message.deleted'],
    [{ action: 'delete' }, {}, 'chat.conversation.deleted', 'delete'],
    [{ category: 'message', action: 'delete' }, {}, 'chat.message.deleted', 'message.delete'],
    [{ category: 'role', action: 'delete' }, {}, 'chat.unknown', 'role.delete'],
    [{ entity: 'poll', event: 'delete' }, {}, 'chat.unknown', 'delete'],
    [{ object: 'user', event: 'online' }, {}, 'chat.user.connected', 'user.online'],
    [{ name: 'displayed', messageIds: ['7'] }, {}, 'chat.message.read', 'displayed'],
    [{ event: 'MESSAGE' }, {}, 'chat.message.sent', 'MESSAGE'],
    [{ event: 'constructor' }, {}, 'chat.unknown', 'constructor'],
    [{ event: 7, type: null }, {}, 'chat.unknown', 'unknown'],
    [{}, {}, 'chat.unknown', 'unknown'],
  ])('%j %j is %s, sent as %s', (body, headers, type, providerEvent) => {
    expect(reading(body, headers)).toMatchObject({ type, providerEvent });
  });

  it('is resolved from any spelling', () => {
    const names = ['Member: Update', 'members_kicked', 'delivered', 'PING', 'poll.closed', '', '__proto__'];
    expect(names.map((name) => sceyt.resolveEventName(name))).toEqual([
      'member.updated', 'member.kicked', 'message.received', 'ping', undefined, undefined, undefined,
    ]);
  });
});

describe('a ping', () => {
  const isPing = (body: object | undefined, headers: Headers = {}) =>
    sceyt.handshake(delivery(body ?? '', { headers }), body as JsonObject | undefined) !== undefined;

  it.each<[object | undefined, Headers]>([
    [undefined, {}],
    [{}, {}],
    [{ event: 'ping' }, {}],
    [{ type: 'PING', timestamp: 1 }, {}],
    [{ event: { type: 'ping' } }, {}],
    [{ zen: 'Keep it small.', hook: {} }, {}],
    [{ zen: 'Keep it small.', hook_id: 1 }, {}],
    [undefined, { 'x-sceyt-event': 'ping' }],
    [{ hook: {} }, { 'x-anything-event': 'ping' }],
    [{ event: 'ping' }, { 'x-github-event': 'ping' }],
  ])('%j %j is one', (body, headers) => expect(isPing(body, headers)).toBe(true));

  it.each<[object | undefined, Headers]>([
    [{ event: 'message.sent' }, {}],
    [{ event: 'message.sent' }, { 'x-sceyt-event': 'ping' }],
    [{ event: 'ping' }, { 'x-sceyt-event': 'message.sent' }],
    [{ event: 'ping', type: 'message.sent' }, {}],
    [{ event: 'ping', action: 'sent', category: 'message' }, {}],
    [{ event: 'something.new' }, { 'x-sceyt-event': 'ping' }],
    [{ zen: 'Keep it small.', hook_id: 1, event: 'message.sent' }, {}],
    [{ zen: 'Keep it small.', hook_id: 1, data: { message: {} } }, {}],
    [{ zen: 'Keep it small.' }, {}],
    [{ data: { event: 'ping' } }, {}],
    [{ message: { body: 'ping' } }, {}],
    [undefined, { 'x-sceyt-event': 'message.sent' }],
    [{}, { 'x-sceyt-event': ['ping', 'message.sent'] }],
  ])('%j %j is none', (body, headers) => expect(isPing(body, headers)).toBe(false));

  it('beside the name of an event leaves the event', () => {
    expect(reading({ event: 'ping', type: 'message.sent' })).toMatchObject({ type: 'chat.message.sent', providerEvent: 'message.sent' });
  });

  const guard: Guard = { scheme: 'hmac', headers: ['x-sceyt-signature'], algorithm: 'sha256', encoding: 'auto', secrets: ['sceyt-secret'] };
  const source = { id: 'app-chat', guard, redact: true, pings: true };

  it('is answered without credentials and never becomes an event then', async () => {
    expect(await receive(sceyt, source, delivery({ event: 'ping' }))).toEqual({
      kind: 'handshake',
      reply: { contentType: 'application/json', body: '{"received":true,"events":[]}' },
    });
    expect(await receive(sceyt, source, delivery(''))).toMatchObject({ kind: 'handshake' });
  });

  it('is refused with a wrong signature', async () => {
    const verdict = await receive(sceyt, source, delivery({ event: 'ping' }, { headers: { 'x-sceyt-signature': 'ab'.repeat(32) } }));
    expect(verdict).toMatchObject({ kind: 'refused' });
  });

  it('is accepted with a right one', async () => {
    const headers = { 'x-sceyt-signature': '3230c7702d65cc43ccd604a004384c9f860c7bca58be8a3ee4c89cfa48a6901a' };
    expect(await receive(sceyt, source, delivery({ event: 'ping' }, { headers }))).toMatchObject({ kind: 'accepted' });
  });

  it('opens no door for an event without credentials', async () => {
    const headers = { 'x-sceyt-event': 'ping' };
    expect(await receive(sceyt, source, delivery({ event: 'message.sent', data: {} }, { headers }))).toMatchObject({ kind: 'refused' });
  });
});

describe('the key', () => {
  const edited = { event: 'channel.edited', channel: { id: '5', updatedAt: 1_772_439_360 } };

  it('is a delivery id from a header before one from the body', () => {
    expect(reading({ ...edited, event_id: 'e1' }, { 'x-github-delivery': 'd1' }).key).toEqual(['channel.edited', 'd1']);
    expect(reading({ ...edited, event_id: 'e1' }).key).toEqual(['channel.edited', 'e1']);
  });

  it('never is x-request-id, which proxies set anew for each retry', () => {
    expect(reading(edited, { 'x-request-id': 'r1' }).key).toEqual([undefined]);
  });

  it('tells events apart even if the id around them turns out to be the webhook\'s', () => {
    const first = reading({ id: 'w1', event: 'channel.edited', data: { id: '5', updatedAt: 1_772_439_360 } });
    const second = reading({ id: 'w1', event: 'channel.edited', data: { id: '6', updatedAt: 1_772_439_360 } });
    expect(first.key).toEqual(['channel.edited', 'w1', 'conversation/5', '2026-03-02T08:16:00.000Z']);
    expect(second.key).not.toEqual(first.key);
  });

  it('never is the id of the object itself', () => {
    expect(reading({ id: '7', body: 'hello' }, { 'x-event': 'message.sent' }).key).toEqual([undefined]);
    expect(reading({ event: 'channel.edited', id: '5', subject: 'Orders' }).key).toEqual([undefined]);
  });

  it('differs between two events of one delivery id', () => {
    const keys = ['message.sent', 'message.deleted'].map((event) => reading({ event, event_id: '7', data: { id: '7' } }).key);
    expect(keys).toEqual([['message.sent', '7'], ['message.deleted', '7']]);
  });

  it.each<[object, number | undefined]>([
    [{ event: 'member.joined', channel_id: '5', member: { id: 'eli' } }, 300],
    [{ event: 'member.joined', channel_id: '5', member: { id: 'eli' }, timestamp: 1_772_439_360 }, undefined],
    [{ event: 'member.joined', channel_id: '5', member: { id: 'eli', created_at: 1_772_439_360 } }, 300],
    [{ event: 'member.joined', event_id: 'e1', member: { id: 'eli' } }, undefined],
    [{ event: 'user.connected', username: 'eli', created_at: '2026-01-10T12:00:00Z' }, 300],
    [{ event: 'message.sent', data: { id: '7' } }, undefined],
    [{ event: 'message.sent', data: { body: 'ok' } }, 300],
    [{ event: 'message.reaction_added', data: { message_id: '7', key: '👍' } }, 300],
    [{ event: 'poll.closed' }, 300],
  ])('%j may happen again after %s seconds', (body, seconds) => expect(reading(body).repeatWindowSeconds).toBe(seconds));
});

describe('objects', () => {
  it('keep ids exact that a double would change', () => {
    const parsed = parseJson(Buffer.from('{"event":"message.sent","data":{"id":101449892471377921,"channel_id":702113985540014081}}'));
    const body = (parsed.ok ? parsed.value : {}) as JsonObject;
    expect(reading(body).data).toEqual({ conversation: { id: '702113985540014081' }, message: { id: '101449892471377921' } });
  });

  it.each([
    ['direct', 'direct'],
    ['private', 'group'],
    ['group', 'group'],
    ['public', 'channel'],
    ['broadcast', 'channel'],
    ['self', undefined],
  ])('a channel of type %s is of kind %s', (type, kind) => {
    expect(reading({ event: 'channel.created', channel: { id: '5', type } }).data.conversation?.kind).toBe(kind);
  });

  it('take the user for the member when nobody else is named', () => {
    expect(reading({ event: 'member.left', channel: { id: '5' }, user: { username: 'eli', first_name: 'Eli' } }).data).toEqual({
      conversation: { id: '5' },
      members: [{ id: 'eli', name: 'Eli' }],
    });
    expect(reading({ event: 'member.left', data: { id: '5', user_id: 'eli', role: 'admin' } }).data).toEqual({ members: [{ id: 'eli', role: 'admin' }] });
  });

  it('leave metadata alone, and do not take an event\'s name for a message\'s type', () => {
    expect(reading({ type: 'message.sent', id: '7', body: 'hi', metadata: '{"a":1}' }).data).toEqual({ message: { id: '7', text: 'hi' } });
  });

  it('never have null or empty parts', () => {
    const body = { event: 'message.sent', data: { id: null, body: '', user: {}, channel: [], mentionedUsers: [null, {}], attachments: [{}, 1], createdAt: 'soon' } };
    expect(reading(body)).toEqual({ type: 'chat.message.sent', providerEvent: 'message.sent', key: [undefined], repeatWindowSeconds: 300, data: {} });
  });
});
