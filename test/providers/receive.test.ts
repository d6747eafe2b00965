import type { Guard } from '../../providers/authentication/guard';
import type { JsonObject } from '../../providers/json/json';
import type { Handshake, Provider, Reading } from '../../providers/provider';
import { receive } from '../../providers/receive';
import type { Verdict } from '../../providers/verdict';
import { delivery } from '../support/delivery';

const GUARD: Guard = { scheme: 'header', name: 'x-secret', secrets: ['s'] };
const SIGNED = { headers: { 'x-secret': 's' } };

/** A provider of nothing: what the contract does with any of them. */
const made: Provider = {
  name: 'made-up',
  title: 'Made up',
  family: 'chat',
  docs: 'https://example.com',
  auth: [{ scheme: 'header', basis: 'synthetic', note: '' }],
  events: {},
  handshake: (_delivery, body): Handshake | undefined =>
    body === undefined || body['ping'] === true ? { providerEvent: 'ping', reply: { contentType: 'text/plain', body: 'pong' }, unauthenticated: true } : undefined,
  credentialInBody: (body, name) => (name === 'x-secret' && typeof body['secret'] === 'string' ? body['secret'] : undefined),
  read: (body): readonly [Reading, ...Reading[]] => [
    { type: 'chat.message.sent', providerEvent: 'sent', key: ['a|b', typeof body['id'] === 'string' ? body['id'] : undefined], data: {} },
    { type: 'chat.user.mentioned', providerEvent: 'sent', key: [undefined], tenant: 'a/b c\ud800', subject: 'user/\u0007x', data: {} },
  ],
  isSecretKey: (key) => key === 'secret',
  freshen: (sample) => sample,
};

const source = (options: object = {}) => ({ id: 'hook', guard: GUARD, redact: true, pings: false, ...options });
const judge = (body: unknown, options = {}, sourceOptions = {}, provider: Provider = made): Promise<Verdict> => receive(provider, source(sourceOptions), delivery(body, options));

async function events(body: unknown, options: object = SIGNED) {
  const verdict = await judge(body, options);
  if (verdict.kind !== 'accepted') throw new Error(verdict.kind);
  return verdict.events.map(({ event }) => event);
}

describe('the envelope', () => {
  it('joins a key so that no two keys join to the same id', async () => {
    const [one] = await events({ id: 'c' });
    const [other] = await events({ id: 'b|c' });
    expect([one?.id, other?.id]).toEqual(['a%7Cb|c', 'a%7Cb|b%7Cc']);
  });

  it('falls back to the hash of the body, one for each event of it', async () => {
    const [first, second] = await events({ id: 7 });
    expect(first?.id).toMatch(/^[0-9a-f]{64}$/);
    expect(second?.id).toBe(`${first?.id}.1`);
    expect((await events({ id: 'x'.repeat(257) }))[0]?.id).toMatch(/^[0-9a-f]{64}$/);
  });

  it('makes a URI reference of any tenant, and a CloudEvents string of any subject', async () => {
    const [first, second] = await events({});
    expect(first?.source).toBe('/made-up/hook');
    expect(second?.source).toBe('/made-up/a%2Fb%20c%EF%BF%BD');
    expect(second?.subject).toBe('user/%07x');
  });
});

describe('pings', () => {
  it.each<[string, unknown, object]>([
    ['without credentials', { ping: true }, {}],
    ['without a body', '', {}],
    ['with credentials', { ping: true }, SIGNED],
  ])('are answered, and start nothing: %s', async (_name, body, options) => {
    expect(await judge(body, options)).toEqual({ kind: 'handshake', reply: { contentType: 'text/plain', body: 'pong' } });
  });

  it('are refused with wrong credentials', async () => {
    expect(await judge({ ping: true }, { headers: { 'x-secret': 'wrong' } })).toEqual({ kind: 'refused', code: 'unauthenticated', diagnosis: 'secret_mismatch' });
  });

  it('are events where the source asks for them, and they show credentials', async () => {
    expect(await judge({ ping: true }, SIGNED, { pings: true })).toMatchObject({ kind: 'accepted', events: [{ event: { type: 'chat.unknown', providerevent: 'ping' } }] });
    expect(await judge({ ping: true }, {}, { pings: true })).toMatchObject({ kind: 'handshake' });
  });

  it('are not looked for in a large body of a stranger', async () => {
    expect(await judge({ ping: true, padding: 'x'.repeat(20_000) })).toMatchObject({ kind: 'refused', code: 'unauthenticated' });
  });
});

