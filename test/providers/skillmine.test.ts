import type { JsonObject } from '../../providers/json/json';
import { receive } from '../../providers/receive';
import { skillmine } from '../../providers/skillmine';
import { partsOf } from '../../providers/skillmine/glued';
import { skillmineSchema } from '../../providers/skillmine/schema';
import { delivery } from '../support/delivery';
import { readSample, sampleNames } from '../support/samples';

const read = (body: object) => skillmine.read(body as JsonObject);
const first = (body: object) => read(body)[0];

const CONTEXT = { x_request_id: 'req-1', tenant_key: 'mango-retail', client_id: 'app-1', user: { sub: 'u-admin' } };
const BODY = {
  event_time: '2026-03-02T08:15:00.250Z',
  event_type: 'USER_CREATED',
  current_context: CONTEXT,
  data: { ref_id: 'u-7', action_by: 'u-admin', user: { name: 'Mei Tanaka', email: 'mei@example.org' } },
};

describe('a reading', () => {
  it('has every part that the body has', () => {
    expect(read(BODY)).toEqual([
      {
        type: 'identity.user.created',
        providerEvent: 'USER_CREATED',
        key: ['USER_CREATED', '2026-03-02T08:15:00.250Z', 'req-1'],
        time: '2026-03-02T08:15:00.250Z',
        tenant: 'mango-retail',
        subject: 'user/u-7',
        data: {
          actor: { id: 'u-admin' },
          user: { id: 'u-7', name: 'Mei Tanaka', email: 'mei@example.org' },
          identity: { object: { kind: 'user', id: 'u-7' }, client: 'app-1', tenant: 'mango-retail', requestId: 'req-1' },
        },
      },
    ]);
  });

  it('of an empty body says so', () => {
    expect(read({})).toEqual([{ type: 'identity.unknown', providerEvent: 'unknown', key: [undefined, undefined, undefined, undefined], repeatWindowSeconds: 3_600, data: {} }]);
  });

  it.each([null, 1, 'x', [], [[1]], { user: 1, sub: {}, ref_id: [] }])('leaves out what %j cannot say', (odd) => {
    expect(read({ event_type: 'ROLE_CREATED', event_time: odd, current_context: odd, data: odd, sub: odd }).length).toBe(1);
  });

  it('reads the sample of a role', () => {
    expect(first(readSample('skillmine', 'ROLE_CREATED').body)).toEqual({
      type: 'identity.role.created',
      providerEvent: 'ROLE_CREATED',
      key: ['ROLE_CREATED', '2026-04-18T00:42:06.138Z', '1776472926138-ea9fec52'],
      time: '2026-04-18T00:42:06.138Z',
      tenant: 'northwind-health',
      subject: 'role/667c1545fa3a5f9ed223818b',
      data: {
        actor: { id: 'd9c34625-9f09-436d-92d8-c1eccf8dd434' },
        identity: {
          object: { kind: 'role', id: '667c1545fa3a5f9ed223818b' },
          client: '32271e6f-6dc5-46c3-85b9-bccf1ca9a9f1',
          tenant: 'northwind-health',
          requestId: '1776472926138-ea9fec52',
        },
      },
    });
  });
});

