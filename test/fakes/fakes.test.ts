/*
 * The fakes stand in for the providers in other tests, so their own rules are tested: a fake that forgets a rule lets a
 * broken client pass.
 */
import { createPublicKey } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { verifyHmac } from '../../providers/authentication/hmac';
import { parseToken, readClaims, verifySignature } from '../../providers/authentication/jwt';
import { totpCode } from '../../providers/authentication/totp';
import { listener } from '../support/listener';
import { readSample } from '../support/samples';
import { startFakeCidaas } from './cidaas';
import type { FakeCidaasOptions } from './cidaas';
import { startFakeCometChat } from './cometchat';
import type { FakeCometChatOptions } from './cometchat';
import { publishedTriggers } from './cometchat/rules';
import { deliverSceyt } from './sceyt';
import { recordOf } from './server';
import { startFakeSkillmine } from './skillmine';
import type { FakeSkillmineOptions } from './skillmine';
import { startFakeSpika } from './spika';
import type { FakeSpikaOptions } from './spika';

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

type Names = Readonly<Record<string, string>>;
type Client = (method: string, path: string, body?: unknown, headers?: Names) => Promise<Reply>;

const running: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(running.splice(0).map((one) => one.close())));

function closedLater<One extends { close(): Promise<void> }>(one: One): One {
  running.push(one);
  return one;
}

const receiver = async (answer?: Parameters<typeof listener>[0]) => closedLater(await listener(answer));

/** Calls one server, with the same headers each time; a text goes out as it is, anything else as JSON. */
function clientOf(base: string, usual: Names = {}): Client {
  return async (method, path, body, headers = {}) => {
    const content = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const answer = await fetch(base + path, { method, headers: { 'content-type': 'application/json', ...usual, ...headers }, ...content });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    return { status: answer.status, headers: answer.headers, text, body: isJson ? (JSON.parse(text) as unknown) : undefined };
  };
}

const statusOf = async (reply: Promise<Reply>): Promise<number> => (await reply).status;

describe('any fake', () => {
  const start = async () => {
    const fake = closedLater(await startFakeSpika());
    return { fake, client: clientOf(fake.url, { accesstoken: fake.access.accessToken }) };
  };

  it('remembers what it was asked, and what it answered', async () => {
    const { fake, client } = await start();
    await client('POST', '/api/messenger/webhooks/roomId/42?page=1', { url: 'https://hooks.example.com/a' });
    expect(fake.requests).toMatchObject([{ method: 'POST', path: '/api/messenger/webhooks/roomId/42', body: { url: 'https://hooks.example.com/a' }, headers: { accesstoken: fake.access.accessToken }, status: 200 }]);
    expect(fake.requests[0]?.query.get('page')).toBe('1');
  });

  it('fails as often as it is told to, where it is told to', async () => {
    const { fake, client } = await start();
    fake.failNext({ method: 'GET', path: /\/me$/, status: 429, headers: { 'retry-after': '7' }, body: '{"broken', times: 2 });
    expect(await statusOf(client('GET', '/api/messenger/webhooks/roomId/42'))).toBe(200);
    const [first, second] = [await client('GET', '/api/messenger/me'), await client('GET', '/api/messenger/me')];
    expect([first.status, first.headers.get('retry-after'), first.text, second.status]).toEqual([429, '7', '{"broken', 429]);
    expect(await statusOf(client('GET', '/api/messenger/me'))).toBe(200);
  });

  it('resets and hangs', async () => {
    const { fake, client } = await start();
    fake.failNext({ reset: true });
    await expect(client('GET', '/api/messenger/me')).rejects.toThrow();
    fake.failNext({ hang: true });
    await expect(fetch(`${fake.url}/api/messenger/me`, { signal: AbortSignal.timeout(150) })).rejects.toThrow(/timeout/);
    expect(fake.requests.map(({ status }) => status)).toEqual([undefined, undefined]);
  });

  it('can carry a request out and lose the answer', async () => {
    const { fake, client } = await start();
    fake.failNext({ status: 504, carriedOut: true });
    expect(await statusOf(client('POST', '/api/messenger/webhooks/roomId/42', { url: 'https://hooks.example.com/a' }))).toBe(504);
    expect(fake.hooks).toHaveLength(1);
  });
});

