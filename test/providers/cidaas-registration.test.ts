import { cidaas as provider } from '../../providers/cidaas';
import { readEvents, RESOURCES } from '../../providers/cidaas/management';
import { createRegistration } from '../../providers/cidaas/registration';
import { allEvents, faultOf } from '../../providers/cidaas/webhook';
import type { CidaasWebhook } from '../../providers/cidaas/webhook';
import type { Outcome } from '../../providers/management/failure';
import type { ManagementAnswer, ManagementRequest, Send } from '../../providers/management/request';
import { startFakeCidaas } from '../fakes/cidaas';
import type { FakeCidaas, FakeCidaasOptions } from '../fakes/cidaas';
import { signedIn } from './identity-send';

const OURS = 'https://n8n.example.com/webhook/6f1c2a9e/webhook';
const THEIRS = 'https://hooks.example.net/cidaas';
const KEY = '0d9f3c51a7e24b68';
const [, PLURAL] = RESOURCES;

const wanted: CidaasWebhook = {
  url: OURS,
  events: ['ACCOUNT_MODIFIED', 'LOGOUT'],
  authentication: { type: 'APIKEY', placeholder: 'x-api-key', placement: 'header', key: KEY },
  resource: RESOURCES[0],
};
const client = { id: 'cidaas-client', secret: 'cidaas-secret', scope: '' };

let cidaas: FakeCidaas;
let send: Send;
let pauses: number[];

const registration = createRegistration(async (milliseconds) => void pauses.push(milliseconds));

beforeEach(() => start());
afterEach(() => cidaas.close());

async function start(options: FakeCidaasOptions = {}): Promise<void> {
  pauses = [];
  cidaas = await startFakeCidaas(options);
  send = signedIn(cidaas.url, client);
}

async function restart(options: FakeCidaasOptions): Promise<void> {
  await cidaas.close();
  await start(options);
}

