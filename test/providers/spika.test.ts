import { parseJson } from '../../providers/json/parse';
import type { JsonObject } from '../../providers/json/json';
import type { Guard } from '../../providers/authentication/guard';
import { receive } from '../../providers/receive';
import { spika } from '../../providers/spika';
import { spikaSchema } from '../../providers/spika/schema';
import { delivery } from '../support/delivery';
import { readSample, sampleNames } from '../support/samples';

const SIGNATURE = 'Zq7Lw2Xn9Vb4Ks1T';
const guard: Guard = { scheme: 'header', name: 'Verification-Signature', secrets: [SIGNATURE] };
const source = { id: 'night-shift', guard, redact: true, pings: false };

const sample = (name: string): JsonObject => readSample('spika', name).body;
const reading = (body: unknown) => spika.read(body as JsonObject)[0];
const message = (fields: object) => ({ message: { id: 9, roomId: 4, createdAt: 1_772_528_400_000, ...fields } });
const textOf = (text: unknown) => reading(message({ body: { text } })).data.message?.text;

describe('a new message', () => {
  it('becomes one reading', () => {
    expect(spika.read(sample('message.new'))).toEqual([
      {
        type: 'chat.message.sent',
        providerEvent: 'message.new',
        key: ['42', '5017', '2026-03-03T09:00:01.234Z'],
        time: '2026-03-03T09:00:01.234Z',
        subject: 'conversation/42',
        data: {
          actor: { id: '23', name: 'Mara Lindqvist' },
          conversation: { id: '42', name: 'Night shift' },
          message: { id: '5017', kind: 'text', text: 'The pumps are running again.', sentAt: '2026-03-03T09:00:01.234Z' },
        },
      },
    ]);
  });

  it('lacks the names that a user and a room of two do not have', () => {
    expect(reading(sample('message.new.unnamed')).data).toMatchObject({ actor: { id: '25' }, conversation: { id: '42' } });
    expect(reading(sample('message.new.unnamed')).data.actor).toEqual({ id: '25' });
    expect(reading(sample('message.new.unnamed')).data.conversation).toEqual({ id: '42' });
  });

  it('keeps every character of its text', () => {
    expect(reading(sample('message.new.unicode')).data.message?.text).toBe('Läuft wieder 🛠️\nGracias \u2028 <i>&lt;3</i>');
  });

  it('says which message it answers', () => {
    expect(reading(sample('message.new.reply')).data.message?.replyTo).toBe('5017');
  });

  it.each([
    ['image', { id: '310', name: 'gauge.jpg', mimeType: 'image/jpeg', size: 482_133 }],
    ['video', { id: '312', name: 'valve.mp4', mimeType: 'video/mp4', size: 2_750_114 }],
    ['audio', { id: '314', name: 'memo.m4a', mimeType: 'audio/m4a', size: 60_412 }],
    ['file', { id: '315', name: 'übergabe.pdf', mimeType: 'application/pdf', size: 90_233 }],
  ])('of type %s has its file, and not the thumbnail, as its attachment', (kind, attachment) => {
    const found = reading(sample(`message.new.${kind}`)).data.message;
    expect(found?.kind).toBe(kind);
    expect(found?.attachments).toEqual([attachment]);
  });

  it('has the id of a file that is null', () => {
    expect(reading(message({ type: 'file', body: { fileId: 315, file: null } })).data.message?.attachments).toEqual([{ id: '315' }]);
  });

  it('keeps a type that Spika never checked', () => {
    expect(reading(sample('message.new.generation-c-system')).data.message?.kind).toBe('system');
    expect(reading(message({ type: 'image/gif', body: {} })).data.message?.kind).toBe('image/gif');
  });

  it.each([
    [12.5, '12.5'],
    [true, 'true'],
    [['a', 1], '["a",1]'],
    [{ a: 1 }, '{"a":1}'],
    ['', undefined],
    [null, undefined],
  ])('with the text %j says %j', (text, expected) => expect(textOf(text)).toBe(expected));

  it('never says who is a bot or what kind of room it is: the body does not tell', () => {
    const { actor, conversation } = reading(message({ fromUserId: 3, totalUserCount: 2 })).data;
    expect({ actor, conversation }).toEqual({ actor: { id: '3' }, conversation: { id: '4' } });
  });

  it('falls back to the hash of its body without an id', () => {
    expect(reading(message({ id: null })).key).toEqual(['4', undefined, '2026-03-03T09:00:00.000Z']);
    expect(reading(message({ id: null })).repeatWindowSeconds).toBeUndefined();
    expect(reading(message({ id: null, createdAt: 'yesterday' })).repeatWindowSeconds).toBe(300);
  });
});