describe('CometChat', () => {
  const BASE = '/apps/27318c05d9a4ef60/webhooks';
  const hook = (changes: object = {}): object => ({ id: 'hook1', name: 'Hook', webhookURL: 'https://hooks.example.com/a', enabled: true, useBasicAuth: true, username: 'hook', password: 'horse', ...changes });

  async function start(options: FakeCometChatOptions = {}) {
    const fake = closedLater(await startFakeCometChat(options));
    const { key, secret } = fake.access;
    return { fake, client: clientOf(fake.url, { key, secret, 'x-webhook-version': '2' }) };
  }

  it('knows the 53 published triggers', () => expect(publishedTriggers).toHaveLength(53));

  it('asks for key and secret, and for its app', async () => {
    const { client, fake } = await start();
    const bare = clientOf(fake.url);
    expect(await bare('GET', BASE, undefined, { key: fake.access.key })).toMatchObject({ status: 401, body: { error: { code: 'AUTH_ERR_EMPTY_AUTH_HEADER' } } });
    expect(await statusOf(client('GET', BASE, undefined, { secret: 'other' }))).toBe(401);
    expect(await client('GET', '/apps/another/webhooks')).toMatchObject({ status: 404, body: { error: { code: 'ERR_APP_NOT_FOUND' } } });
    expect(await client('PATCH', BASE)).toMatchObject({ status: 404, body: { error: { code: 'ERR_API_NOT_FOUND' } } });
  });

  it.each([
    ['schema', { data: { id: 'hook1' } }, { data: { id: 'hook1', enabled: true } }],
    ['example', [{ data: { id: 'hook1' } }], { data: [{ data: { id: 'hook1' } }] }],
  ] as const)('answers in the form of the %s, without the credentials', async (answers, afterCreate, afterRead) => {
    const { client, fake } = await start({ answers });
    expect(await client('POST', BASE, hook())).toMatchObject({ status: 200, body: afterCreate });
    const read = await client('GET', `${BASE}/hook1`);
    expect(read.body).toMatchObject(afterRead);
    expect((await client('GET', BASE)).body).toMatchObject({ data: [{ id: 'hook1', webhookURL: 'https://hooks.example.com/a' }], meta: { pagination: { total: 1 } } });
    expect(read.text).not.toMatch(/horse|retryOnFailure/);
    expect(fake.hooks).toMatchObject([{ password: 'horse' }]);
  });

  it.each([
    ['id', { id: 'a b' }], ['id', { id: 'x'.repeat(51) }], ['id', { id: undefined }], ['name', { name: 'x'.repeat(51) }],
    ['webhookURL', { webhookURL: `https://hooks.example.com/${'a'.repeat(230)}` }], ['webhookURL', { webhookURL: 'http://hooks.example.com/a' }],
    ['webhookURL', { webhookURL: 'https://10.1.2.3/a' }], ['webhookURL', { webhookURL: 'https://n8n:5678/a' }], ['webhookURL', { webhookURL: 'http://127.0.0.1:1/a' }],
    ['webhookURL', { webhookURL: 'https://[::ffff:10.0.0.1]/a' }], ['webhookURL', { webhookURL: 'https://[fd00::1]/a' }],
    ['username', { username: 'a-b' }], ['username', { username: undefined }], ['password', { password: 'x'.repeat(101) }], ['enabled', { enabled: 'true' }],
  ])('refuses a bad %s: %j', async (field, changes) => {
    const { client, fake } = await start();
    expect(await client('POST', BASE, hook(changes))).toMatchObject({ status: 400, body: { error: { code: 'ERR_BAD_REQUEST', details: { [field]: [expect.any(String)] } } } });
    expect(fake.hooks).toEqual([]);
  });

  it('wants JSON that says so, each id once, and 25 webhooks at most', async () => {
    const { client } = await start();
    expect(await statusOf(client('POST', BASE, '{"id"'))).toBe(400);
    expect(await statusOf(client('POST', BASE, hook(), { 'content-type': 'text/plain' }))).toBe(400);
    for (let index = 0; index < 25; index += 1) expect(await statusOf(client('POST', BASE, hook({ id: `hook${index}` })))).toBe(200);
    expect(await client('POST', BASE, hook())).toMatchObject({ status: 400, body: { error: { details: { id: expect.anything() } } } });
    expect(await client('POST', BASE, hook({ id: 'one-more' }))).toMatchObject({ status: 400, body: { error: { details: { webhooks: expect.anything() } } } });
    expect((await client('GET', `${BASE}?perPage=10`)).body).toMatchObject({ meta: { pagination: { total: 25, count: 10, per_page: 10, total_pages: 3 } } });
    expect(await statusOf(client('GET', `${BASE}?perPage=1001`))).toBe(400);
    expect((await client('GET', `${BASE}?searchKey=nothing`)).body).toMatchObject({ data: [] });
  });

  it('keeps the webhooks of calls without the version header apart', async () => {
    const { fake, client } = await start();
    const { key, secret } = fake.access;
    await clientOf(fake.url, { key, secret })('POST', BASE, hook());
    expect([fake.hooks.length, fake.legacyHooks.length, await statusOf(client('GET', `${BASE}/hook1`))]).toEqual([0, 1, 404]);
  });

  it('updates all but the id, and deletes', async () => {
    const clock = { now: new Date('2026-11-21T10:00:00Z') };
    const { client, fake } = await start({ now: () => clock.now });
    await client('POST', BASE, hook());
    clock.now = new Date('2026-11-21T10:01:00Z');
    expect(await statusOf(client('PUT', `${BASE}/hook1`, { name: 'Other' }))).toBe(200);
    expect(fake.hooks).toMatchObject([{ name: 'Other', password: 'horse', createdAt: 1795255200, updatedAt: 1795255260 }]);
    expect(await statusOf(client('PUT', `${BASE}/hook1`, { id: 'hook2' }))).toBe(400);
    expect(await client('DELETE', `${BASE}/hook1`)).toMatchObject({ status: 200, body: { data: { success: true } } });
    expect(await client('DELETE', `${BASE}/hook1`)).toMatchObject({ status: 404, body: { error: { code: 'ERR_WEBHOOK_NOT_FOUND' } } });
  });

  it('takes triggers in a call of their own, each with a result', async () => {
    const { client, fake } = await start();
    await client('POST', BASE, hook({ triggers: ['message_sent'], triggerIds: ['message_sent'] }));
    expect(fake.hooks).toMatchObject([{ triggers: [] }]);
    const added = await client('POST', `${BASE}/hook1/triggers`, { triggerIds: ['message_sent', 'user_online'] });
    expect(added.body).toMatchObject({ data: { message_sent: { success: true }, user_online: { success: false } } });
    expect((await client('GET', `${BASE}/hook1/triggers`)).body).toMatchObject({ data: [{ id: 'message_sent' }] });
    expect(await statusOf(client('DELETE', `${BASE}/hook1/triggers`))).toBe(400);
    expect(await statusOf(client('DELETE', `${BASE}/hook1/triggers`, { triggerIds: ['message_sent'] }))).toBe(200);
    expect(fake.hooks).toMatchObject([{ triggers: [] }]);
  });

  it('delivers to those that listen, with Basic, and repeats only when asked to', async () => {
    const target = await receiver((_heard, response, count) => response.writeHead(count <= 2 ? 500 : 200).end('heard'));
    const { client, fake } = await start({ resolve: () => target.url, retryDelaysMs: [1, 1] });
    for (const [id, retryOnFailure, trigger] of [['patient', true, 'message_sent'], ['hasty', false, 'message_sent'], ['deaf', true, 'message_edited']] as const) {
      await client('POST', BASE, hook({ id, retryOnFailure }));
      await client('POST', `${BASE}/${id}/triggers`, { triggerIds: [trigger] });
    }
    expect(await fake.deliver('message_sent', readSample('cometchat', 'message_sent').body)).toMatchObject([
      { hook: 'patient', status: 200, body: 'heard', attempts: [{ status: 500 }, { status: 200 }] },
      { hook: 'hasty', status: 500, attempts: [{}] },
    ]);
    expect(target.heard[0]?.headers).toMatchObject({ authorization: `Basic ${Buffer.from('hook:horse').toString('base64')}`, host: 'hooks.example.com', 'content-type': 'application/json' });
    expect(JSON.parse(target.heard[2]?.text ?? '')).toMatchObject({ trigger: 'message_sent', appId: '27318c05d9a4ef60', region: 'eu', webhook: 'patient', data: { message: {} } });
    await client('PUT', `${BASE}/deaf`, { enabled: false });
    expect(await fake.deliver('message_edited', {})).toEqual([]);
  });

  it('gives up after its time limit, and lets a test spoil a delivery', async () => {
    const target = await receiver((heard, response) => void (heard.text === 'x' && response.end('spoilt')));
    const { client, fake } = await start({ allowLocalUrls: true, timeLimitMs: 100 });
    await client('POST', BASE, hook({ webhookURL: target.url }));
    await client('POST', `${BASE}/hook1/triggers`, { triggerIds: ['message_sent'] });
    expect(await fake.deliver('message_sent', {})).toMatchObject([{ status: 0, failure: 'timeout', attempts: [{}] }]);
    expect(await fake.deliver('message_sent', {}, (delivery) => ({ ...delivery, headers: {}, body: 'x' }))).toMatchObject([{ body: 'spoilt' }]);
    expect(target.heard[1]?.headers.authorization).toBeUndefined();
  });
});