describe('a credential in the body', () => {
  it('counts when the header is absent, and is taken out of raw', async () => {
    const [event] = await events({ secret: 's', id: 'c' }, {});
    expect(event?.data.raw).toEqual({ secret: '[redacted]', id: 'c' });
  });
  it('does not count beside a wrong header', async () => {
    expect(await judge({ secret: 's' }, { headers: { 'x-secret': 'wrong' } })).toMatchObject({ kind: 'refused' });
  });
  it('is refused when it is wrong, or the body is not JSON', async () => {
    expect(await judge({ secret: 'wrong' })).toMatchObject({ kind: 'refused', diagnosis: 'secret_mismatch' });
    expect(await judge('{"secret":"s"')).toMatchObject({ kind: 'refused', diagnosis: 'credentials_missing' });
  });
});

describe('redaction', () => {
  const raw = async (body: object, redact = true): Promise<JsonObject | undefined> => {
    const verdict = await judge(body, SIGNED, { redact });
    return verdict.kind === 'accepted' ? verdict.events[0]?.event.data.raw : undefined;
  };
  it('reaches every depth, objects and lists whole, and leaves the rest', async () => {
    const body = { a: [{ secret: { x: 1 } }, { secret: [1] }, { secret: 5 }], secret: '', b: { secret: null, c: 1 } };
    expect(await raw(body)).toEqual({ a: [{ secret: '[redacted]' }, { secret: '[redacted]' }, { secret: '[redacted]' }], secret: '', b: { secret: null, c: 1 } });
  });
  it('can be switched off', async () => expect(await raw({ secret: 'x' }, false)).toEqual({ secret: 'x' }));
  it('says whether it changed anything', async () => {
    expect(await judge({ secret: 'x' }, SIGNED)).toMatchObject({ redacted: true });
    expect(await judge({ other: 'x' }, SIGNED)).toMatchObject({ redacted: false });
  });
  it('does not trust bytes in which a key repeats: the value that did not count may be a secret', async () => {
    const body = '{"secret":"hunter2","secret":""}';
    expect(await judge(body, SIGNED)).toMatchObject({ redacted: true, events: [{ event: { data: { raw: { secret: '' } } } }, {}] });
    expect(await judge('{"a":{"secret":"hunter2"},"a":1}', SIGNED)).toMatchObject({ redacted: true });
    expect(await judge(body, SIGNED, { redact: false })).toMatchObject({ redacted: false });
    const { isSecretKey: _, ...keepsAll } = made;
    expect(await judge(body, SIGNED, {}, keepsAll)).toMatchObject({ redacted: false });
  });
});

it('notes a repeated key', async () => {
  expect(await judge('{"id":"a","id":"b"}', SIGNED)).toMatchObject({ kind: 'accepted', issues: [{ code: 'duplicate_key', path: 'id' }] });
});

it('keeps an event that its normalizer throws on', async () => {
  const broken: Provider = { ...made, read: () => { throw new Error('a bug'); } };
  expect(await judge({ id: 'a' }, SIGNED, {}, broken)).toMatchObject({ kind: 'accepted', events: [{ event: { type: 'chat.unknown', data: { raw: { id: 'a' } } } }], issues: [{ code: 'unreadable' }] });
});

it('redacts below a chain of replies that is deeper than a stack likes', async () => {
  const chained: Provider = { ...made, unboundedNesting: 'quoted' };
  const body = `${'{"body":{"quoted":'.repeat(1_020)}{"secret":"deep"}${'}}'.repeat(1_020)}`;
  const verdict = await judge(body, SIGNED, {}, chained);
  expect(verdict).toMatchObject({ kind: 'accepted', redacted: true });
  expect(JSON.stringify(verdict.kind === 'accepted' && verdict.events[0]?.event.data.raw)).not.toContain('deep"');
});