describe('the name', () => {
  it.each([
    ['user_created', 'identity.user.created'],
    ['USER_MODIFIED:', 'identity.user.updated'],
    [' USER_MODIFIED : ', 'identity.user.updated'],
    ['ACCOUNT_LOCKED', 'identity.user.blocked'],
    ['SOMETHING_NEW', 'identity.unknown'],
    ['constructor', 'identity.unknown'],
    ['__proto__', 'identity.unknown'],
  ])('%s is %s, and kept as it was sent', (name, type) => {
    expect(first({ ...BODY, event_type: name })).toMatchObject({ type, providerEvent: name });
  });

  it('is found under its peers\' keys, its own key first', () => {
    const { event_type: _, ...nameless } = BODY;
    expect(first({ ...nameless, eventtype: 'USER_LOGIN' })).toMatchObject({ type: 'identity.user.login' });
    expect(first({ ...nameless, eventType: 'USER_LOGIN' })).toMatchObject({ type: 'identity.user.login' });
    expect(first({ ...nameless, event: 'USER_LOGIN' })).toMatchObject({ type: 'identity.user.login' });
    expect(first({ ...nameless, event: 'USER_LOGIN', eventtype: 'LOGOUT', event_type: 'USER_DELETED' })).toMatchObject({ type: 'identity.user.deleted' });
    expect(first({ ...nameless, event_type: '', eventtype: 'LOGOUT' })).toMatchObject({ type: 'identity.user.logout' });
  });

  it('is cleaned, however long it is', () => {
    expect(first({ ...BODY, event_type: `A${' :'.repeat(500_000)}A` }).type).toBe('identity.unknown');
  });

  it.each([
    ['user_login', 'USER_LOGIN'],
    ['USER_ENABLED:', 'USER_ENABLED'],
    ['APP_CREATEDAPP_MODIFIED:', 'APP_CREATED'],
    ['ACCOUNT_MODIFIED', undefined],
    ['toString', undefined],
    ['', undefined],
  ])('%s resolves to %s', (name, expected) => expect(skillmine.resolveEventName(name)).toBe(expected));
});

describe('a glued name', () => {
  it.each([
    ['COMBINEDLOGOUTTOKEN_CHECKED', ['COMBINED', 'LOGOUT', 'TOKEN_CHECKED']],
    ['TOKEN_RENEWEDCODE_OBTAINED:', ['TOKEN_RENEWED', 'CODE_OBTAINED']],
    ['APP_CREATEDAPP_MODIFIED:', ['APP_CREATED', 'APP_MODIFIED']],
    ['ROLE_CREATEDROLE_UPDATED:', ['ROLE_CREATED', 'ROLE_UPDATED']],
    ['INVITE_USERRE_INVITE_USER', ['INVITE_USER', 'RE_INVITE_USER']],
    ['invite_acceptedINVITE_REVOKED', ['INVITE_ACCEPTED', 'INVITE_REVOKED']],
  ])('%s is an event for each of %j', (name, parts) => {
    expect(partsOf(name)).toEqual(parts);
    const readings = read({ ...BODY, event_type: name });
    expect(readings.map(({ type }) => type)).toEqual(parts.map((part) => skillmine.events[part as keyof typeof skillmine.events].type));
    expect(readings.map(({ providerEvent }) => providerEvent)).toEqual(parts.map(() => name));
    expect(readings.map(({ key }) => key)).toEqual(parts.map((part) => [part, BODY.event_time, 'req-1']));
  });

  it('is about another kind of object in each part', () => {
    expect(read({ ...BODY, event_type: 'COMBINEDLOGOUTTOKEN_CHECKED' }).map(({ subject }) => subject)).toEqual(['user/u-7', 'user/u-7', 'token/u-7']);
  });
});

describe('the key', () => {
  it('without a request id is of the subject and the actor', () => {
    const { x_request_id: _, ...context } = CONTEXT;
    expect(first({ ...BODY, current_context: context }).key).toEqual(['USER_CREATED', '2026-03-02T08:15:00.250Z', 'user/u-7', 'u-admin']);
    expect(first({ ...BODY, current_context: { ...context, x_request_id: '' } }).key).toHaveLength(4);
    expect(first({ ...BODY, current_context: {}, data: { ref_id: 'u-7' } }).key).toEqual(['USER_CREATED', '2026-03-02T08:15:00.250Z', 'user/u-7', undefined]);
  });

  it('lacks the name or the time that the body lacks', () => {
    const { event_time: _, ...timeless } = BODY;
    const { event_type: __, ...nameless } = BODY;
    expect(first(timeless)).toMatchObject({ key: ['USER_CREATED', undefined, 'req-1'] });
    expect(first(timeless)).not.toHaveProperty('repeatWindowSeconds');
    expect(first(timeless)).not.toHaveProperty('time');
    expect(first(nameless).key).toEqual([undefined, '2026-03-02T08:15:00.250Z', 'req-1']);
  });

  it('has the time as it was sent, to the last digit', () => {
    expect(first({ ...BODY, event_time: '2026-03-02T09:15:00.250123+01:00' })).toMatchObject({
      key: ['USER_CREATED', '2026-03-02T09:15:00.250123+01:00', 'req-1'],
      time: '2026-03-02T08:15:00.250Z',
    });
  });
});