describe('a cidaas webhook', () => {
  it('is created enabled, with its events and its key', async () => {
    const { id, notes } = valueOf(await registration.register(wanted, send));
    expect(cidaas.hooks).toMatchObject([
      {
        _id: id,
        auth_type: 'APIKEY',
        url: OURS,
        events: ['ACCOUNT_MODIFIED', 'LOGOUT'],
        apikeyDetails: { apikey_placeholder: 'x-api-key', apikey_placement: 'header', apikey: KEY },
        totpDetails: {},
        cidaasAuthDetails: {},
        disable: false,
      },
    ]);
    expect(notes).toEqual([]);
    expect(valueOf(await registration.check(wanted, send))).toBe(true);
  });

  it.each([
    [{ type: 'TOTP', placeholder: 'x-otp', placement: 'query', key: 'ABCDEFGH' } as const, { totpDetails: { totp_placeholder: 'x-otp', totp_placement: 'query', totpkey: 'ABCDEFGH' } }],
    [{ type: 'CIDAAS_OAUTH2', clientId: 'c' } as const, { cidaasAuthDetails: { client_id: 'c' } }],
  ])('can prove itself with %j', async (authentication, details) => {
    const other = { ...wanted, authentication };
    valueOf(await registration.register(other, send));
    expect(cidaas.hooks).toMatchObject([{ auth_type: authentication.type, apikeyDetails: {}, ...details }]);
    expect(valueOf(await registration.check(other, send))).toBe(true);
    // Back to the key: what the other one had is gone.
    valueOf(await registration.register(wanted, send));
    expect(cidaas.hooks).toMatchObject([{ auth_type: 'APIKEY', totpDetails: {}, cidaasAuthDetails: {} }]);
  });

  it('is found by its URL and changed in place, not made twice', async () => {
    const first = valueOf(await registration.register(wanted, send));
    const changed = { ...wanted, events: ['LOGIN_FAILURE'] };
    expect(valueOf(await registration.check(changed, send))).toBe(false);
    expect(valueOf(await registration.register(changed, send)).id).toBe(first.id);
    expect(cidaas.hooks).toMatchObject([{ events: ['LOGIN_FAILURE'] }]);
  });

  it.each([
    { ...wanted.authentication, key: 'another' },
    { ...wanted.authentication, placeholder: 'x-key' },
    { ...wanted.authentication, placement: 'query' as const },
    { ...wanted.authentication, type: 'TOTP' as const },
    { type: 'CIDAAS_OAUTH2' as const, clientId: 'c' },
  ])('does not stand as wanted as long as it proves itself otherwise: %j', async (authentication) => {
    valueOf(await registration.register(wanted, send));
    expect(valueOf(await registration.check({ ...wanted, authentication } as CidaasWebhook, send))).toBe(false);
  });

  it('that was paused in the admin UI does not stand as wanted, and is resumed', async () => {
    const { id } = valueOf(await registration.register(wanted, send));
    await call('POST', RESOURCES[0], { ...cidaas.hooks[0], disable: true });
    expect(valueOf(await registration.check(wanted, send))).toBe(false);
    expect(valueOf(await registration.register(wanted, send)).id).toBe(id);
    expect(cidaas.hooks).toMatchObject([{ disable: false }]);
  });

  it('is removed, and gone is gone', async () => {
    valueOf(await registration.register(wanted, send));
    valueOf(await registration.remove(wanted, send));
    expect(cidaas.hooks).toEqual([]);
    expect(await registration.remove(wanted, send)).toEqual({ ok: true, value: undefined });
    expect(pauses).toEqual([]);
  });

  it('leaves webhooks with other URLs alone', async () => {
    const { id } = valueOf(await registration.register({ ...wanted, url: THEIRS }, send));
    valueOf(await registration.register(wanted, send));
    valueOf(await registration.remove({ ...wanted, knownId: id }, send));
    expect(cidaas.hooks).toMatchObject([{ url: THEIRS }]);
  });

  it('fetches a new token when the old one is refused', async () => {
    valueOf(await registration.register(wanted, send));
    cidaas.tokens.revoke();
    expect(valueOf(await registration.check(wanted, send))).toBe(true);
    expect(cidaas.tokens.issued).toBe(2);
  });

  it('whose creation was carried out and not answered is found at once', async () => {
    cidaas.failNext({ method: 'POST', path: /webhook$/, status: 504, carriedOut: true });
    expect(valueOf(await registration.register(wanted, send)).id).toBe(cidaas.hooks[0]?._id);
    expect(cidaas.hooks).toHaveLength(1);
  });

  it('whose creation was not answered may stand: where nothing is listed, the user is told to look', async () => {
    cidaas.failNext({ method: 'GET', path: /webhooks$/, status: 404, times: 2 });
    cidaas.failNext({ method: 'POST', path: /webhook$/, status: 504, carriedOut: true });
    const outcome = await registration.register(wanted, send);
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'provider_failed', message: expect.stringContaining('may stand all the same') } });
  });

  it('that disappears while it is changed is made anew', async () => {
    const { id } = valueOf(await registration.register(wanted, send));
    const racing: Send = async (request) => {
      if (request.method === 'POST' && request.body?.['_id'] === id) await call('DELETE', `${RESOURCES[0]}/${id}`);
      return send(request);
    };
    expect(valueOf(await registration.register({ ...wanted, events: ['LOGOUT'] }, racing)).id).not.toBe(id);
    expect(cidaas.hooks).toMatchObject([{ url: OURS, events: ['LOGOUT'] }]);
  });

  it.each([200, 201, 204] as const)('is stored under status %i, whether or not that tells its id', async (storedStatus) => {
    await restart({ storedStatus });
    const { id } = valueOf(await registration.register(wanted, send));
    expect(id).toBe(cidaas.hooks[0]?._id);
    expect(valueOf(await registration.register({ ...wanted, events: ['LOGOUT'] }, send)).id).toBe(id);
    expect(cidaas.hooks).toMatchObject([{ events: ['LOGOUT'] }]);
  });

  it.each([200, 201, 202, 204] as const)('is deleted under status %i', async (deletedStatus) => {
    await restart({ deletedStatus });
    valueOf(await registration.register(wanted, send));
    valueOf(await registration.remove(wanted, send));
    expect(cidaas.hooks).toEqual([]);
  });
});

