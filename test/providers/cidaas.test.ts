import { cidaas } from '../../providers/cidaas';
import { cidaasSchema } from '../../providers/cidaas/schema';
import type { JsonObject } from '../../providers/json/json';
import { receive } from '../../providers/receive';
import { delivery } from '../support/delivery';
import { readSample, sampleNames } from '../support/samples';

const reading = (body: object) => cidaas.read(body as JsonObject)[0];

const BODY = {
  eventtype: 'ACCOUNT_MODIFIED',
  createTime: '2026-03-02T08:15:00.250Z',
  client_id: 'app-1',
  tenantKey: 'hafenkontor',
  actorId: 'u-admin',
  metaData: {},
  objectId: 'u-7',
  objectType: 'users',
};

describe('a reading', () => {
  it('has every part that the body has', () => {
    expect(cidaas.read(BODY)).toEqual([
      {
        type: 'identity.user.updated',
        providerEvent: 'ACCOUNT_MODIFIED',
        key: ['ACCOUNT_MODIFIED', '2026-03-02T08:15:00.250Z', 'u-7', 'u-admin', 'app-1'],
        time: '2026-03-02T08:15:00.250Z',
        tenant: 'hafenkontor',
        subject: 'user/u-7',
        data: {
          actor: { id: 'u-admin' },
          user: { id: 'u-7' },
          identity: { object: { kind: 'user', id: 'u-7' }, client: 'app-1', tenant: 'hafenkontor' },
        },
      },
    ]);
  });

  it('of the documented body leaves out what is empty, but not from the key', () => {
    expect(reading(readSample('cidaas', 'IDVALIDATOR_CASE_FINISHED').body)).toEqual({
      type: 'identity.idvalidation.case_finished',
      providerEvent: 'IDVALIDATOR_CASE_FINISHED',
      key: ['IDVALIDATOR_CASE_FINISHED', '2026-05-23T20:25:29.388Z', '8f7efd60-ed6c-48f7-9826-c12173138f24', '', ''],
      time: '2026-05-23T20:25:29.388Z',
      tenant: 'hafenkontor',
      subject: 'idvalidation/8f7efd60-ed6c-48f7-9826-c12173138f24',
      data: { identity: { object: { kind: 'idvalidation', id: '8f7efd60-ed6c-48f7-9826-c12173138f24' }, tenant: 'hafenkontor' } },
    });
  });

  it('of an empty body says so', () => {
    expect(cidaas.read({})).toEqual([{ type: 'identity.unknown', providerEvent: 'unknown', key: [undefined, undefined, undefined, undefined, undefined], repeatWindowSeconds: 1_200, data: {} }]);
  });

  it('of what a pipeline made of it has the user', () => {
    const body = { eventtype: 'ACCOUNT_CREATED_WITH_CIDAAS_IDENTITY', data: { userInfo: { identity: { sub: 'u-9', provider: 'self' } }, access_token: 'marked-secret' } };
    expect(reading(body)).toEqual({
      type: 'identity.user.created',
      providerEvent: 'ACCOUNT_CREATED_WITH_CIDAAS_IDENTITY',
      key: ['ACCOUNT_CREATED_WITH_CIDAAS_IDENTITY', undefined, undefined, undefined, undefined],
      repeatWindowSeconds: 1_200,
      subject: 'user/u-9',
      data: { user: { id: 'u-9' }, identity: { object: { kind: 'user', id: 'u-9' } } },
    });
    expect(reading({ ...BODY, ...{ data: body.data } }).subject).toBe('user/u-7');
  });

  it.each([null, 1.5, [], [[1]], { a: 1 }, true])('leaves out what %j cannot say', (odd) => {
    const found = reading({ eventtype: 'GROUP_CREATED', createTime: odd, client_id: odd, tenantKey: odd, actorId: odd, metaData: odd, objectId: odd, objectType: odd, data: odd });
    expect(found).toEqual({ type: 'identity.group.created', providerEvent: 'GROUP_CREATED', key: ['GROUP_CREATED', undefined, undefined, undefined, undefined], repeatWindowSeconds: 1_200, data: { identity: { object: { kind: 'group' } } } });
  });
});

describe('the name', () => {
  it.each([
    ['account_modified', 'identity.user.updated'],
    ['Login_With_Social', 'identity.user.login'],
    ['TOKEN_RENEWED', 'identity.token.renewed'],
    ['USER_CREATED', 'identity.user.created'],
    ['USER_UPDATED', 'identity.unknown'],
    ['constructor', 'identity.unknown'],
  ])('%s is %s, and kept as it was sent', (eventtype, type) => {
    expect(reading({ ...BODY, eventtype })).toMatchObject({ type, providerEvent: eventtype, key: [eventtype.toUpperCase(), BODY.createTime, 'u-7', 'u-admin', 'app-1'] });
  });

  it('is found under its peers\' keys, its own key first', () => {
    const { eventtype: _, ...nameless } = BODY;
    for (const key of ['event_type', 'eventType', 'event']) expect(reading({ ...nameless, [key]: 'LOGOUT' }).type).toBe('identity.user.logout');
    expect(reading({ event_type: 'LOGOUT', ...BODY }).type).toBe('identity.user.updated');
  });

  it.each([
    ['account_locked', 'ACCOUNT_LOCKED'],
    [' LOGOUT ', 'LOGOUT'],
    ['USER_CREATED', undefined],
    ['toString', undefined],
  ])('%s resolves to %s', (name, expected) => expect(cidaas.resolveEventName(name)).toBe(expected));
});