describe('the time', () => {
  it.each([
    [1_772_439_300_250, '2026-03-02T08:15:00.250Z'],
    [1_772_439_300, '2026-03-02T08:15:00.000Z'],
    ['1772439300', '2026-03-02T08:15:00.000Z'],
    ['soon', undefined],
    ['', undefined],
  ])('%p is %s', (sent, expected) => expect(first({ ...BODY, event_time: sent }).time).toBe(expected));
});

describe('the subject', () => {
  const subject = (event: string, body: object) => first({ event_type: event, ...body }).subject;
  const all = { sub: 'a', data: { sub: 'b', ref_id: 'f', user: { sub: 'c', _id: 'd', id: 'e' } }, current_context: { user: { sub: 'g' } } };

  it('of an event about a user is the first that is there', () => {
    expect(subject('USER_LOGIN', all)).toBe('user/a');
    expect(subject('USER_LOGIN', { ...all, sub: '' })).toBe('user/b');
    expect(subject('USER_LOGIN', { data: { ref_id: 'f', user: { sub: 'c', _id: 'd', id: 'e' } } })).toBe('user/c');
    expect(subject('USER_LOGIN', { data: { ref_id: 'f', user: { _id: 'd', id: 'e' } } })).toBe('user/d');
    expect(subject('USER_LOGIN', { data: { ref_id: 'f', user: { id: 5 } } })).toBe('user/5');
    expect(subject('USER_LOGIN', { data: { ref_id: 'f' }, current_context: all.current_context })).toBe('user/f');
    expect(subject('USER_LOGIN', { current_context: all.current_context })).toBe('user/g');
    expect(subject('USER_LOGIN', {})).toBeUndefined();
  });

  it('of an event about anything else is the object, and never who caused it', () => {
    expect(subject('GROUP_NEW_USER_ADDED', all)).toBe('group/f');
    expect(subject('GROUP_NEW_USER_ADDED', { sub: 'a' })).toBe('user/a');
    expect(subject('ROLE_CREATED', { current_context: all.current_context })).toBeUndefined();
    expect(first({ event_type: 'ROLE_CREATED', current_context: all.current_context }).data).toEqual({ actor: { id: 'g' }, identity: { object: { kind: 'role' } } });
    expect(first({ event_type: 'GROUP_NEW_USER_ADDED', ...all }).data).toMatchObject({ user: { id: 'a' }, identity: { object: { kind: 'group', id: 'f' } } });
  });

  it('of an unknown event is what can be told', () => {
    expect(subject('NEW', { data: { ref_id: 'f' } })).toBe('unknown/f');
    expect(subject('NEW', all)).toBe('user/a');
  });
});