describe('a tenant that does not list its webhooks', () => {
  beforeEach(() => restart({ generations: ['singular'] }));

  it('has ours found by the id that it was created with', async () => {
    const { id } = valueOf(await registration.register(wanted, send));
    const known = { ...wanted, knownId: id };
    expect(valueOf(await registration.check(known, send))).toBe(true);
    expect(valueOf(await registration.register({ ...known, events: ['LOGOUT'] }, send)).id).toBe(id);
    expect(cidaas.hooks).toMatchObject([{ events: ['LOGOUT'] }]);
    valueOf(await registration.remove(known, send));
    expect(cidaas.hooks).toEqual([]);
  });

  it('is told what is in the way when the id was lost', async () => {
    valueOf(await registration.register(wanted, send));
    const failure = failureOf(await registration.register(wanted, send));
    expect(failure.code).toBe('refused');
    expect(failure.message).toContain('a webhook with this url exists already');
    expect(failure.message).toContain('a second webhook with the same URL');
    expect(cidaas.hooks).toHaveLength(1);
  });

  it('has nothing removed that it cannot name', async () => {
    valueOf(await registration.register(wanted, send));
    expect(await registration.remove(wanted, send)).toEqual({ ok: true, value: undefined });
    expect(cidaas.hooks).toHaveLength(1);
  });

  it('has one of another URL under a remembered id left alone, and ours made beside it', async () => {
    const { id } = valueOf(await registration.register({ ...wanted, url: THEIRS }, send));
    const known = { ...wanted, knownId: id };
    expect(valueOf(await registration.check(known, send))).toBe(false);
    expect(valueOf(await registration.register(known, send)).id).not.toBe(id);
    valueOf(await registration.remove(known, send));
    expect(cidaas.hooks.map(({ url }) => url)).toEqual([THEIRS, OURS]);
  });

  it('is not asked to make it twice when it does not tell the id', async () => {
    await restart({ generations: ['singular'], storedStatus: 204 });
    expect(valueOf(await registration.register(wanted, send))).toEqual({ id: '', notes: [expect.stringContaining('delete it in the cidaas admin UI')] });
    expect(cidaas.hooks).toHaveLength(1);
  });
});

describe('a tenant with the plural path alone', () => {
  beforeEach(() => restart({ generations: ['plural'] }));

  it('is served by that path', async () => {
    const plural = { ...wanted, resource: PLURAL };
    const { id } = valueOf(await registration.register(plural, send));
    expect(valueOf(await registration.check(plural, send))).toBe(true);
    expect(valueOf(await registration.register({ ...plural, events: ['LOGOUT'] }, send)).id).toBe(id);
    expect(cidaas.hooks).toMatchObject([{ events: ['LOGOUT'] }]);
  });

  it('has no delete that is documented, which is told', async () => {
    const plural = { ...wanted, resource: PLURAL };
    valueOf(await registration.register(plural, send));
    expect(failureOf(await registration.remove(plural, send)).message).toContain('says that there is no such webhook to delete, and still shows it');
  });

  it('is told of that path', async () => {
    expect(failureOf(await registration.register(wanted, send))).toMatchObject({ code: 'not_found', message: expect.stringContaining('another path for webhooks') });
  });
});

describe('a webhook that was deleted', () => {
  it('is waited for as long as it shows', async () => {
    await restart({ staleReads: 4 });
    valueOf(await registration.register(wanted, send));
    valueOf(await registration.remove(wanted, send));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000]);
    // The last look saw nothing, so the next check is not misled by an echo.
    expect(valueOf(await registration.check(wanted, send))).toBe(false);
  });

  it('and shows for ever is a failure, and not one that stands', async () => {
    await restart({ staleReads: 1_000 });
    valueOf(await registration.register(wanted, send));
    expect(failureOf(await registration.remove(wanted, send))).toMatchObject({ code: 'provider_failed', message: expect.stringContaining('took the deletion of the webhook, and still shows it after 15 seconds') });
  });

  it.each(['not_found', 'no_content', 'unsuccessful', 'empty'] as const)('is gone when the tenant answers "%s"', async (absence) => {
    await restart({ absence });
    const { id } = valueOf(await registration.register(wanted, send));
    valueOf(await registration.remove(wanted, send));
    expect(pauses).toEqual([]);
    expect(valueOf(await registration.check({ ...wanted, knownId: id }, send))).toBe(false);
    expect(valueOf(await registration.register({ ...wanted, knownId: id }, send)).id).not.toBe(id);
  });

  it.each([
    [401, { success: false }],
    [403, { success: false }],
    [429, { success: false }],
    [500, { success: false, status: 404 }],
    [503, undefined],
    [200, { success: false, status: 401 }],
    [200, '<html>Sign in</html>'],
    [200, { message: 'hello' }],
  ])('is not taken for gone when the look at it is answered %i %j', async (status, body) => {
    const { send: blind } = answering(({ method, path }) => (method === 'GET' ? (path === PLURAL ? ok([row()]) : answered(status, body)) : ok(true)));
    expect((await registration.check(wanted, blind)).ok).toBe(false);
    expect((await registration.register(wanted, blind)).ok).toBe(false);
    expect((await registration.remove(wanted, blind)).ok).toBe(false);
  });

  it('and shows in the list alone does not stand', async () => {
    const { send: late } = answering(({ method, path }) => (method === 'GET' ? (path === PLURAL ? ok([row()]) : answered(404, { error: 'webhook not found' })) : ok(row({ _id: 'new' }))));
    expect(valueOf(await registration.check(wanted, late))).toBe(false);
    expect(valueOf(await registration.register(wanted, late)).id).toBe('new');
  });
});

