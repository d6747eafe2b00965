import { prove } from '../../../providers/authentication/prove';
import { providers } from '../../../providers';
import type { ProviderName } from '../../../providers';
import type { JsonObject, JsonValue } from '../../../providers/json/json';
import { readSample } from '../../support/samples';
import { engines } from '../engines';
import { message, messageWith } from './support/bodies';
import { guards } from './support/sources';
import type { SourceId } from './support/sources';
import { receiptsIn, target } from './support/target';

const HASH = /^[0-9a-f]{64}$/;

/** Fields of a sample, by their paths. */
function paths(value: JsonValue, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as JsonObject).flatMap(([key, item]) => [[...path, key], ...paths(item, [...path, key])]);
}

/** A copy of a body with a value in one place, or without it. */
function changed(body: JsonObject, path: readonly string[], value: JsonValue | undefined): JsonObject {
  const copy = structuredClone(body) as Record<string, unknown>;
  let here = copy;
  for (const key of path.slice(0, -1)) here = here[key] as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  if (value === undefined) delete here[last];
  else here[last] = value;
  return copy as JsonObject;
}

/** A value of another type than the one that stands there. */
function otherThan(body: JsonObject, path: readonly string[]): JsonValue {
  let here: unknown = body;
  for (const key of path) here = (here as Record<string, unknown>)[key];
  return typeof here === 'object' ? 'x' : { unexpected: [null] };
}