describe('Spika', () => {
  const ROOM = '/api/messenger/webhooks/roomId/42';
  const url = 'https://hooks.example.com/a';
  const message = readSample('spika', 'message.new').body;

  async function start(options: FakeSpikaOptions = {}) {
    const fake = closedLater(await startFakeSpika(options));
    return { fake, client: clientOf(fake.url, { accesstoken: fake.access.accessToken }) };
  }

  it('tells in plain text what is wrong with a token', async () => {
    const user = { id: 1, displayName: 'A', accessToken: 'expired', tokenExpiresAt: new Date(0) };
    const { fake } = await start({ users: [user, { id: 2, displayName: 'B', accessToken: 'unverified', isVerified: false }], generation: 'C' });
    const texts = ['', 'wrong', 'expired', 'unverified'].map(async (accesstoken) => clientOf(fake.url, { accesstoken })('GET', '/api/messenger/me'));
    expect((await Promise.all(texts)).map(({ status, text, headers }) => [status, text, headers.get('content-type')])).toEqual(
      ['No access token', 'Invalid access token', 'Expired access token', 'User is not verified'].map((text) => [401, text, 'text/html; charset=utf-8']),
    );
  });

  it('makes, lists, changes and deletes a webhook; a change keeps its signature', async () => {
    const { client, fake } = await start();
    expect(await client('POST', ROOM, { url })).toMatchObject({ status: 200, body: { status: 'success', data: { webhook: { id: 1, url, roomId: 42, verifySignature: expect.stringMatching(/^[A-Za-z0-9]{16}$/) } } } });
    const [before] = fake.hooks;
    expect(await statusOf(client('PUT', '/api/messenger/webhooks/1', { url: `${url}b` }))).toBe(200);
    expect(fake.hooks).toEqual([{ ...before, url: `${url}b` }]);
    expect((await client('GET', ROOM)).body).toEqual({ status: 'success', data: { webhooks: fake.hooks } });
    expect(await client('DELETE', '/api/messenger/webhooks/1')).toMatchObject({ status: 200, body: { data: { deleted: true } } });
    expect(await client('DELETE', '/api/messenger/webhooks/1')).toMatchObject({ status: 404, body: { status: 'error', message: 'Not found' } });
    expect(await client('GET', '/api/messenger/me')).toMatchObject({ status: 200, body: { data: { user: { id: 23 } } } });
  });

  it.each([
    [400, 'https://localhost/a'], [400, 'http://n8n:5678/a'], [400, 'https://[::1]/a'], [400, 'https://u:p@hooks.example.com/a'], [400, 'https://my_host.example.com/a'],
    [400, 'https://hooks.example.com/a@b'], [400, 'https://hooks.example.com/a?b=c/d'], [400, ''], [400, 7], [400, undefined],
    [500, `https://hooks.example.com/${'a'.repeat(170)}`], [200, 'hooks.example.com/a'], [200, 'http://127.0.0.1:5678/webhook/a-b?c=d'],
  ])('answers %i to the URL %j', async (status, given) => {
    expect(await statusOf((await start()).client('POST', ROOM, { url: given }))).toBe(status);
  });

  it('lets admins manage a room, and members only a private one, from generation B on', async () => {
    const inRoom = (client: Client, id: string) => statusOf(client('POST', `/api/messenger/webhooks/roomId/${id}`, { url }));
    const [b, a] = [await start(), await start({ generation: 'A' })];
    expect([await inRoom(b.client, '43'), await inRoom(b.client, '99'), await inRoom(b.client, '44'), await inRoom(b.client, 'lobby')]).toEqual([403, 403, 200, 500]);
    expect(await inRoom(a.client, '44')).toBe(403);
  });

  it('tells of a broken or too large body in plain text, and of an unknown path', async () => {
    const { client } = await start();
    expect(await client('POST', ROOM, '{"url"')).toMatchObject({ status: 500, text: expect.stringContaining('Server Error') });
    expect(await client('POST', ROOM, { url: 'a'.repeat(110_000) })).toMatchObject({ status: 500, text: expect.stringContaining('too large') });
    expect(await statusOf(client('GET', '/api/messenger/webhooks'))).toBe(404);
  });

  it('hands out files to anybody; generation C has a picture for those that are gone', async () => {
    const files = [{ id: 7, fileName: 'plan.pdf', clientId: 'c-7', bytes: Buffer.from('%PDF') }];
    const [b, c] = [clientOf((await start({ files })).fake.url), clientOf((await start({ files, generation: 'C' })).fake.url)];
    const found = await b('GET', '/api/upload/files/7');
    expect([found.status, found.text, found.headers.get('content-disposition')]).toEqual([200, '%PDF', 'attachment; filename="plan.pdf"']);
    expect([await statusOf(b('GET', '/api/upload/files/8')), await statusOf(b('GET', '/api/upload/files/x')), await statusOf(b('GET', '/uploads/files/c-7'))]).toEqual([404, 400, 200]);
    expect((await c('GET', '/api/upload/files/8')).headers.get('content-type')).toBe('image/png');
  });

  it('fires only the oldest webhook of a room, once, whatever the answer', async () => {
    const target = await receiver((_heard, response) => response.writeHead(500).end());
    const { client, fake } = await start({ resolve: () => target.url });
    for (const path of ['a', 'b']) await client('POST', ROOM, { url: `https://hooks.example.com/${path}` });
    expect(await fake.deliver('message.new', message)).toMatchObject([{ hook: '1', status: 500, attempts: [{}] }]);
    expect(target.heard).toMatchObject([{ headers: { 'verification-signature': fake.hooks[0]?.verifySignature, 'user-agent': 'axios/0.21.4' }, text: JSON.stringify(message) }]);
    expect(await fake.deliver('message.new', { message: { roomId: 44 } })).toEqual([]);
    await client('DELETE', '/api/messenger/webhooks/1');
    expect(await fake.deliver('message.new', message)).toMatchObject([{ hook: '2' }]);
  });

  it('puts the signature into the body alone in generation A', async () => {
    const target = await receiver();
    const { client, fake } = await start({ generation: 'A', resolve: () => target.url });
    await client('POST', ROOM, { url });
    await fake.deliver('message.new', readSample('spika', 'message.new.generation-a').body);
    expect(target.heard[0]?.headers).not.toHaveProperty('verification-signature');
    expect(JSON.parse(target.heard[0]?.text ?? '')).toMatchObject({ data: { message: { roomId: 42 } }, headers: { 'Verification-Signature': fake.hooks[0]?.verifySignature } });
  });

  it.each([[307, JSON.stringify(message)], [302, '']])('follows a %i', async (status, expected) => {
    const target = await receiver((_heard, response, count) => response.writeHead(count === 1 ? status : 200, { location: '/next' }).end());
    const { client, fake } = await start({ resolve: () => target.url });
    await client('POST', ROOM, { url });
    expect(await fake.deliver('message.new', message)).toMatchObject([{ status: 200 }]);
    expect(target.heard[1]).toMatchObject({ text: expected, headers: { 'verification-signature': expect.any(String) } });
  });

  it('follows five redirects and no more, and calls nobody without a scheme', async () => {
    const target = await receiver((_heard, response) => response.writeHead(307, { location: '/next' }).end());
    const { client, fake } = await start({ resolve: () => target.url });
    await client('POST', ROOM, { url });
    expect(await fake.deliver('message.new', message)).toMatchObject([{ status: 0 }]);
    expect(target.heard).toHaveLength(6);
    await client('PUT', '/api/messenger/webhooks/1', { url: 'hooks.example.com/a' });
    expect(await fake.deliver('message.new', message)).toMatchObject([{ status: 0, failure: 'ERR_INVALID_URL' }]);
  });
});