describe('the list of webhooks', () => {
  it.each([400, 404, 405, 501])('is done without when it is answered %i', async (status) => {
    cidaas.failNext({ method: 'GET', path: /webhooks$/, status, times: 99 });
    const { id } = valueOf(await registration.register(wanted, send));
    expect(valueOf(await registration.check({ ...wanted, knownId: id }, send))).toBe(true);
  });

  it.each([
    [401, 'unauthorized', 'Check client ID and client secret'],
    [403, 'forbidden', 'cidaas:webhook_read, cidaas:webhook_write and cidaas:webhook_delete'],
    [429, 'rate_limited', 'Wait a minute'],
    [500, 'provider_failed', 'Try again later'],
    [503, 'provider_failed', 'Try again later'],
  ])('is trouble and not "missing" when it is answered %i', async (status, code, remedy) => {
    const { send: list, asked } = answering(() => answered(status));
    for (const step of ['check', 'register', 'remove'] as const) {
      expect(failureOf(await registration[step]({ ...wanted, knownId: 'h1' }, list))).toMatchObject({ code, message: expect.stringContaining(remedy) });
    }
    expect(asked.every(({ method }) => method === 'GET')).toBe(true);
  });

  it.each([answered(200, '<html>Sign in</html>'), answered(200, { message: 'hello' }), answered(200, { success: true, data: 'x' })])('is trouble when it is no list: %j', async (answer) => {
    expect(codeOf(await registration.check(wanted, answering(() => answer).send))).toBe('unexpected_answer');
  });

  it('may answer with the one webhook that it found', async () => {
    const { send: one } = answering(() => ok(row()));
    expect(valueOf(await registration.check(wanted, one))).toBe(true);
  });

  it('that holds two webhooks with our URL has one of them kept', async () => {
    await restart({ uniqueness: 'url_and_events' });
    valueOf(await registration.register({ ...wanted, events: ['LOGOUT'] }, send));
    await call('POST', RESOURCES[0], { ...cidaas.hooks[0], _id: undefined, events: ['LOGIN_FAILURE'] });
    expect(cidaas.hooks).toHaveLength(2);
    expect(valueOf(await registration.check({ ...wanted, events: ['LOGOUT'] }, send))).toBe(false);
    valueOf(await registration.register({ ...wanted, events: ['LOGOUT'] }, send));
    expect(cidaas.hooks).toMatchObject([{ url: OURS, events: ['LOGOUT'] }]);
  });

  it('that is full has the limit explained before anything is made', async () => {
    for (let made = 0; made < 20; made += 1) valueOf(await registration.register({ ...wanted, url: `${THEIRS}/${made}` }, send));
    expect(failureOf(await registration.register(wanted, send))).toMatchObject({ code: 'limit_reached', message: expect.stringContaining('has 20 webhooks already') });
    expect(cidaas.hooks).toHaveLength(20);
    // One that is there already is changed all the same.
    expect((await registration.register({ ...wanted, url: `${THEIRS}/7`, events: ['LOGOUT'] }, send)).ok).toBe(true);
  });
});

