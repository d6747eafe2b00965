import type { Outcome } from '../../providers/management/failure';
import type { ManagementAnswer, ManagementRequest, Send } from '../../providers/management/request';
import { skillmine as provider } from '../../providers/skillmine';
import { registration } from '../../providers/skillmine/registration';
import { DEFAULT_KINDS, eventsWanted, faultOf, nameOf } from '../../providers/skillmine/webhook';
import type { SkillmineWebhook } from '../../providers/skillmine/webhook';
import { startFakeSkillmine } from '../fakes/skillmine';
import type { FakeSkillmine, FakeSkillmineOptions } from '../fakes/skillmine';
import { signedIn } from './identity-send';

const OURS = 'https://n8n.example.com/webhook/6f1c2a9e/webhook';
const THEIRS = 'https://hooks.example.net/skillmine';
const KEY = '0d9f3c51a7e24b68';

const wanted: SkillmineWebhook = {
  url: OURS,
  baseUrl: 'https://tenant.example.com',
  label: 'n8n My workflow',
  events: ['USER_CREATED', 'USER_DELETED'],
  notificationType: DEFAULT_KINDS.notificationType,
  hookType: DEFAULT_KINDS.hookType,
  authenticationType: DEFAULT_KINDS.authenticationType['api-key'],
  credential: { scheme: 'api-key', key: KEY },
};
const client = { id: 'skillmine-client', secret: 'skillmine-secret', scope: '' };

let skillmine: FakeSkillmine;
let send: Send;

beforeEach(() => start());
afterEach(() => skillmine.close());

async function start(options: FakeSkillmineOptions = {}): Promise<void> {
  skillmine = await startFakeSkillmine(options);
  send = signedIn(skillmine.url, client);
}

async function restart(options: FakeSkillmineOptions): Promise<void> {
  await skillmine.close();
  await start(options);
}

describe('a Skillmine webhook', () => {
  it('is created active, with its events and its key', async () => {
    const registered = valueOf(await registration.register(wanted, send));
    expect(skillmine.hooks).toEqual([
      {
        _id: registered.id,
        name: nameOf(wanted),
        url: OURS,
        events: ['USER_CREATED', 'USER_DELETED'],
        notification_type: 'REST',
        authentication_type: 'API_KEY',
        hook_type: 'custom',
        api_key: KEY,
        active: true,
      },
    ]);
    expect(registered.notes).toEqual([]);
    expect(valueOf(await registration.check(wanted, send))).toBe(true);
  });

  it.each([
    [{ scheme: 'totp', key: 'GEZDGNBVGY3TQOJQ' } as const, 'TOTP', { totp_key: 'GEZDGNBVGY3TQOJQ' }],
    [
      { scheme: 'oauth2', clientId: 'c', clientSecret: 's', tokenUrl: 'https://issuer.example.com/token' } as const,
      'OAUTH2',
      { oauth2_config: { client_id: 'c', client_secret: 's', token_url: 'https://issuer.example.com/token' } },
    ],
  ])('can prove itself with %j', async (credential, authenticationType, fields) => {
    valueOf(await registration.register({ ...wanted, credential, authenticationType }, send));
    expect(skillmine.hooks).toMatchObject([{ authentication_type: authenticationType, ...fields }]);
    expect(skillmine.hooks[0]).not.toHaveProperty('api_key');
  });

  it('is found by its URL and changed in place, not made twice', async () => {
    const first = valueOf(await registration.register(wanted, send));
    const changed = { ...wanted, events: ['LOGOUT'] };
    expect(valueOf(await registration.check(changed, send))).toBe(false);
    expect(valueOf(await registration.register(changed, send)).id).toBe(first.id);
    expect(skillmine.hooks).toMatchObject([{ events: ['LOGOUT'] }]);
  });

  it('does not stand as wanted with another key, which the list need not tell', async () => {
    valueOf(await registration.register(wanted, send));
    const changed = { ...wanted, credential: { scheme: 'api-key', key: 'another' } as const };
    expect(valueOf(await registration.check(changed, send))).toBe(false);
    valueOf(await registration.register(changed, send));
    expect(skillmine.hooks).toMatchObject([{ api_key: 'another' }]);
    expect(valueOf(await registration.check(changed, send))).toBe(true);
  });

  it.each([{ notificationType: 'rest' }, { authenticationType: 'API-KEY' }])('does not stand as wanted as long as another kind is registered: %j', async (change) => {
    valueOf(await registration.register(wanted, send));
    expect(valueOf(await registration.check({ ...wanted, ...change }, send))).toBe(false);
  });

  it('that was switched off in the console is switched on again, and removed when it is removed', async () => {
    const { id } = valueOf(await registration.register(wanted, send));
    await call('PUT', `/webhook-srv/${id}`, { ...skillmine.hooks[0], active: false });
    expect(valueOf(await registration.check(wanted, send))).toBe(false);
    expect(valueOf(await registration.register(wanted, send)).id).toBe(id);
    expect(skillmine.hooks).toMatchObject([{ _id: id, active: true }]);
    await call('PUT', `/webhook-srv/${id}`, { ...skillmine.hooks[0], active: false });
    valueOf(await registration.remove(wanted, send));
    expect(skillmine.hooks).toEqual([]);
  });

  it('is removed, and gone is gone', async () => {
    valueOf(await registration.register(wanted, send));
    valueOf(await registration.remove(wanted, send));
    expect(skillmine.hooks).toEqual([]);
    expect(await registration.remove(wanted, send)).toEqual({ ok: true, value: undefined });
    expect(valueOf(await registration.check(wanted, send))).toBe(false);
  });

  it('leaves webhooks with other URLs alone', async () => {
    valueOf(await registration.register({ ...wanted, url: THEIRS }, send));
    valueOf(await registration.register(wanted, send));
    valueOf(await registration.remove(wanted, send));
    expect(skillmine.hooks).toMatchObject([{ url: THEIRS }]);
  });

  it('whose creation was carried out and not answered is found by the next try', async () => {
    skillmine.failNext({ method: 'POST', path: /^\/webhook-srv$/, status: 504, carriedOut: true });
    expect(codeOf(await registration.register(wanted, send))).toBe('provider_failed');
    valueOf(await registration.register(wanted, send));
    expect(skillmine.hooks).toHaveLength(1);
  });

  it('that disappears while it is changed is made anew', async () => {
    const { id } = valueOf(await registration.register(wanted, send));
    const racing: Send = async (request) => {
      if (request.method === 'PUT') await call('DELETE', `/webhook-srv/${id}`);
      return send(request);
    };
    expect(valueOf(await registration.register({ ...wanted, events: ['LOGOUT'] }, racing)).id).not.toBe(id);
    expect(skillmine.hooks).toMatchObject([{ url: OURS, events: ['LOGOUT'] }]);
  });

  it('fetches a new token when the old one is refused', async () => {
    valueOf(await registration.register(wanted, send));
    skillmine.tokens.revoke();
    expect(valueOf(await registration.check(wanted, send))).toBe(true);
    expect(skillmine.tokens.issued).toBe(2);
  });
});