describe('the catalogue', () => {
  it('has a sample of each event, of its own', () => {
    expect([...sampleNames('skillmine')].sort()).toEqual(Object.keys(skillmine.events).sort());
    const bodies = sampleNames('skillmine').map((name) => readSample('skillmine', name));
    expect(bodies.every((sample) => sample.basis === 'synthetic' && skillmineSchema.safeParse(sample.body).success)).toBe(true);
    expect(new Set(bodies.map(({ body }) => first(body).key.join())).size).toBe(92);
    expect(bodies.every(({ body }) => first(body).time?.startsWith('2026-'))).toBe(true);
  });

  it('says which names the page has glued', () => {
    const glued = Object.entries(skillmine.events).filter(([, { basis }]) => basis === 'inferred').map(([name]) => name);
    expect(glued.sort()).toEqual(['APP_CREATED', 'APP_MODIFIED', 'CODE_OBTAINED', 'COMBINED', 'INVITE_ACCEPTED', 'INVITE_REVOKED', 'INVITE_USER', 'LOGOUT', 'RE_INVITE_USER', 'ROLE_CREATED', 'ROLE_UPDATED', 'TOKEN_CHECKED', 'TOKEN_RENEWED']);
  });
});

describe('redaction', () => {
  const source = { id: 'idp', guard: { scheme: 'none', because: 'A test of redaction.' }, redact: true, pings: false } as const;

  it.each(['USER_LOGIN', 'USER_PASSWORD_CHANGED', 'ACCESS_TOKEN_OBTAINED'])('takes every secret out of %s, and nothing else', async (name) => {
    const sample = readSample('skillmine', name);
    const kept = await receive(skillmine, { ...source, redact: false }, delivery(sample.body));
    const redacted = await receive(skillmine, source, delivery(sample.body));
    expect(JSON.stringify(kept)).toContain('marked-secret');
    expect(JSON.stringify(redacted.kind === 'accepted' && redacted.events)).not.toContain('marked-secret');
    const raw = redacted.kind === 'accepted' ? redacted.events[0]?.event.data.raw : undefined;
    expect(raw).toMatchObject({ event_type: name, current_context: { ip: expect.any(String) as string }, data: { action_by: expect.stringMatching(/^[0-9a-f-]{36}$/) as string } });
  });

  it('leaves what is none', async () => {
    const sample = readSample('skillmine', 'ACCESS_TOKEN_OBTAINED');
    const verdict = await receive(skillmine, source, delivery(sample.body));
    expect(verdict).toMatchObject({ redacted: true, events: [{ event: { data: { raw: { current_context: { tenant_config: '[redacted]' }, data: { token_response: { access_token: '[redacted]', token_type: 'Bearer', expires_in: 3600 } } } } } }] });
  });
});

describe('a fresh sample', () => {
  it('has a time, a request and an object of its own', () => {
    const sample = readSample('skillmine', 'GROUP_CREATED');
    const fresh = [0, 1].map((sequence) => skillmine.freshen(sample, 'GROUP_CREATED', { sequence, nonce: 'k3v9', now: new Date('2026-05-05T05:05:05.000Z') }));
    expect(fresh.map(({ body }) => first(body).key)).toEqual([
      ['GROUP_CREATED', '2026-05-05T05:05:05.000Z', 'k3v9-0'],
      ['GROUP_CREATED', '2026-05-05T05:05:05.001Z', 'k3v9-1'],
    ]);
    const [one, two] = fresh.map(({ body }) => first(body).subject);
    expect(one).toMatch(/^group\/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(one).not.toBe(two);
    expect(fresh[0]).toEqual({ ...sample, body: { ...sample.body, event_time: '2026-05-05T05:05:05.000Z', current_context: { ...(sample.body['current_context'] as JsonObject), x_request_id: 'k3v9-0' }, data: { ...(sample.body['data'] as JsonObject), ref_id: one?.slice('group/'.length) } } });
  });
});

describe('the schema', () => {
  it.each([
    [{ event_type: 'A', event_time: 1 }, true],
    [{ event_type: 'A', event_time: '2026-01-01', current_context: null, data: [1], more: {} }, true],
    [{ event_type: 'A' }, false],
    [{ event_time: 1 }, false],
    [{ event_type: '', event_time: 1 }, false],
    [{ event_type: 1, event_time: 1 }, false],
  ])('%j: %p', (body, expected) => expect(skillmineSchema.safeParse(body).success).toBe(expected));
});