describe.each(engines)('fields, over $name', (engine) => {
  const attacked = target(engine);
  const taken = (text: string) => attacked.expect({ body: text }, '401 unauthenticated', '200');

  it.each<[string, unknown]>([
    ['3 kB', 'x'.repeat(3_000)],
    ['257 characters', 'x'.repeat(257)],
    ['900 kB', 'x'.repeat(900_000)],
    ['1 kB of emoji', '👩‍👩‍👧'.repeat(128)],
    ['an object', {}],
    ['an object that says what it is as text', { toString: 'x', id: '1' }],
    ['a list', ['1']],
    ['null', null],
    ['empty', ''],
    ['true', true],
    ['a fraction', 1.5],
    ['missing', undefined],
  ])('an id that is %s gives way to the hash of the body, the same at each delivery', async (_name, id) => {
    const text = JSON.stringify(message({ id, unique: Math.random() }));
    const [first] = receiptsIn(await taken(text));
    const [second] = receiptsIn(await attacked.send({ body: text }, true));
    // A normalizer that gave up on the body would have said chat.unknown.
    expect(first).toMatchObject({ id: expect.stringMatching(HASH) as string, type: 'chat.message.sent', duplicate: false });
    expect(second).toEqual({ ...first, duplicate: true });
  });

  it.each([
    ['256 characters', 'y'.repeat(256)],
    ['what separates the parts of a key', 'a|b%|c'],
    ['a path', '../../etc/passwd'],
    ['SQL', "'; DROP TABLE events; --"],
    ['a template', '${jndi:ldap://evil.example/a}{{7*7}}'],
    ['zero', 0],
    ['negative', -1],
  ])('an id that is %s is an id', async (_name, id) => {
    const [receipt] = receiptsIn(await taken(JSON.stringify(message({ id, unique: Math.random() }))));
    expect(receipt?.id).not.toMatch(HASH);
    expect((await attacked.newest()).event.data['message']).toMatchObject({ id: String(id) });
  });

  it('two ids whose parts join to the same text are two', async () => {
    const [one] = receiptsIn(await taken(JSON.stringify(message({ id: 'p|1' }, { webhook: 'w' }))));
    const [other] = receiptsIn(await taken(JSON.stringify(message({ id: '1' }, { webhook: 'w|message_sent|p' }))));
    expect(one?.id).not.toBe(other?.id);
  });

  it('a 64-bit id stays exact, and a string', async () => {
    await taken(messageWith('9007199254740993', { id: '@' }));
    await taken(messageWith('9007199254740992', { id: '@' }));
    const { event } = await attacked.newest();
    expect(event.data['message']).toMatchObject({ id: '9007199254740992' });
    expect(event.id).toContain('9007199254740992');
  });

  it.each([
    ['seconds', 1795226453, '2026-11-21T02:00:53.000Z'],
    ['milliseconds', 1795226453123, '2026-11-21T02:00:53.123Z'],
    ['microseconds', 1795226453123456, '2026-11-21T02:00:53.123Z'],
    ['a string of seconds', '1795226453', '2026-11-21T02:00:53.000Z'],
    ['ISO 8601', '2026-11-21T03:00:53.123+01:00', '2026-11-21T02:00:53.123Z'],
    ['the last one with four digits', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('a time in %s is read', async (_name, sentAt, expected) => {
    await taken(JSON.stringify(message({ sentAt, unique: Math.random() })));
    expect((await attacked.newest()).event.time).toBe(expected);
  });

  it.each(['-1', '0', '-1795226453', '1e300', '1e400', '253402300800000', '1e-400', '"+010000-01-01T00:00:00Z"', '"-000001-01-01T00:00:00Z"', '"2026-02-30T00:00:00Z"', '"2026-11-21"', '"NaN"', '"Infinity"', '"now"', '""', '{}', '[1795226453]', 'null', 'true', `"${'9'.repeat(5_000)}"`])('the time %s gives way to the time of arrival', async (time) => {
    const text = messageWith('%', { sentAt: '@', unique: Math.random() }).replace('%', () => time).replace('"updatedAt":1795226453', () => `"updatedAt":${time}`);
    await taken(text);
    const { event } = await attacked.newest();
    expect(event).toMatchObject({ time: (event as unknown as { receivedat: string }).receivedat });
  });

  it('an unknown event is kept as unknown, under the name that it was sent with', async () => {
    await taken(JSON.stringify(message({}, { trigger: 'message_teleported' })));
    expect((await attacked.newest()).event).toMatchObject({ type: 'chat.unknown', providerevent: 'message_teleported' });
    await attacked.expect({ path: '/hooks/idp', body: `{"event_type":"USER_TELEPORTED","unique":${Math.random()}}` }, '401 unauthenticated', '200');
    expect((await attacked.newest('idp')).event).toMatchObject({ type: 'identity.unknown', providerevent: 'USER_TELEPORTED' });
  });

  it.each([['__proto__'], ['constructor'], ['toString'], ['x'.repeat(900_000)], ['\u0000\ud800'], [''], [1], [null], [{}], [['message_sent']]])('an event named %.40j is unknown', async (trigger) => {
    await taken(JSON.stringify(message({}, { trigger })));
    expect((await attacked.newest()).event.type).toBe('chat.unknown');
  });

  it('unknown fields are kept, and nothing more', async () => {
    const extra = { colour: 'green', nested: { deeply: [1, { two: null }] } };
    await taken(JSON.stringify(message(extra, extra)));
    expect((await attacked.newest()).event.data.raw).toMatchObject(extra);
  });

  it('a wrong type is noted, and a 422 where the source is strict', async () => {
    const text = JSON.stringify(message({ sender: { uid: 'ada' } }));
    await attacked.expect({ path: '/hooks/strict', body: text }, '401 unauthenticated', '422 schema_mismatch');
    await taken(text);
    const detail = await attacked.receiver.get<{ issues: { code: string; path: string }[] }>(`/events/${(await attacked.newest()).key}`);
    expect(detail.issues).toContainEqual(expect.objectContaining({ code: 'schema', path: expect.stringContaining('sender') as string }));
  });

  it('a strict source takes what fits, and refuses what does not before it leaves anything', async () => {
    const sample = readSample('cometchat', 'message_sent');
    await attacked.expect({ path: '/hooks/strict', body: JSON.stringify({ ...sample.body, webhook: 'strict' }) }, '401 unauthenticated', '200');
    for (const text of ['{}', '{"trigger":1}', '{"trigger":"message_sent","data":null}']) await attacked.expect({ path: '/hooks/strict', body: text }, '401 unauthenticated', '422 schema_mismatch');
  });

  const samples: readonly (readonly [SourceId, ProviderName, string])[] = [
    ['chat', 'cometchat', 'message_sent'],
    ['room', 'spika', 'message.new'],
    ['app', 'sceyt', 'message.sent'],
    ['idp', 'skillmine', 'USER_CREATED'],
    ['idp-eu', 'cidaas', 'ACCOUNT_CREATED_WITH_CIDAAS_IDENTITY'],
  ];

  it.each(samples)('%s takes a delivery with the wrong type in each field in turn, and without it, unless it is a credential', async (source, provider, event) => {
    const sample = readSample(provider, event);
    for (const path of paths(sample.body)) {
      for (const value of [otherThan(sample.body, path), null, undefined]) {
        const text = JSON.stringify(changed(sample.body, path, value));
        const headers = { ...sample.headers, ...prove(guards[source], Buffer.from(text), new Date())?.headers };
        const answer = await attacked.send({ path: `/hooks/${source}`, body: text, headers: Object.entries(headers).map(([name, written]) => `${name}: ${written}`) });
        expect({ path, value, status: answer.status }).toMatchObject({ status: 200 });
        for (const { id } of receiptsIn(answer)) expect(typeof id === 'string' && id !== '').toBe(true);
      }
    }
    expect(providers[provider].name).toBe(provider);
  });
});