/** Asks for a token as both identity platforms take it. */
async function tokenOf(base: string, provider: string, changes: object = {}): Promise<Reply> {
  return clientOf(base)('POST', '/token-srv/token', { grant_type: 'client_credentials', client_id: `${provider}-client`, client_secret: `${provider}-secret`, ...changes });
}

async function signedIn(base: string, provider: string): Promise<Client> {
  const token = recordOf((await tokenOf(base, provider)).body)?.['access_token'];
  return clientOf(base, { authorization: `Bearer ${String(token)}` });
}

describe('Skillmine', () => {
  const setup = (changes: object = {}): object => ({ name: 'n8n', events: ['USER_CREATED'], url: 'https://hooks.example.com/a', notification_type: 'REST', authentication_type: 'API_KEY', api_key: 'k3y', hook_type: 'custom', active: true, ...changes });

  async function start(options: FakeSkillmineOptions = {}) {
    const fake = closedLater(await startFakeSkillmine(options));
    return { fake, client: await signedIn(fake.url, 'skillmine') };
  }

  it('gives out tokens for the right secret, in JSON, for a while', async () => {
    const clock = { now: new Date() };
    const { fake, client } = await start({ tokenLifetimeSeconds: 60, now: () => clock.now });
    expect(await tokenOf(fake.url, 'skillmine')).toMatchObject({ status: 200, body: { access_token: expect.any(String), token_type: 'Bearer', expires_in: 60 } });
    expect(await tokenOf(fake.url, 'skillmine', { client_secret: 'wrong' })).toMatchObject({ status: 401, body: { success: false, error: { error: 'invalid_client' } } });
    expect(await statusOf(tokenOf(fake.url, 'skillmine', { grant_type: 'password' }))).toBe(400);
    expect(await statusOf(clientOf(fake.url)('POST', '/token-srv/token', 'grant_type=client_credentials', { 'content-type': 'application/x-www-form-urlencoded' }))).toBe(400);
    expect(fake.tokens.issued).toBe(2);
    expect(await statusOf(client('GET', '/webhook-srv/all'))).toBe(200);
    clock.now = new Date(clock.now.getTime() + 60_000);
    expect(await statusOf(client('GET', '/webhook-srv/all'))).toBe(401);
    const another = await signedIn(fake.url, 'skillmine');
    fake.tokens.revoke();
    expect(await statusOf(another('GET', '/webhook-srv/all'))).toBe(401);
    expect(await statusOf(clientOf(fake.url)('GET', '/webhook-srv/all'))).toBe(401);
  });

  it('makes, reads, lists, searches, changes and deletes a setup', async () => {
    const { fake, client } = await start();
    const made = await client('POST', '/webhook-srv', setup());
    expect([made.body, made.headers.get('x-auth-req-id')]).toMatchObject([{ success: true, code: 200, data: { name: 'n8n', api_key: 'k3y' } }, expect.any(String)]);
    const path = `/webhook-srv/${fake.hooks[0]?._id ?? ''}`;
    expect(await client('GET', path)).toMatchObject({ body: { data: { name: 'n8n' } } });
    expect(await client('GET', '/webhook-srv/all?type=custom&active=true')).toMatchObject({ body: { data: [{ name: 'n8n' }] } });
    for (const other of ['type=system', 'active=false']) expect(await client('GET', `/webhook-srv/all?${other}`)).toMatchObject({ body: { data: [] } });
    expect(await client('PUT', '/webhook-srv/web-hook-list', { skip: 0, limit: 5, search: 'n8' })).toMatchObject({ body: { data: [{ name: 'n8n' }] } });
    expect(await statusOf(client('PUT', path, setup({ name: 'other' })))).toBe(200);
    expect(fake.hooks).toMatchObject([{ name: 'other' }]);
    expect(await client('DELETE', path)).toMatchObject({ body: { data: true } });
    expect([await statusOf(client('DELETE', path)), await statusOf(client('GET', path)), await statusOf(client('GET', '/webhook-srv/webhook'))]).toEqual([404, 404, 404]);
  });

  it('answers 409 to what is there already, and to an update of what is not', async () => {
    const { client } = await start();
    await client('POST', '/webhook-srv', setup());
    expect(await statusOf(client('POST', '/webhook-srv', setup({ url: 'https://hooks.example.com/b' })))).toBe(409);
    expect(await statusOf(client('POST', '/webhook-srv', setup({ name: 'b' })))).toBe(409);
    expect(await client('PUT', '/webhook-srv/unknown', setup({ name: 'c' }))).toMatchObject({ status: 409, body: { error: { error_code: 'webhook_setup_not_exists' } } });
  });

  it.each([{ name: '' }, { url: 'hooks' }, { events: [] }, { events: ['COMBINEDLOGOUTTOKEN_CHECKED'] }, { notification_type: 'rest' }, { authentication_type: 'NONE' }, { api_key: '' }, { active: 1 }])('refuses %j', async (changes) => {
    expect(await statusOf((await start()).client('POST', '/webhook-srv', setup(changes)))).toBe(400);
  });

  it('delivers with the key, or with a one-time password, to setups that are active', async () => {
    const target = await receiver();
    const now = new Date('2026-11-21T10:00:00Z');
    const { fake, client } = await start({ resolve: () => target.url, placement: { in: 'query', name: 'apikey' }, now: () => now });
    await client('POST', '/webhook-srv', setup({ active: false }));
    expect(await fake.deliver('USER_CREATED', {})).toEqual([]);
    const path = `/webhook-srv/${fake.hooks[0]?._id ?? ''}`;
    const urls: string[] = [];
    for (const changes of [{}, { authentication_type: 'TOTP', totp_key: 'totp-key' }]) {
      await client('PUT', path, setup(changes));
      await fake.deliver('USER_CREATED', readSample('skillmine', 'USER_CREATED').body, (delivery) => (urls.push(delivery.url), delivery));
    }
    const code = totpCode({ scheme: 'totp', in: 'query', name: '', algorithm: 'sha1', digits: 6, periodSeconds: 30, keyEncoding: 'ascii', window: 0, secrets: ['totp-key'] }, now);
    expect(urls).toEqual(['https://hooks.example.com/a?apikey=k3y', `https://hooks.example.com/a?apikey=${code}`]);
    expect(target.heard.map(({ text }) => recordOf(JSON.parse(text))?.['event_type'])).toEqual(['USER_CREATED', 'USER_CREATED']);
  });
});