describe('the events of a cidaas webhook', () => {
  const all = { ...wanted, events: ['*'] };

  it('are, for [All], those that the tenant has', async () => {
    await restart({ events: ['ACCOUNT_MODIFIED', 'BRAND_NEW'] });
    valueOf(await registration.register(all, send));
    expect(cidaas.hooks).toMatchObject([{ events: ['ACCOUNT_MODIFIED', 'BRAND_NEW'] }]);
    expect(valueOf(await registration.check(all, send))).toBe(true);
  });

  it('are, for [All] and others, both', async () => {
    await restart({ events: ['ACCOUNT_MODIFIED'], acceptedEvents: ['ACCOUNT_MODIFIED', 'BETA_EVENT'] });
    valueOf(await registration.register({ ...wanted, events: ['*', 'beta_event'] }, send));
    expect(cidaas.hooks).toMatchObject([{ events: ['ACCOUNT_MODIFIED', 'BETA_EVENT'] }]);
  });

  it('are no longer all when the tenant has got more', async () => {
    await restart({ events: ['LOGOUT'], acceptedEvents: ['LOGOUT', 'ACCOUNT_MODIFIED'] });
    valueOf(await registration.register({ ...wanted, events: ['ACCOUNT_MODIFIED'] }, send));
    expect(valueOf(await registration.check(all, send))).toBe(false);
  });

  it.each([403, 404, 400])('are, for [All], the published ones where the list is answered %i, which is noted', async (status) => {
    cidaas.failNext({ path: /eventdescriptions$/, status });
    expect(valueOf(await registration.register(all, send)).notes).toEqual([expect.stringContaining('cidaas:webhook_read')]);
    expect(cidaas.hooks).toMatchObject([{ events: allEvents() }]);
    expect(allEvents().length).toBeLessThan(Object.keys(provider.events).length);
  });

  it('are, for [All], the published ones where the list is empty', async () => {
    await restart({ events: [], acceptedEvents: allEvents() });
    valueOf(await registration.register(all, send));
    expect(cidaas.hooks[0]?.events).toEqual(allEvents());
  });

  it.each([401, 429, 500])('are unknown, for [All], where the list is answered %i', async (status) => {
    valueOf(await registration.register(wanted, send));
    cidaas.failNext({ path: /eventdescriptions$/, status, times: 9 });
    expect((await registration.check(all, send)).ok).toBe(false);
    expect((await registration.register(all, send)).ok).toBe(false);
  });

  it('that the tenant refuses are named, with where to look', async () => {
    await restart({ events: [], acceptedEvents: ['LOGOUT'] });
    const { message } = failureOf(await registration.register(all, send));
    expect(message).toMatch(/event \w+ is not supported/);
    expect(message).toContain('choose from the list in \'Events\' instead of [All]');
    expect(cidaas.hooks).toEqual([]);
  });

  it('are the same in whatever case and order cidaas tells them', async () => {
    const { send: list } = answering(() => ok([row({ events: ['logout', 'ACCOUNT_MODIFIED'] })]));
    expect(valueOf(await registration.check(wanted, list))).toBe(true);
  });

  it('of the live list are those that are good for webhooks', () => {
    const rows = [{ _id: 'A', objectType: 'users', goodForWebhook: true }, { _id: 'B', goodForWebhook: false }, { _id: 'c' }, { objectType: 'users' }, 'D', null];
    expect(readEvents(ok(rows))).toEqual([{ name: 'A', objectType: 'users' }, { name: 'C', objectType: undefined }]);
    expect(readEvents(answered(204))).toEqual([]);
    expect(readEvents(answered(200, '<html>'))).toBeUndefined();
    expect(readEvents(answered(403, { success: false }))).toBeUndefined();
  });
});