it('keeps apart the messages of two servers that count alike', () => {
  const [one, other] = [1_772_528_400_000, 1_772_528_400_001].map((createdAt) => reading(message({ createdAt })).key.join());
  expect(one).not.toBe(other);
  expect(reading(message({ createdAt: undefined })).key).toEqual(['4', '9', '']);
});

describe('generation A', () => {
  it('is unwrapped', () => {
    expect(reading(sample('message.new.generation-a'))).toEqual({
      type: 'chat.message.sent',
      providerEvent: 'message.new',
      key: ['42', '61', '2026-03-03T09:08:08.000Z'],
      time: '2026-03-03T09:08:08.000Z',
      subject: 'conversation/42',
      data: {
        actor: { id: '23', name: 'Mara Lindqvist', avatar: 'https://spika.example/uploads/files/0c9e7a52-mara' },
        conversation: { id: '42', name: 'Night shift' },
        message: { id: '61', kind: 'text', text: 'Handover at six.', sentAt: '2026-03-03T09:08:08.000Z' },
      },
    });
  });

  it('finds the answered message in the quotation', () => {
    expect(reading(sample('message.new.generation-a-reply')).data.message?.replyTo).toBe('61');
    expect(reading(message({ reply: false, body: { referenceMessage: { id: 61 } } })).data.message?.replyTo).toBeUndefined();
  });

  it('says where its files are', () => {
    expect(reading(sample('message.new.generation-a-image')).data.message?.attachments).toEqual([
      { url: 'https://spika.example/uploads/files/7d10c4e8-meter', name: 'meter.png', mimeType: 'image/png', size: 20_480 },
    ]);
  });

  it('is accepted with the signature in its body, which is redacted', async () => {
    const verdict = await receive(spika, source, delivery(sample('message.new.generation-a')));
    expect(verdict).toMatchObject({ kind: 'accepted', redacted: true });
    expect(JSON.stringify(verdict.kind === 'accepted' ? verdict.events : '')).not.toContain(SIGNATURE);
  });

  it('is refused with another signature in its body', async () => {
    const body = { ...sample('message.new.generation-a'), headers: { 'Verification-Signature': 'Zq7Lw2Xn9Vb4Ks1t' } };
    expect(await receive(spika, source, delivery(body))).toMatchObject({ kind: 'refused', code: 'unauthenticated' });
  });

  it('is refused when a header says otherwise than its body', async () => {
    const body = sample('message.new.generation-a');
    const verdict = await receive(spika, source, delivery(body, { headers: { 'Verification-Signature': 'another' } }));
    expect(verdict).toMatchObject({ kind: 'refused', diagnosis: 'secret_mismatch' });
  });

  it.each<[string, unknown, string | undefined]>([
    ['in any case', { 'verification-SIGNATURE': SIGNATURE }, SIGNATURE],
    ['as a number', { 'Verification-Signature': 1234 }, undefined],
    ['as a list', { 'Verification-Signature': [SIGNATURE] }, undefined],
    ['empty', { 'Verification-Signature': '' }, undefined],
    ['twice', { 'Verification-Signature': SIGNATURE, 'verification-signature': 'x' }, undefined],
    ['as text', SIGNATURE, undefined],
    ['not at all', undefined, undefined],
  ])('has its signature looked for in the body: %s', (_how, headers, expected) => {
    expect(spika.credentialInBody({ headers } as unknown as JsonObject, 'Verification-Signature')).toBe(expected);
  });
});