describe('cidaas', () => {
  const WEBHOOK = '/webhook-srv/webhook';
  const apikey = { apikey_placeholder: 'x-api-key', apikey_placement: 'header', apikey: 'k3y' };
  const totp = { totp_placeholder: 'x-otp', totp_placement: 'header', totpkey: 'totp-key' };
  const hook = (changes: object = {}): object => ({ auth_type: 'APIKEY', url: 'https://hooks.example.com/a', events: ['ACCOUNT_MODIFIED'], apikeyDetails: apikey, totpDetails: {}, cidaasAuthDetails: {}, disable: false, ...changes });

  async function start(options: FakeCidaasOptions = {}) {
    const fake = closedLater(await startFakeCidaas(options));
    return { fake, client: await signedIn(fake.url, 'cidaas') };
  }

  it('tells a refused token as OAuth does, and asks for a token and its scope', async () => {
    const { fake, client } = await start({ clientScopes: ['cidaas:webhook_read'] });
    expect(await tokenOf(fake.url, 'cidaas', { client_secret: 'wrong' })).toMatchObject({ status: 401, body: { error: 'invalid_client', error_description: expect.any(String) } });
    expect([await statusOf(clientOf(fake.url)('GET', `${WEBHOOK}s`)), await statusOf(client('POST', WEBHOOK, hook()))]).toEqual([401, 403]);
  });

  it('stores, changes by _id, reads with the secret, and deletes', async () => {
    const { fake, client } = await start();
    expect(await client('POST', WEBHOOK, hook())).toMatchObject({ status: 200, body: { success: true, status: 200, data: { _id: expect.any(String), createdTime: expect.any(String) } } });
    const { _id = '', createdTime } = fake.hooks[0] ?? {};
    expect(await statusOf(client('POST', WEBHOOK, hook({ _id, disable: true })))).toBe(200);
    expect(fake.hooks).toMatchObject([{ _id, createdTime, disable: true }]);
    expect(await client('GET', `${WEBHOOK}?id=${_id}`)).toMatchObject({ body: { data: { apikeyDetails: { apikey: 'k3y' } } } });
    expect([await statusOf(client('DELETE', `${WEBHOOK}/${_id}`)), await statusOf(client('GET', `${WEBHOOK}?id=${_id}`)), await statusOf(client('POST', WEBHOOK, hook({ _id })))]).toEqual([200, 404, 404]);
  });

  it('has a plural form, of which no more than two calls are known', async () => {
    const { fake, client } = await start();
    expect([await statusOf(client('GET', `${WEBHOOK}s`)), await statusOf(client('POST', `${WEBHOOK}s`, hook())), await statusOf(client('DELETE', `${WEBHOOK}s/${fake.hooks[0]?._id}`))]).toEqual([404, 201, 404]);
    expect(await client('GET', `${WEBHOOK}s`)).toMatchObject({ body: { data: [{ url: 'https://hooks.example.com/a' }] } });
    const older = await start({ generations: ['singular'] });
    expect([await statusOf(older.client('GET', `${WEBHOOK}s`)), await statusOf(older.client('POST', WEBHOOK, hook()))]).toEqual([404, 200]);
  });

  it.each([
    { url: 'hooks' }, { events: [] }, { events: ['USER_CREATED'] }, { auth_type: 'BASIC' }, { disable: undefined }, { apikeyDetails: {} },
    { apikeyDetails: { ...apikey, apikey_placeholder: 'X-API-Key' } }, { apikeyDetails: { ...apikey, apikey_placement: 'body' } }, { apikeyDetails: { ...apikey, apikey: '' } },
    { auth_type: 'TOTP' }, { auth_type: 'CIDAAS_OAUTH2' },
  ])('refuses %j', async (changes) => {
    const { fake, client } = await start();
    expect(await statusOf(client('POST', WEBHOOK, hook(changes)))).toBe(400);
    expect(fake.hooks).toEqual([]);
  });

  it('takes a URL once and 20 webhooks at most', async () => {
    const { fake, client } = await start();
    const lax = await start({ uniqueness: 'url_and_events' });
    for (let index = 0; index < 20; index += 1) expect(await statusOf(client('POST', WEBHOOK, hook({ url: `https://hooks.example.com/${index}` })))).toBe(200);
    expect(await client('POST', WEBHOOK, hook())).toMatchObject({ status: 400, body: { error: { error: expect.stringContaining('20') } } });
    await client('DELETE', `${WEBHOOK}/${fake.hooks[1]?._id}`);
    expect(await statusOf(client('POST', WEBHOOK, hook({ url: 'https://hooks.example.com/0' })))).toBe(400);
    const codes = ['ACCOUNT_MODIFIED', 'ACCOUNT_DELETED', 'ACCOUNT_DELETED'].map((event) => () => statusOf(lax.client('POST', WEBHOOK, hook({ events: [event] }))));
    expect([await codes[0]?.(), await codes[1]?.(), await codes[2]?.()]).toEqual([200, 200, 400]);
  });

  it.each([['not_found', 404], ['no_content', 204], ['unsuccessful', 200], ['empty', 200]] as const)('still shows a deleted webhook for a while, then %s', async (absence, status) => {
    const { fake, client } = await start({ staleReads: 2, absence });
    await client('POST', WEBHOOK, hook());
    const id = fake.hooks[0]?._id ?? '';
    await client('DELETE', `${WEBHOOK}/${id}`);
    const reads = [await client('GET', `${WEBHOOK}?id=${id}`), await client('GET', `${WEBHOOK}s`), await client('GET', `${WEBHOOK}?id=${id}`)];
    expect(reads.slice(0, 2).map(({ text }) => text.includes(id))).toEqual([true, true]);
    expect([reads[2]?.status, reads[2]?.text.includes(id)]).toEqual([status, false]);
  });

  it('answers without a body when told to, and errors in three forms', async () => {
    const { fake, client } = await start({ storedStatus: 204, deletedStatus: 204 });
    expect(await client('POST', WEBHOOK, hook())).toMatchObject({ status: 204, text: '' });
    expect(await statusOf(client('DELETE', `${WEBHOOK}/${fake.hooks[0]?._id}`))).toBe(204);
    const forms = { object: { error: { code: 'AATON1001', status: 404 } }, text: { success: false, error: 'webhook not found' }, bare: { error: 'webhook not found' } } as const;
    for (const [errors, body] of Object.entries(forms)) {
      const reply = await (await start({ errors: errors as keyof typeof forms })).client('GET', `${WEBHOOK}?id=unknown`);
      expect([reply.status, reply.body, reply.headers.get('x-ref-number')]).toMatchObject([404, body, expect.any(String)]);
    }
  });

  it('lists the tenant\'s own events, and 204 for none', async () => {
    const { client } = await start({ events: ['OF_THIS_TENANT'] });
    expect(await client('GET', '/webhook-srv/eventdescriptions?category=webhook')).toMatchObject({ status: 200, body: { data: [{ _id: 'OF_THIS_TENANT', goodForWebhook: true }] } });
    expect([await statusOf(client('POST', WEBHOOK, hook())), await statusOf(client('POST', WEBHOOK, hook({ events: ['OF_THIS_TENANT'] })))]).toEqual([400, 200]);
    const none = await start({ events: [], acceptedEvents: ['ACCOUNT_MODIFIED'] });
    expect([await statusOf(none.client('GET', '/webhook-srv/eventdescriptions?category=webhook')), await statusOf(none.client('POST', WEBHOOK, hook()))]).toEqual([204, 200]);
  });

  it('delivers with a key, or with a password made anew for each attempt; only 200 is success', async () => {
    const times = [0, 60_000].map((later) => new Date(Date.UTC(2026, 10, 21, 10) + later));
    const clock = { now: times[0] ?? new Date() };
    const target = await receiver((_heard, response, count) => {
      clock.now = times[1] ?? clock.now;
      response.writeHead(count === 1 ? 202 : 200).end();
    });
    const { fake, client } = await start({ resolve: () => target.url, retryDelaysMs: [1, 1, 1], now: () => clock.now });
    await client('POST', WEBHOOK, hook({ auth_type: 'TOTP', totpDetails: totp }));
    expect(await fake.deliver('ACCOUNT_MODIFIED', readSample('cidaas', 'ACCOUNT_MODIFIED').body)).toMatchObject([{ status: 200, attempts: [{ status: 202 }, { status: 200 }] }]);
    const codes = times.map((now) => totpCode({ scheme: 'totp', in: 'header', name: '', algorithm: 'sha1', digits: 6, periodSeconds: 30, keyEncoding: 'ascii', window: 0, secrets: ['totp-key'] }, now));
    expect(target.heard.map(({ headers }) => headers['x-otp'])).toEqual(codes);
    await client('POST', WEBHOOK, hook({ _id: fake.hooks[0]?._id }));
    await fake.deliver('ACCOUNT_MODIFIED', {});
    expect(target.heard[2]).toMatchObject({ headers: { 'x-api-key': 'k3y' }, text: JSON.stringify({ eventtype: 'ACCOUNT_MODIFIED', tenantKey: 'quarzlabor-eu' }) });
    await client('POST', WEBHOOK, hook({ _id: fake.hooks[0]?._id, disable: true }));
    expect(await fake.deliver('ACCOUNT_MODIFIED', {})).toEqual([]);
  });

  it('delivers with a token that its published key proves', async () => {
    const target = await receiver();
    const { fake, client } = await start({ resolve: () => target.url, deliveryScopes: ['hooks'] });
    await client('POST', WEBHOOK, hook({ auth_type: 'CIDAAS_OAUTH2', cidaasAuthDetails: { client_id: 'sender' } }));
    await fake.deliver('ACCOUNT_MODIFIED', {});
    const token = parseToken(target.heard[0]?.headers.authorization?.replace('Bearer ', '') ?? '');
    const published = async (): Promise<JsonWebKey> => {
      const uri = recordOf((await client('GET', '/.well-known/openid-configuration')).body)?.['jwks_uri'];
      return ((await (await fetch(String(uri))).json()) as { keys: [JsonWebKey] }).keys[0];
    };
    const holds = async () => token !== undefined && verifySignature(token, 'RS256', createPublicKey({ key: await published(), format: 'jwk' }));
    expect(token && readClaims(token)).toMatchObject({ iss: fake.url, scopes: ['hooks'], client_id: 'sender', sub: 'ANONYMOUS' });
    expect(await holds()).toBe(true);
    fake.rotateKey();
    expect(await holds()).toBe(false);
  });
});

