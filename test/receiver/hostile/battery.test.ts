import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import { BASIC, BASIC_HEADER, running } from '../../support/running';
import type { Running } from '../../support/running';

const LIMIT = 1_048_576;
const authorization = BASIC_HEADER;

let receiver: Running;
let sequence = 0;

beforeAll(async () => {
  receiver = await running({
    sources: [
      { id: 'chat', provider: 'cometchat', auth: BASIC },
      { id: 'strict', provider: 'cometchat', auth: BASIC, validation: 'strict' },
      { id: 'room', provider: 'spika', auth: { scheme: 'header', name: 'Verification-Signature', secret: 'sixteencharacter' } },
    ],
  });
});
afterAll(() => receiver.close());

const message = (fields: object = {}): object => ({
  trigger: 'message_sent',
  data: { message: { id: `m${sequence++}`, sender: 'ada', receiver: 'grace', receiverType: 'user', conversationId: 'ada_user_grace', category: 'message', type: 'text', data: { text: 'hi' }, sentAt: 1795226453, updatedAt: 1795226453, ...fields } },
  appId: 'app',
  region: 'eu',
  webhook: 'w',
});

async function countEvents(): Promise<number> {
  const metrics = await (await fetch(`${receiver.url}/metrics`)).text();
  return [...metrics.matchAll(/^chathooks_events_accepted_total\{.*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** The rule for all: what a stranger sends is refused and leaves nothing, and the next valid delivery gets its 200. */
async function expectAnswer(body: unknown, headers: Readonly<Record<string, string>>, expected: number, code?: string): Promise<unknown> {
  const before = await countEvents();
  const stranger = await receiver.post('/hooks/chat', body, headers);
  expect([400, 401, 413, 415]).toContain(stranger.status);
  await stranger.arrayBuffer();
  const known = await receiver.post('/hooks/chat', body, { authorization, ...headers });
  const answer = (await known.json()) as { error?: { code: string; message: string } };
  expect({ status: known.status, code: answer.error?.code }).toEqual({ status: expected, code });
  if (expected !== 200) expect(await countEvents()).toBe(before);
  const control = await receiver.post('/hooks/chat', message(), { authorization });
  expect(control.status).toBe(200);
  return answer;
}

describe('a body that is not a JSON object', () => {
  it.each([
    ['nothing', '', 'empty_body'],
    ['white space', ' \r\n\t', 'empty_body'],
    ['null', 'null', 'not_an_object'],
    ['true', 'true', 'not_an_object'],
    ['a number', '1', 'not_an_object'],
    ['a string', '"x"', 'not_an_object'],
    ['an empty list', '[]', 'not_an_object'],
    ['a list of events', `[${JSON.stringify(message())}]`, 'not_an_object'],
    ['a comment', '{"a":1} // x', 'invalid_json'],
    ['a trailing comma', '{"a":1,}', 'invalid_json'],
    ['NaN', '{"a":NaN}', 'invalid_json'],
    ['half of it', '{"trigger":"message_sent","data":', 'invalid_json'],
  ])('%s is a 400', (_name, body, code) => expectAnswer(body, {}, 400, code));
});

describe('encodings', () => {
  const json = (): Buffer => Buffer.from(JSON.stringify(message()));

  it.each([
    ['gzip', (body: Buffer) => zlib.gzipSync(body)],
    ['deflate', (body: Buffer) => zlib.deflateSync(body)],
    ['br', (body: Buffer) => zlib.brotliCompressSync(body)],
    ['zstd', (body: Buffer) => zlib.zstdCompressSync(body)],
    ['identity', (body: Buffer) => body],
  ])('%s is inflated', (encoding, compress) => expectAnswer(compress(json()), { 'content-encoding': encoding }, 200));

  it('a bomb is a 413, and is not inflated past the limit', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(200_000_000, 0x20), { level: 9 });
    const before = process.memoryUsage().rss;
    await expectAnswer(bomb, { 'content-encoding': 'gzip' }, 413, 'body_too_large');
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  it('gzip in gzip is inflated once and is then not JSON', () => expectAnswer(zlib.gzipSync(zlib.gzipSync(json())), { 'content-encoding': 'gzip' }, 400, 'invalid_utf8'));
  it('two encodings are a 415', () => expectAnswer(zlib.gzipSync(zlib.gzipSync(json())), { 'content-encoding': 'gzip, gzip' }, 415, 'unsupported_encoding'));
  it('an unknown encoding is a 415', () => expectAnswer(json(), { 'content-encoding': 'compress' }, 415, 'unsupported_encoding'));
  it('gzip cut short is a 400', () => expectAnswer(zlib.gzipSync(json()).subarray(0, 40), { 'content-encoding': 'gzip' }, 400, 'invalid_compression'));
  it('what is not gzip is a 400', () => expectAnswer(json(), { 'content-encoding': 'gzip' }, 400, 'invalid_compression'));

  it.each([
    ['invalid UTF-8', [0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]],
    ['an overlong form', [0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ])('%s is a 400', (_name, bytes) => expectAnswer(Uint8Array.from(bytes), {}, 400, 'invalid_utf8'));

  it('a byte order mark is skipped', () => expectAnswer(`\ufeff${JSON.stringify(message())}`, {}, 200));
});

describe('content types', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"', 'application/vnd.comet+json', 'application/json; charset=us-ascii'])(
    '%s is JSON',
    (type) => expectAnswer(message(), { 'content-type': type }, 200),
  );

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json, text/plain', 'application/jsonp', 'text/json', 'json'])(
    '%s is a 415',
    (type) => expectAnswer('payload=%7B%7D', { 'content-type': type }, 415, 'unsupported_media_type'),
  );

  it.each(['utf-7', 'utf-16', 'utf-16le', 'utf-32', 'iso-8859-1', 'latin1', 'made-up'])('charset %s is a 415', (charset) =>
    expectAnswer(message(), { 'content-type': `application/json; charset=${charset}` }, 415, 'unsupported_charset'),
  );
});

describe('sizes', () => {
  const padded = (size: number): string => {
    const [head = '', tail = ''] = JSON.stringify(message({ data: { text: '@' } })).split('@');
    return head + 'x'.repeat(size - head.length - tail.length) + tail;
  };

  it('the limit is taken', () => expectAnswer(padded(LIMIT), {}, 200));
  it('one byte less too', () => expectAnswer(padded(LIMIT - 1), {}, 200));
  it('one byte more is a 413', () => expectAnswer(padded(LIMIT + 1), {}, 413, 'body_too_large'));
  it('2 MB are a 413', () => expectAnswer('x'.repeat(2_000_000), {}, 413, 'body_too_large'));
  it('60 MB are a 413 or a closed door', async () => {
    const answer = await receiver.post('/hooks/chat', randomBytes(60_000_000), { authorization }).catch(() => undefined);
    expect([undefined, 413]).toContain(answer?.status);
    expect((await receiver.post('/hooks/chat', message(), { authorization })).status).toBe(200);
  });

  it.each([
    ['65 levels', 65],
    ['50,000 levels', 50_000],
    ['400,000 levels', 400_000],
  ])('%s are a 400', (_name, depth) => expectAnswer(`{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`, {}, 400, 'too_deep'));

  it('a list of 300,000 items is taken', () => expectAnswer({ ...message(), extra: Array.from({ length: 300_000 }, () => 1) }, {}, 200));
  it('80,000 keys are taken', () => expectAnswer({ ...message(), extra: Object.fromEntries(Array.from({ length: 80_000 }, (_, index) => [`k${index}`, 1])) }, {}, 200));
  it('a key of 900 kB is taken', () => expectAnswer({ ...message(), ['k'.repeat(900_000)]: 1 }, {}, 200));
  it('a number of 900,000 digits is taken, exact', async () => {
    const digits = '7'.repeat(900_000);
    const id = `m${sequence++}`;
    const body = JSON.stringify(message({ id, huge: 'HUGE' })).replace('"HUGE"', digits);
    expect((await receiver.post('/hooks/chat', body, { authorization })).status).toBe(200);
    const { events } = await receiver.get<{ events: { event: { data: { raw: { data: { message: { huge: string } } } } } }[] }>('/events?limit=1');
    expect(events[0]?.event.data.raw.data.message.huge).toBe(digits);
  });
});

describe('keys and fields', () => {
  const last = async (): Promise<{ key: string; event: Record<string, never> & { id: string; type: string; time: string; data: Record<string, unknown> } }> => {
    const { events } = await receiver.get<{ events: never[] }>('/events?limit=1');
    return events[0] as never;
  };

  it('a repeated key is taken and flagged', async () => {
    const body = JSON.stringify(message()).replace('"trigger":', '"trigger":"group_deleted","trigger":');
    expect((await receiver.post('/hooks/chat', body, { authorization })).status).toBe(200);
    const { key, event } = await last();
    expect(event.type).toBe('chat.message.sent');
    const detail = await receiver.get<{ issues: { code: string; path: string }[] }>(`/events/${key}`);
    expect(detail.issues).toContainEqual(expect.objectContaining({ code: 'duplicate_key', path: 'trigger' }));
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', ''])('a key named "%s" is a key like any other', async (name) => {
    const body = JSON.stringify(message()).replace('"region"', `${JSON.stringify(name)}:{"prototype":{"polluted":1},"polluted":1},"region"`);
    await expectAnswer(body, {}, 200);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it.each([
    ['3 kB', 'x'.repeat(3_000)],
    ['1 kB of emoji', '👩‍👩‍👧'.repeat(128)],
    ['an object', {}],
    ['a list', [1]],
    ['null', null],
    ['empty', ''],
    ['true', true],
  ])('an id that is %s gives way to the hash of the body, the same at each delivery', async (_name, id) => {
    const body = JSON.stringify(message({ id, unique: sequence++ }));
    const first = (await (await receiver.post('/hooks/chat', body, { authorization })).json()) as { events: { id: string; duplicate: boolean }[] };
    const second = (await (await receiver.post('/hooks/chat', body, { authorization })).json()) as typeof first;
    expect(first.events[0]).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{64}$/) as string, duplicate: false });
    expect(second.events[0]).toMatchObject({ id: first.events[0]?.id, duplicate: true });
  });

  it('a 64-bit id stays exact, and a string', async () => {
    const body = JSON.stringify(message({ id: 'ID' })).replace('"ID"', '9007199254740993');
    await receiver.post('/hooks/chat', body, { authorization });
    const { event } = await last();
    expect(event.data['message']).toMatchObject({ id: '9007199254740993' });
    expect(event.id).toContain('9007199254740993');
  });

  it.each([
    ['seconds', 1795226453, '2026-11-21T02:00:53.000Z'],
    ['milliseconds', 1795226453123, '2026-11-21T02:00:53.123Z'],
    ['microseconds', 1795226453123456, '2026-11-21T02:00:53.123Z'],
    ['a string of seconds', '1795226453', '2026-11-21T02:00:53.000Z'],
    ['ISO 8601', '2026-11-21T03:00:53.123+01:00', '2026-11-21T02:00:53.123Z'],
  ])('a time in %s is read', async (_name, sentAt, expected) => {
    await receiver.post('/hooks/chat', message({ sentAt }), { authorization });
    expect((await last()).event.time).toBe(expected);
  });

  it.each([-1, 0, 1e300, 253402300800000, '+010000-01-01T00:00:00Z', 'NaN', {}, null])('the time %j gives way to the time of arrival', async (sentAt) => {
    await receiver.post('/hooks/chat', message({ sentAt, updatedAt: sentAt }), { authorization });
    expect(Math.abs(Date.parse((await last()).event.time) - Date.now())).toBeLessThan(60_000);
  });

  it('text survives byte for byte', async () => {
    const text = '\u0000\ufffe\u202e\u001b[31mred\r\n👩‍👩‍👧 \u2028 \ud800 <script>alert(1)</script>';
    await receiver.post('/hooks/chat', message({ data: { text } }), { authorization });
    expect((await last()).event.data['message']).toMatchObject({ text });
  });

  it('an unknown event is kept as unknown', async () => {
    await receiver.post('/hooks/chat', { ...message(), trigger: 'message_teleported' }, { authorization });
    expect((await last()).event).toMatchObject({ type: 'chat.unknown', providerevent: 'message_teleported' });
  });

  it('a wrong type is noted, and a 422 where the source is strict', async () => {
    const body = message({ sender: { uid: 'ada' } });
    const strict = await receiver.post('/hooks/strict', body, { authorization });
    expect(strict.status).toBe(422);
    expect(await strict.json()).toMatchObject({ error: { code: 'schema_mismatch' } });
    expect((await receiver.post('/hooks/chat', body, { authorization })).status).toBe(200);
    const detail = await receiver.get<{ issues: { code: string; path: string }[] }>(`/events/${(await last()).key}`);
    expect(detail.issues).toContainEqual(expect.objectContaining({ code: 'schema', path: expect.stringContaining('sender') as string }));
  });
});