describe('the key', () => {
  it('is the same for every case of the name', () => {
    expect(reading({ ...BODY, eventtype: 'account_modified' }).key).toEqual(reading(BODY).key);
  });

  it('tells an empty actor and client from missing ones', () => {
    expect(reading({ ...BODY, actorId: '', client_id: '' }).key).toEqual(['ACCOUNT_MODIFIED', BODY.createTime, 'u-7', '', '']);
    expect(reading({ ...BODY, actorId: undefined, client_id: null }).key).toEqual(['ACCOUNT_MODIFIED', BODY.createTime, 'u-7', undefined, undefined]);
  });

  it('needs an object', () => expect(reading({ ...BODY, objectId: '' }).key).toEqual(['ACCOUNT_MODIFIED', BODY.createTime, undefined, 'u-admin', 'app-1']));

  it('with a time is good for ever', () => expect(reading({ ...BODY, objectId: '' })).not.toHaveProperty('repeatWindowSeconds'));
});

describe('the object', () => {
  it.each([
    ['GROUP_CREATED', 'groups', 'group'],
    ['GROUP_TYPE_MODIFIED', 'grouptypes', 'group_type'],
    ['SOMETHING_NEW', 'Invoices', 'invoice'],
    ['GROUP_CREATED', '', 'group'],
    ['GROUP_CREATED', ' ', 'group'],
    ['GROUP_NEW_USER_ADDED', 'users', 'user'],
    ['SOMETHING_NEW', '', 'unknown'],
  ])('of %s with objectType "%s" is of kind %s', (eventtype, objectType, kind) => {
    const found = reading({ ...BODY, eventtype, objectType });
    expect(found.subject).toBe(`${kind}/u-7`);
    expect(found.data).toMatchObject({ identity: { object: { kind, id: 'u-7' } } });
    expect(found.data.user).toEqual(kind === 'user' ? { id: 'u-7' } : undefined);
  });
});

describe('the catalogue', () => {
  it('has a sample of each event, of its own', () => {
    expect([...sampleNames('cidaas')].sort()).toEqual(Object.keys(cidaas.events).sort());
    const samples = sampleNames('cidaas').map((name) => ({ name, ...readSample('cidaas', name) }));
    expect(samples.filter(({ basis }) => basis !== 'synthetic').map(({ name }) => name)).toEqual(['IDVALIDATOR_CASE_FINISHED']);
    expect(samples.filter(({ body }) => !cidaasSchema.safeParse(body).success)).toEqual([]);
    expect(new Set(samples.map(({ body }) => body['objectId'])).size).toBe(112);
  });

  it('says what is deprecated', () => {
    const deprecated = Object.entries(cidaas.events).filter(([, entry]) => 'deprecated' in entry).map(([name]) => name);
    expect(deprecated).toEqual(['IDVALIDATOR_VALIDATION_FINISHED', 'IDVALIDATOR_BTX_FINISHED', 'IDVALIDATOR_DOCSIGN_FINISHED']);
  });
});

describe('redaction', () => {
  it('takes a token out, and keeps keys with dots', async () => {
    const body = { ...BODY, metaData: { 'execution_parameter.external_reference': 'order-1' }, data: { access_token: 'marked-secret' } };
    const source = { id: 'idp', guard: { scheme: 'none', because: 'A test of redaction.' }, redact: true, pings: false } as const;
    const verdict = await receive(cidaas, source, delivery(body));
    expect(verdict).toMatchObject({ kind: 'accepted', events: [{ event: { id: 'ACCOUNT_MODIFIED|2026-03-02T08:15:00.250Z|u-7|u-admin|app-1', source: '/cidaas/hafenkontor', data: { raw: { ...body, data: { access_token: '[redacted]' } } } } }] });
  });
});

describe('a fresh sample', () => {
  const freshness = (sequence: number) => ({ sequence, nonce: 'k3v9', now: new Date('2026-05-05T05:05:05.000Z') });

  it('has a time and an object of its own', () => {
    const sample = readSample('cidaas', 'ACCOUNT_LOCKED');
    const fresh = [0, 1].map((sequence) => cidaas.freshen(sample, 'ACCOUNT_LOCKED', freshness(sequence)).body);
    expect(fresh.map((body) => body['createTime'])).toEqual(['2026-05-05T05:05:05.000Z', '2026-05-05T05:05:05.001Z']);
    expect(fresh[0]?.['objectId']).not.toBe(fresh[1]?.['objectId']);
    expect(fresh[0]).toEqual({ ...sample.body, createTime: '2026-05-05T05:05:05.000Z', objectId: fresh[0]?.['objectId'] });
  });

  it('names its case twice where it did before', () => {
    const { body } = cidaas.freshen(readSample('cidaas', 'IDVALIDATOR_CASE_FINISHED'), 'IDVALIDATOR_CASE_FINISHED', freshness(0));
    expect(body['metaData']).toEqual({ case_id: body['objectId'], 'execution_parameter.external_reference': 'order-40817', status: 'FINISHED' });
  });
});

describe('the schema', () => {
  it.each([
    [BODY, true],
    [{ eventtype: 'NEW', createTime: '2026-03-02T09:15:00+01:00', more: 1 }, true],
    [{ ...BODY, createTime: 'yesterday' }, false],
    [{ ...BODY, eventtype: undefined }, false],
    [{ ...BODY, actorId: null }, false],
    [{ ...BODY, metaData: 'x' }, false],
  ])('%j: %p', (body, expected) => expect(cidaasSchema.safeParse(body).success).toBe(expected));
});