describe('Sceyt', () => {
  it('signs the bytes that it sends', async () => {
    const target = await receiver();
    await deliverSceyt(target.url, 'sceyt-secret', 'message.sent', { body: readSample('sceyt', 'message.sent').body, prefix: 'sha256=' });
    const { headers, text } = target.heard[0] ?? { headers: {}, text: '' };
    const guard = { scheme: 'hmac', headers: ['x-sceyt-signature'], algorithm: 'sha256', encoding: 'hex', secrets: ['sceyt-secret'] } as const;
    expect(verifyHmac(guard, Buffer.from(text), String(headers['x-sceyt-signature']))).toEqual({ ok: true });
    expect(headers['x-sceyt-event']).toBe('message.sent');
  });

  it('pings as the vectors of its documentation say', async () => {
    const target = await receiver();
    await deliverSceyt(target.url, 'sceyt-secret', 'ping', { encoding: 'base64' });
    await deliverSceyt(target.url, 'sceyt-secret', 'ping', { body: '', tamper: ({ url, body = '' }) => ({ url, headers: {}, body }) });
    expect(target.heard).toMatchObject([{ headers: { 'x-sceyt-signature': 'MjDHcC1lzEPM1gSgBDhMn4YMe8pYvoo+5Mic+kimkBo=' }, text: '{"event":"ping"}' }, { text: '' }]);
    expect(target.heard[1]?.headers).not.toHaveProperty('x-sceyt-signature');
  });
});