describe('the events of a Skillmine webhook', () => {
  it('are all of the catalogue for [All], and others beside it', () => {
    expect(eventsWanted({ ...wanted, events: ['*'] })).toEqual(Object.keys(provider.events));
    expect(eventsWanted({ ...wanted, events: ['*', 'brand_new'] })).toEqual([...Object.keys(provider.events), 'BRAND_NEW']);
  });

  it('are spelled as the catalogue does, a glued name as its parts, each once', () => {
    expect(eventsWanted({ ...wanted, events: [' user_created: ', 'USER_CREATED', 'TOKEN_RENEWEDCODE_OBTAINED:'] })).toEqual(['USER_CREATED', 'TOKEN_RENEWED', 'CODE_OBTAINED']);
  });

  it('are the same in whatever spelling and order Skillmine lists them', async () => {
    const { send: list } = answering(() => ok([row({ events: ['USER_DELETED:', 'user_created'] })]));
    expect(valueOf(await registration.check(wanted, list))).toBe(true);
  });
});

describe('what Skillmine lists', () => {
  it('may be less than a webhook, which is then asked for', async () => {
    const { send: list, asked } = answering(({ path }) => (path.endsWith('/all') ? ok([row({ events: undefined })]) : ok(row())));
    expect(valueOf(await registration.check(wanted, list))).toBe(true);
    expect(asked.map(({ path }) => path)).toEqual(['/webhook-srv/all', '/webhook-srv/h1']);
  });

  it('may be out of date', async () => {
    const { send: list } = answering(({ path }) => (path.endsWith('/all') ? ok([row({ events: undefined })]) : answered(404, {})));
    expect(valueOf(await registration.check(wanted, list))).toBe(false);
  });

  it.each([answered(200, { success: true, code: 200, data: null }), answered(200, { success: true }), answered(204)])('may be nothing: %j', async (nothing) => {
    const { send: list } = answering(() => nothing);
    expect(valueOf(await registration.check(wanted, list))).toBe(false);
  });

  it.each([answered(200, '<html>Sign in</html>'), answered(200, {}), answered(200, { data: 'x' }), answered(302)])('is not taken for nothing when it is no list: %j', async (answer) => {
    const { send: list } = answering(() => answer);
    expect(codeOf(await registration.check(wanted, list))).toBe('unexpected_answer');
    expect(codeOf(await registration.remove(wanted, list))).toBe('unexpected_answer');
  });

  it('holds two webhooks with our URL: one is kept, the other removed', async () => {
    const { send: list, asked } = answering(({ method, query }) => (method === 'GET' ? ok(query?.['active'] === 'true' ? [row(), row({ _id: 'h2' })] : []) : ok(true)));
    expect(valueOf(await registration.check(wanted, list))).toBe(false);
    expect(valueOf(await registration.register(wanted, list)).id).toBe('h1');
    expect(asked.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`)).toEqual(['DELETE /webhook-srv/h2', 'PUT /webhook-srv/h1']);
  });

  it.each([400, 404, 405])('need not have a filter for inactive ones (%i)', async (status) => {
    const { send: list } = answering(({ method, query }) => (query?.['active'] === 'false' ? answered(status, {}) : method === 'GET' ? ok([]) : ok(row({ _id: 'new' }))));
    expect(valueOf(await registration.register(wanted, list)).id).toBe('new');
  });

  it('is trouble when only the inactive ones cannot be listed', async () => {
    const { send: list, asked } = answering(({ query }) => (query?.['active'] === 'false' ? answered(502) : ok([])));
    expect(codeOf(await registration.register(wanted, list))).toBe('provider_failed');
    expect(asked.every(({ method }) => method === 'GET')).toBe(true);
  });
});

describe('a failure', () => {
  it.each([
    [401, 'unauthorized', 'Check client ID and client secret'],
    [403, 'forbidden', 'save it again so that n8n fetches a new token'],
    [404, 'not_found', 'Check the base URL'],
    [429, 'rate_limited', 'Wait a minute'],
    [500, 'provider_failed', 'Try again later'],
    [503, 'provider_failed', 'Try again later'],
  ])('of the list with %i is no "missing", and its message tells the remedy', async (status, code, remedy) => {
    const { send: list, asked } = answering(() => answered(status));
    for (const step of ['check', 'register', 'remove'] as const) {
      expect(failureOf(await registration[step](wanted, list))).toMatchObject({ code, message: expect.stringContaining(remedy) });
    }
    expect(asked.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('names the request, by which Skillmine finds it in its log', async () => {
    skillmine.failNext({ path: /all$/, status: 500, headers: { 'x-auth-req-id': 'a1b2c3' }, body: { success: false, code: 500, error: { error: 'internal', error_code: 'E42', error_description: 'Boom.' } } });
    expect(failureOf(await registration.check(wanted, send)).message).toBe('Skillmine Auth could not list the webhooks (status 500: E42, internal, Boom., request a1b2c3). The provider has trouble of its own. Try again later.');
  });

  it('of the client is one of the credential', async () => {
    const outcome = await registration.register(wanted, signedIn(skillmine.url, { ...client, secret: 'wrong' }));
    expect(failureOf(outcome)).toMatchObject({ code: 'unauthorized', message: expect.stringContaining('invalid_client') });
  });

  it('to reach Skillmine at all is one of the base URL', async () => {
    const gone = signedIn('http://127.0.0.1:1', client);
    expect(failureOf(await registration.check(wanted, gone))).toMatchObject({ code: 'unreachable', message: expect.stringContaining('Check the base URL') });
  });

  it('of an event that the tenant does not have names it, and leaves nothing behind', async () => {
    await restart({ events: ['USER_CREATED'] });
    expect(failureOf(await registration.register(wanted, send))).toMatchObject({ code: 'refused', message: expect.stringContaining('events is missing or not valid') });
    expect(skillmine.hooks).toEqual([]);
  });

  it('of a name or URL that the list does not show tells where to look', async () => {
    const { send: list } = answering(({ method }) => (method === 'GET' ? ok([]) : answered(409, { success: false, code: 409 })));
    expect(failureOf(await registration.register(wanted, list))).toMatchObject({ code: 'conflict', message: expect.stringContaining('Settings > Webhook Settings') });
  });

  it('under a status of success is one all the same', async () => {
    const { send: list } = answering(({ method }) => (method === 'GET' ? ok([]) : answered(200, { success: false, code: 409, error: { error: 'exists' } })));
    expect(failureOf(await registration.register(wanted, list))).toMatchObject({ code: 'conflict', message: expect.stringContaining('exists') });
  });

  it.each([answered(200, { success: true, data: false }), answered(500), answered(403)])('to delete is told: %j', async (answer) => {
    const { send: list } = answering(({ method, query }) => (method === 'GET' ? ok(query?.['active'] === 'true' ? [row()] : []) : answer));
    expect((await registration.remove(wanted, list)).ok).toBe(false);
  });

  it.each([404, 410])('to delete what is gone is none (%i)', async (status) => {
    const { send: list } = answering(({ method, query }) => (method === 'GET' ? ok(query?.['active'] === 'true' ? [row()] : []) : answered(status)));
    expect((await registration.remove(wanted, list)).ok).toBe(true);
  });

  it('never holds a secret that Skillmine quotes', async () => {
    const { send: list } = answering(({ method }) => (method === 'GET' ? ok([]) : answered(400, { error: { error: 'bad', error_description: `api_key ${KEY} is too short` } })));
    const { message } = failureOf(await registration.register(wanted, list));
    expect(message).toContain('api_key … is too short');
    expect(message).not.toContain(KEY);
  });

  it('of a create that tells nothing is looked into', async () => {
    const { send: made } = answering(({ method, query }, count) => (method === 'POST' ? answered(204) : ok(count > 2 && query?.['active'] === 'true' ? [row()] : [])));
    expect(valueOf(await registration.register(wanted, made)).id).toBe('h1');
    const { send: page } = answering(({ method }) => (method === 'POST' ? answered(200, '<html>') : ok([])));
    expect(codeOf(await registration.register(wanted, page))).toBe('unexpected_answer');
  });
});

describe('before Skillmine is asked', () => {
  it.each([
    ['http://localhost:5678/webhook/a/webhook', 'https://tenant.example.com'],
    ['http://127.0.0.1:5678/webhook/a/webhook', 'http://10.0.0.7'],
    ['http://10.0.0.5:5678/webhook/a/webhook', 'https://tenant.example.com'],
    ['nonsense', 'https://tenant.example.com'],
  ])('%s is refused at %s, by the name of what sets it', async (url, baseUrl) => {
    const { send: none, asked } = answering(() => ok([]));
    const outcome = await registration.register({ ...wanted, url, baseUrl }, none);
    expect(failureOf(outcome)).toMatchObject({ code: 'url_refused', message: expect.stringContaining('Set WEBHOOK_URL of n8n') });
    expect(asked).toEqual([]);
  });

  it.each([
    ['http://10.0.0.5:5678/webhook/a/webhook', 'http://10.0.0.7'],
    ['http://n8n:5678/webhook/a/webhook', 'http://skillmine:8080'],
    [OURS, 'http://127.0.0.1:9000'],
  ])('%s is taken at %s', (url, baseUrl) => {
    expect(faultOf({ ...wanted, url, baseUrl })).toBeUndefined();
  });

  it.each([
    [{ events: [] }, '\'Events\''],
    [{ credential: { scheme: 'api-key', key: '' } as const }, 'client secret'],
    [{ credential: { scheme: 'totp', key: '' } as const }, 'client secret'],
    [{ credential: { scheme: 'oauth2', clientId: '', clientSecret: 's', tokenUrl: 'https://a.example/t' } as const }, 'OAuth2'],
    [{ credential: { scheme: 'oauth2', clientId: 'c', clientSecret: 's', tokenUrl: 'tenant/t' } as const }, 'token URL'],
  ])('%j is told to be incomplete', (change, name) => {
    expect(faultOf({ ...wanted, ...change })?.failure).toMatchObject({ code: 'incomplete_settings', message: expect.stringContaining(name) });
  });
});

/** A call of the API by somebody else. */
async function call(method: ManagementRequest['method'], path: string, body?: object): Promise<void> {
  const answer = await send({ method, path, ...(body === undefined ? {} : { body: body as never }) });
  if (answer.kind !== 'answered' || answer.status !== 200) throw new Error(`${method} ${path} failed.`);
}

/** A Send that answers by a rule; the count begins with 1. */
function answering(rule: (request: ManagementRequest, count: number) => ManagementAnswer): { send: Send; asked: ManagementRequest[] } {
  const asked: ManagementRequest[] = [];
  return { asked, send: async (request) => rule(request, asked.push(request)) };
}

function answered(status: number, body?: unknown): ManagementAnswer {
  return { kind: 'answered', status, headers: {}, body: body as never };
}

function ok(data: unknown): ManagementAnswer {
  return answered(200, { success: true, code: 200, data });
}

/** Our webhook as the API lists it, without its key. */
function row(change: object = {}): object {
  return { _id: 'h1', name: nameOf(wanted), url: OURS, events: ['USER_CREATED', 'USER_DELETED'], notification_type: 'REST', authentication_type: 'API_KEY', active: true, ...change };
}

function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome.value;
}

function failureOf(outcome: Outcome<unknown>): { readonly code: string; readonly message: string } {
  if (outcome.ok) throw new Error('It went well.');
  return outcome.failure;
}

function codeOf(outcome: Outcome<unknown>): string {
  return failureOf(outcome).code;
}