describe('a failure', () => {
  it.each(['object', 'text', 'bare'] as const)('is told with what cidaas says, in its form "%s", and the number of the call', async (errors) => {
    await restart({ errors, acceptedEvents: [] });
    const { message } = failureOf(await registration.register(wanted, send));
    expect(message).toContain('event ACCOUNT_MODIFIED is not supported');
    expect(message).toMatch(/reference [\da-f-]{36}/);
  });

  it('of the client is one of the credential', async () => {
    const outcome = await registration.register(wanted, signedIn(cidaas.url, { ...client, secret: 'wrong' }));
    expect(failureOf(outcome)).toMatchObject({ code: 'unauthorized', message: expect.stringContaining('invalid_client, Client authentication failed.') });
  });

  it('of the scopes names them', async () => {
    await restart({ clientScopes: ['cidaas:webhook_read'] });
    expect(failureOf(await registration.register(wanted, send))).toMatchObject({ code: 'forbidden', message: expect.stringContaining('cidaas:webhook_write') });
    expect(cidaas.hooks).toEqual([]);
  });

  it('to reach cidaas at all is one of the base URL', async () => {
    expect(failureOf(await registration.check(wanted, signedIn('http://127.0.0.1:1', client)))).toMatchObject({ code: 'unreachable', message: expect.stringContaining('Check the base URL') });
  });

  it.each([409, 400, 417, 500])('to store (%i) leaves nothing behind', async (status) => {
    cidaas.failNext({ method: 'POST', path: /webhook$/, status });
    expect((await registration.register(wanted, send)).ok).toBe(false);
    expect(cidaas.hooks).toEqual([]);
    expect((await registration.register(wanted, send)).ok).toBe(true);
  });

  it('under a status of success is one all the same', async () => {
    const { send: list } = answering(({ method }) => (method === 'GET' ? ok([]) : answered(200, { success: false, status: 409, error: 'exists already' })));
    expect(failureOf(await registration.register(wanted, list))).toMatchObject({ code: 'conflict', message: expect.stringContaining('exists already') });
  });

  it.each([401, 403, 500])('to delete (%i) is told', async (status) => {
    valueOf(await registration.register(wanted, send));
    cidaas.failNext({ method: 'DELETE', status, times: 9 });
    expect((await registration.remove(wanted, send)).ok).toBe(false);
    expect(cidaas.hooks).toHaveLength(1);
  });

  it('never holds a secret that cidaas quotes', async () => {
    const { send: list } = answering(({ method }) => (method === 'GET' ? ok([]) : answered(400, { success: false, error: { code: 'W1', moreInfo: `apikey ${KEY} is too short` } })));
    const { message } = failureOf(await registration.register(wanted, list));
    expect(message).toContain('W1, apikey … is too short');
    expect(message).not.toContain(KEY);
  });
});

describe('before cidaas is asked', () => {
  it.each(['http://localhost:5678/webhook/a/webhook', 'http://127.0.0.1/webhook', 'https://10.0.0.5/webhook', 'http://n8n:5678/webhook', 'https://n8n.internal/webhook', 'nonsense'])('%s is refused, by the name of what sets it', async (url) => {
    const { send: none, asked } = answering(() => ok([]));
    expect(failureOf(await registration.register({ ...wanted, url }, none))).toMatchObject({ code: 'url_refused', message: expect.stringContaining('Set WEBHOOK_URL of n8n') });
    expect(asked).toEqual([]);
  });

  it.each([
    [{ events: [] }, '\'Events\''],
    [{ authentication: { ...wanted.authentication, key: '' } }, 'client secret'],
    [{ authentication: { ...wanted.authentication, placeholder: 'X-API-Key' } }, 'lower-case letters and dashes'],
    [{ authentication: { ...wanted.authentication, placeholder: '' } }, 'lower-case letters and dashes'],
    [{ authentication: { type: 'CIDAAS_OAUTH2' as const, clientId: '' } }, 'client ID'],
  ])('%j is told to be incomplete', (change, name) => {
    expect(faultOf({ ...wanted, ...change })?.failure).toMatchObject({ code: 'incomplete_settings', message: expect.stringContaining(name) });
  });
});

/** A call of the API by somebody else. */
async function call(method: ManagementRequest['method'], path: string, body?: object): Promise<void> {
  const answer = await send({ method, path, ...(body === undefined ? {} : { body: body as never }) });
  if (answer.kind !== 'answered' || answer.status >= 300) throw new Error(`${method} ${path} failed: ${JSON.stringify(answer)}`);
}

/** A Send that answers by a rule. */
function answering(rule: (request: ManagementRequest) => ManagementAnswer): { send: Send; asked: ManagementRequest[] } {
  const asked: ManagementRequest[] = [];
  return {
    asked,
    send: async (request) => {
      asked.push(request);
      return rule(request);
    },
  };
}

function answered(status: number, body?: unknown): ManagementAnswer {
  return { kind: 'answered', status, headers: {}, body: body as never };
}

function ok(data: unknown): ManagementAnswer {
  return answered(200, { success: true, status: 200, data });
}

/** Our webhook as the API tells it. */
function row(change: object = {}): object {
  const apikeyDetails = { apikey_placeholder: 'x-api-key', apikey_placement: 'header', apikey: KEY };
  return { _id: 'h1', url: OURS, events: wanted.events, auth_type: 'APIKEY', apikeyDetails, totpDetails: {}, cidaasAuthDetails: {}, disable: false, ...change };
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