describe('what is no message', () => {
  it.each([[{}], [{ message: null }], [{ message: 'hello' }], [{ data: [] }], [{ data: { message: [] } }]])('%j is unknown', (body) => {
    expect(spika.read(body as unknown as JsonObject)).toEqual([
      { type: 'chat.unknown', providerEvent: 'unknown', key: [undefined], repeatWindowSeconds: 300, data: {} },
    ]);
  });

  const bot = {
    event: 'newMessage',
    responsibleBotId: 3,
    data: { message: { id: 1, roomId: 2 }, user: { telephoneNumber: '+38599000111', verificationCode: '480112' }, device: { token: 'Yb7Lw2Xn9Vb4Ks1T' } },
  };

  it.each(['load', 'newUser', 'newRoom', 'newMessage'])('the chat-bot webhook %s is unknown, whatever is in it', (event) => {
    expect(spika.read({ ...bot, event })).toEqual([
      { type: 'chat.unknown', providerEvent: event, key: [undefined], repeatWindowSeconds: 300, data: {} },
    ]);
  });

  it('the codes and tokens of a chat-bot webhook are redacted', async () => {
    const verdict = await receive(spika, source, delivery(bot, { headers: { 'verification-signature': SIGNATURE } }));
    const raw = verdict.kind === 'accepted' ? verdict.events[0]?.event.data.raw : undefined;
    expect(raw).toEqual({
      ...bot,
      data: { ...bot.data, user: { ...bot.data.user, verificationCode: '[redacted]' }, device: { token: '[redacted]' } },
    });
  });
});

describe('nesting', () => {
  const quoted = (levels: number): string => {
    let text = '{"id":1,"body":{"text":"first"}}';
    for (let level = 0; level < levels; level++) text = `{"id":${level + 2},"roomId":4,"replyId":${level + 1},"body":{"text":"re","referenceMessage":${text}}}`;
    return `{"message":${text}}`;
  };

  it('of replies in replies is read', () => {
    const parsed = parseJson(Buffer.from(quoted(500)), { unboundedNesting: spika.unboundedNesting });
    expect(parsed.ok && spika.read(parsed.value as JsonObject)[0].data.message).toEqual({ id: '501', text: 're', replyTo: '500' });
  });

  it('of a text that is no text is bounded', () => {
    let text: unknown = 'x';
    for (let level = 0; level < 100_000; level++) text = [text];
    expect(textOf(text)).toBeUndefined();
  });
});

describe('the samples', () => {
  it.each(sampleNames('spika'))('%s fits the schema', (name) => {
    expect(spikaSchema.safeParse(sample(name)).error).toBeUndefined();
    expect(reading(sample(name)).type).toBe('chat.message.sent');
  });

  it.each<[string, JsonObject, readonly string[]]>([
    ['flat', { ...sample('message.new'), message: { ...(sample('message.new')['message'] as JsonObject), id: 'x' } }, ['message.id']],
    ['flat, without its room', { message: sample('message.new')['message'] ?? null, fromUser: {} }, ['room']],
    ['wrapped', { data: { ...sample('message.new'), fromUser: 5 }, headers: {} }, ['data.fromUser']],
    ['wrapped, without headers', { data: sample('message.new') }, ['headers']],
    ['neither', {}, ['message', 'fromUser', 'room']],
  ])('have each difference named by its path: %s', (_name, body, paths) => {
    expect(spikaSchema.safeParse(body).error?.issues.map(({ path }) => path.join('.'))).toEqual(paths);
  });

  it('do not fit when an id is missing', () => {
    expect(spikaSchema.safeParse({ ...sample('message.new'), message: { ...(sample('message.new')['message'] as JsonObject), id: null } }).success).toBe(false);
  });

  it.each(sampleNames('spika'))('%s is made fresh', (name) => {
    const original = readSample('spika', name);
    const now = new Date('2026-05-05T05:05:05.005Z');
    const fresh = [0, 1].map((sequence) => spika.freshen(original, 'message.new', { sequence, nonce: 'q7', now }));
    const readings = fresh.map(({ body }) => spika.read(body)[0]);
    expect(new Set([original, ...fresh].map(({ body }) => spika.read(body)[0].key.join('|'))).size).toBe(3);
    expect(readings.map(({ time }) => time)).toEqual(['2026-05-05T05:05:05.005Z', '2026-05-05T05:05:05.005Z']);
    expect(readings[0]?.data).toEqual({
      ...spika.read(original.body)[0].data,
      message: { ...spika.read(original.body)[0].data.message, id: readings[0]?.key[1], sentAt: '2026-05-05T05:05:05.005Z' },
    });
    expect(spikaSchema.safeParse(fresh[1]?.body).error).toBeUndefined();
  });
});
