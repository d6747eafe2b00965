import nock from 'nock';
import { SkillmineAuthApi } from '../../credentials/SkillmineAuthApi.credentials';
import { SkillmineAuthTrigger } from '../../nodes/SkillmineAuthTrigger/SkillmineAuthTrigger.node';
import { prove } from '../../providers/authentication/prove';
import { startFakeCidaas } from '../fakes/cidaas';
import type { Outgoing } from '../fakes/send';
import { startFakeSkillmine } from '../fakes/skillmine';
import type { FakeSkillmine, FakeSkillmineOptions } from '../fakes/skillmine';
import { readSample } from '../support/samples';
import { callHook, deliver } from './support/context';
import type { NodeSetup, Reaction } from './support/context';

const URL_OF_NODE = 'https://n8n.example.com/webhook/6f1c2a9e/webhook';

const node = new SkillmineAuthTrigger();
const { body } = readSample('skillmine', 'USER_CREATED');

let skillmine: FakeSkillmine;
let nodes = 0;

beforeEach(() => start());
afterEach(async () => {
  nock.cleanAll();
  await skillmine.close();
});

// nock takes hold of every connection of the process, other test files' included.
afterAll(() => nock.restore());

async function start(options: FakeSkillmineOptions = {}): Promise<void> {
  skillmine = await startFakeSkillmine(options);
  // What the module remembers of one node is no other's.
  nodes += 1;
}

async function restart(options: FakeSkillmineOptions): Promise<void> {
  await skillmine.close();
  await start(options);
}

interface Change extends Omit<NodeSetup, 'parameters' | 'credentials'> {
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly credential?: Readonly<Record<string, unknown>>;
}

function setup({ parameters, credential, ...others }: Change = {}): NodeSetup {
  return {
    nodeId: `node-${nodes}`,
    url: URL_OF_NODE,
    parameters: { registration: 'automatic', events: ['USER_CREATED', 'LOGOUT'], authentication: 'api-key', keyPlacement: 'header', keyName: '', output: 'normalized', options: {}, ...parameters },
    credentials: {
      skillmineAuthApi: {
        type: new SkillmineAuthApi(),
        data: { accessToken: '', baseUrl: `${skillmine.url}/`, clientId: 'skillmine-client', clientSecret: 'skillmine-secret', scope: '', deliverySecret: '', ...credential },
      },
    },
    ...others,
  };
}

describe('the lifecycle', () => {
  it('registers a webhook with a key of the node\'s own, and finds it again', async () => {
    expect(await callHook(node, 'checkExists', setup())).toBe(false);
    expect(await callHook(node, 'create', setup({ workflowName: 'Greet users' }))).toBe(true);
    expect(skillmine.hooks).toMatchObject([
      { name: expect.stringMatching(/^n8n Greet users [\da-f]{8}$/), url: URL_OF_NODE, events: ['USER_CREATED', 'LOGOUT'], notification_type: 'REST', authentication_type: 'API_KEY', hook_type: 'custom', active: true },
    ]);
    expect(skillmine.hooks[0]?.api_key).toMatch(/^[\da-f]{64}$/);
    expect(await callHook(node, 'checkExists', setup({ workflowName: 'Greet users' }))).toBe(true);
  });

  it('gives each node another key, and every node another one after the client secret has changed', async () => {
    const keys: (string | undefined)[] = [];
    for (const change of [{}, { nodeId: 'other' }, { workflowId: 'other' }, { credential: { clientSecret: 'new' } }]) {
      await restart(change.credential === undefined ? {} : { clientSecret: 'new' });
      await callHook(node, 'create', setup({ nodeId: 'same', ...change }));
      keys.push(skillmine.hooks[0]?.api_key);
    }
    expect(new Set(keys).size).toBe(4);
  });

  it('changes its events in place', async () => {
    await callHook(node, 'create', setup());
    const changed = setup({ parameters: { events: ['USER_DELETED'], customEvents: 'BRAND_NEW' } });
    await restart({ events: ['USER_CREATED', 'LOGOUT', 'USER_DELETED', 'BRAND_NEW'] });
    await callHook(node, 'create', setup());
    const [before] = skillmine.hooks;
    const there = { ...changed, credentials: setup().credentials ?? {} };
    expect(await callHook(node, 'checkExists', there)).toBe(false);
    await callHook(node, 'create', there);
    expect(skillmine.hooks).toMatchObject([{ _id: before?._id, events: ['USER_DELETED', 'BRAND_NEW'] }]);
  });

  it('registers the types that the user sets', async () => {
    const calls: unknown[] = [];
    const tenant = nock('https://tenant.example.com');
    tenant.post('/token-srv/token').reply(200, { access_token: 't', expires_in: 60 });
    tenant.get('/webhook-srv/all').query({ type: 'own', active: 'true' }).reply(200, { success: true, data: [] });
    tenant.get('/webhook-srv/all').query({ type: 'own', active: 'false' }).reply(200, { success: true, data: [] });
    tenant.post('/webhook-srv', (sent) => calls.push(sent) > 0).reply(200, { success: true, data: { _id: 'h1' } });
    const options = { notificationType: 'rest', hookType: 'own', authenticationType: 'apikey' };
    await callHook(node, 'create', setup({ parameters: { options }, credential: { baseUrl: 'https://tenant.example.com' } }));
    expect(calls).toMatchObject([{ notification_type: 'rest', hook_type: 'own', authentication_type: 'apikey' }]);
    expect(tenant.isDone()).toBe(true);
  });

  it('removes it, and is content when it is gone', async () => {
    await callHook(node, 'create', setup());
    expect(await callHook(node, 'delete', setup())).toBe(true);
    expect(skillmine.hooks).toEqual([]);
    expect(await callHook(node, 'delete', setup())).toBe(true);
  });

  it('keeps its token, and gets a new one when that is refused', async () => {
    const one = setup();
    await callHook(node, 'create', one);
    await callHook(node, 'checkExists', one);
    expect(skillmine.tokens.issued).toBe(1);
    skillmine.tokens.revoke();
    expect(await callHook(node, 'checkExists', one)).toBe(true);
    expect(skillmine.tokens.issued).toBe(2);
  });

  it('asks for the scopes of the credential', async () => {
    await callHook(node, 'checkExists', setup({ credential: { scope: ' webhook:read webhook:write ' } }));
    expect(skillmine.requests[0]).toMatchObject({ path: '/token-srv/token', body: { grant_type: 'client_credentials', client_id: 'skillmine-client', scope: 'webhook:read webhook:write' } });
    await callHook(node, 'checkExists', setup());
    expect(skillmine.requests.findLast(({ path }) => path === '/token-srv/token')?.body).not.toHaveProperty('scope');
  });

  it('calls nobody when the webhook is registered by hand', async () => {
    const manual = setup({ parameters: { registration: 'manual' }, credential: { deliverySecret: 'k3y', clientId: '', clientSecret: '' } });
    expect(await callHook(node, 'checkExists', manual)).toBe(true);
    expect(await callHook(node, 'create', manual)).toBe(true);
    expect(await callHook(node, 'delete', manual)).toBe(true);
    expect(skillmine.requests).toEqual([]);
  });

  it.each([
    ['localhost', { url: 'http://localhost:5678/webhook/a/webhook' }, 'Set WEBHOOK_URL of n8n'],
    ['a wrong client secret', { credential: { clientSecret: 'wrong' } }, /status 401: invalid_client.*Check client ID and client secret in the credential/],
    ['no client', { credential: { clientId: '', clientSecret: '' } }, /Fill in the client secret in the credential/],
    ['no client ID', { credential: { clientId: '' } }, /Check client ID and client secret in the credential/],
    ['no base URL', { credential: { baseUrl: '' } }, 'the base URL in the credential'],
    ['a base URL that nobody listens at', { credential: { baseUrl: 'http://127.0.0.1:1' } }, 'Check the base URL in the credential'],
    ['no events', { parameters: { events: [] } }, '\'Events\''],
  ])('refuses %s with the remedy in the message', async (_what, change, told) => {
    await expect(callHook(node, 'create', setup(change))).rejects.toThrow(told);
    expect(skillmine.hooks).toEqual([]);
  });

  it.each([
    ['checkExists', 500], ['checkExists', 403], ['checkExists', 404], ['checkExists', 429],
    ['create', 500], ['create', 409], ['create', 400],
    ['delete', 500], ['delete', 403],
  ] as const)('tells a failing %s (%i), and never "missing"', async (hook, status) => {
    if (hook === 'delete') await callHook(node, 'create', setup());
    const method = { checkExists: 'GET', create: 'POST', delete: 'DELETE' }[hook];
    skillmine.failNext({ method, path: /^\/webhook-srv/, status, times: 9 });
    await expect(callHook(node, hook, setup())).rejects.toThrow(`Skillmine Auth could not ${{ checkExists: 'list the webhooks', create: 'create the webhook', delete: 'delete the webhook' }[hook]} (status ${status}`);
  });

  it('tells an answer that is no token, and one that is a web page', async () => {
    const tenant = nock('https://tenant.example.com');
    tenant.post('/token-srv/token').twice().reply(200, '<html>Sign in</html>', { 'content-type': 'text/html' });
    await expect(callHook(node, 'create', setup({ credential: { baseUrl: 'https://tenant.example.com' } }))).rejects.toThrow(/NO_ACCESS_TOKEN.*Check the base URL in the credential/);
    tenant.get(/all/).reply(200, '<html>Sign in</html>', { 'content-type': 'text/html' });
    await expect(callHook(node, 'checkExists', setup({ credential: { baseUrl: 'https://tenant.example.com', accessToken: 't' } }))).rejects.toThrow('Check that the base URL');
  });

  it('tells settings that would refuse every delivery before it publishes', async () => {
    await expect(callHook(node, 'checkExists', setup({ parameters: { registration: 'manual' } }))).rejects.toThrow('Fill in \'Delivery Secret\'');
    await expect(callHook(node, 'checkExists', setup({ parameters: { authentication: 'oauth2' } }))).rejects.toThrow('Fill in \'Scopes\' or \'Audience\'');
    expect(skillmine.requests).toEqual([]);
  });
});

describe('a delivery', () => {
  it('with the key that was registered starts the workflow once, with the event', async () => {
    await callHook(node, 'create', setup());
    const reaction = await arrives(await outgoing());
    expect(reaction).toMatchObject({ status: 200, body: { received: true, events: [{ type: 'identity.user.created', duplicate: false }] } });
    expect(reaction.result.workflowData).toMatchObject([[{ json: { specversion: '1.0', provider: 'skillmine', providerevent: 'USER_CREATED', type: 'identity.user.created', hook: 'Trigger' } }]]);
    expect(await arrives(await outgoing())).toMatchObject({ status: 200, body: { events: [{ duplicate: true }] }, result: { noWebhookResponse: true } });
    expect((await arrives(await outgoing())).result.workflowData).toBeUndefined();
  });

  it.each(['x-api-key', 'api-key', 'apikey', 'api_key', 'Authorization'])('may carry the key in %s, since nobody knows where it stands', async (name) => {
    await restart({ placement: { in: 'header', name } });
    await callHook(node, 'create', setup());
    expect(await arrives(await outgoing())).toMatchObject({ status: 200 });
  });

  it('carries the key in the query when the user says so, and under the name that the user gives', async () => {
    await restart({ placement: { in: 'query', name: 'k' } });
    await callHook(node, 'create', setup());
    expect(await arrives(await outgoing())).toMatchObject({ status: 401 });
    expect(await arrives(await outgoing(), { parameters: { keyPlacement: 'query', keyName: 'k' } })).toMatchObject({ status: 200 });
  });

  it.each([
    ['without the key', (delivery: Outgoing) => ({ ...delivery, headers: {} })],
    ['with another key', (delivery: Outgoing) => ({ ...delivery, headers: { 'x-api-key': 'f'.repeat(64) } })],
    ['with two keys', (delivery: Outgoing) => ({ ...delivery, headers: { ...delivery.headers, 'X-Api-Key': 'f'.repeat(64) } })],
  ])('%s is refused, starts nothing and is explained in the log', async (_what, forge) => {
    await callHook(node, 'create', setup());
    const reaction = await arrives(forge(await outgoing()));
    expect(reaction).toMatchObject({ status: 401, body: { error: { code: 'unauthenticated' } }, result: { noWebhookResponse: true } });
    expect(reaction.result.workflowData).toBeUndefined();
    expect(reaction.logged).toMatchObject([{ level: 'warn' }]);
  });

  it('is refused when there is nothing to derive the key from', async () => {
    await callHook(node, 'create', setup());
    expect(await arrives(await outgoing(), { credential: { clientSecret: '' } })).toMatchObject({ status: 401 });
    expect(await arrives({ url: URL_OF_NODE, headers: { 'x-api-key': '' }, body: '{}' }, { credential: { clientSecret: '' } })).toMatchObject({ status: 401 });
  });

  it('of a webhook that was registered by hand has to carry the key in the credential', async () => {
    const manual = { parameters: { registration: 'manual' }, credential: { deliverySecret: 'k3y' } };
    const by = (key: string): Outgoing => ({ url: URL_OF_NODE, headers: { 'x-api-key': key }, body: JSON.stringify(body) });
    expect(await arrives(by('k3y'), manual)).toMatchObject({ status: 200 });
    expect(await arrives(by('wrong'), manual)).toMatchObject({ status: 401 });
    expect(await arrives(by(''), { ...manual, credential: { deliverySecret: '' } })).toMatchObject({ status: 401 });
  });

  it('of an event that was not chosen is acknowledged and starts nothing', async () => {
    await callHook(node, 'create', setup());
    const reaction = await arrives(await outgoing(), { parameters: { events: ['LOGOUT'] } });
    expect(reaction).toMatchObject({ status: 200, body: { events: [] } });
    expect(reaction.result.workflowData).toBeUndefined();
  });

  it('with names run together is the event for each of its parts', async () => {
    await callHook(node, 'create', setup({ parameters: { events: ['LOGOUT', 'USER_CREATED'] } }));
    const glued = { ...(await outgoing()), body: JSON.stringify({ ...body, event_type: 'COMBINEDLOGOUTTOKEN_CHECKED' }) };
    expect(await arrives(glued, { parameters: { events: ['*'] } })).toMatchObject({ status: 200, body: { events: [{}, {}, {}] } });
  });

  it('shows its headers without the key when it shows them', async () => {
    await callHook(node, 'create', setup());
    const { result } = await arrives(await outgoing(), { parameters: { options: { includeHeaders: true } } });
    expect(result.workflowData?.[0]?.[0]?.json['headers']).toMatchObject({ 'x-api-key': '[redacted]' });
    expect(JSON.stringify(result)).not.toContain(skillmine.hooks[0]?.api_key);
  });

  it.each([['', 400], ['[]', 400], ['{', 400], ['"text"', 400]])('of %j is no event', async (text, status) => {
    await callHook(node, 'create', setup());
    const reaction = await arrives({ ...(await outgoing()), body: text });
    expect(reaction.status).toBe(status);
    expect(reaction.result.workflowData).toBeUndefined();
  });
});

describe('one-time passwords', () => {
  const totp = { parameters: { authentication: 'totp', keyName: 'x-otp' } };
  const guard = { scheme: 'totp', in: 'header', name: 'x-otp', algorithm: 'sha1', digits: 6, periodSeconds: 30, keyEncoding: 'base32', window: 0 } as const;

  it('have a key of the node\'s own, in base32', async () => {
    await restart({ placement: { in: 'header', name: 'x-otp' } });
    await callHook(node, 'create', setup(totp));
    expect(skillmine.hooks).toMatchObject([{ authentication_type: 'TOTP', totp_key: expect.stringMatching(/^[A-Z2-7]{32}$/) }]);
    expect(await arrives(await outgoing(), totp)).toMatchObject({ status: 200 });
    expect(await arrives({ ...(await outgoing()), headers: { 'x-otp': '000000' } }, totp)).toMatchObject({ status: 401 });
  });

  it('are refused an hour later', async () => {
    await callHook(node, 'create', setup(totp));
    const key = skillmine.hooks[0]?.totp_key ?? '';
    const made = (at: number): Outgoing => ({ url: URL_OF_NODE, headers: prove({ ...guard, secrets: [key] }, Buffer.from(''), new Date(at))?.headers ?? {}, body: JSON.stringify(body) });
    expect(await arrives(made(Date.now()), totp)).toMatchObject({ status: 200 });
    expect(await arrives(made(Date.now() - 30_000), totp)).toMatchObject({ status: 200 });
    expect(await arrives(made(Date.now() - 3_600_000), totp)).toMatchObject({ status: 401 });
  });

  it.each([
    [{ totpAlgorithm: 'sha256' }, { algorithm: 'sha256' }],
    [{ totpDigits: 8 }, { digits: 8 }],
    [{ totpPeriod: 60 }, { periodSeconds: 60 }],
    [{ totpEncoding: 'ascii' }, { keyEncoding: 'ascii' }],
  ])('are made as the options say: %j', async (options, change) => {
    await callHook(node, 'create', setup(totp));
    const key = skillmine.hooks[0]?.totp_key ?? '';
    const headers = prove({ ...guard, secrets: [key], ...change } as never, Buffer.from(''), new Date())?.headers ?? {};
    const delivery = { url: URL_OF_NODE, headers, body: JSON.stringify(body) };
    expect(await arrives(delivery, { parameters: { ...totp.parameters, options } })).toMatchObject({ status: 200 });
    expect(await arrives(delivery, totp)).toMatchObject({ status: 401 });
  });

  it('have a key in hexadecimal digits when that is how it is read', async () => {
    await callHook(node, 'create', setup({ parameters: { ...totp.parameters, options: { totpEncoding: 'hex' } } }));
    expect(skillmine.hooks[0]?.totp_key).toMatch(/^[\da-f]{64}$/);
  });
});

describe('tokens', () => {
  const oauth2 = { parameters: { authentication: 'oauth2', scopes: 'n8n:webhook' } };

  it('are fetched by Skillmine from the tenant itself unless another issuer is named', async () => {
    await callHook(node, 'create', setup(oauth2));
    expect(skillmine.hooks).toMatchObject([{ authentication_type: 'OAUTH2', oauth2_config: { client_id: 'skillmine-client', client_secret: 'skillmine-secret', token_url: `${skillmine.url}/token-srv/token` } }]);
  });

  it('are fetched from the issuer that is named, with a client of its own', async () => {
    const named = { parameters: { ...oauth2.parameters, oauthUrl: 'https://issuer.example.com/token' }, credential: { deliveryClientId: 'd', deliveryClientSecret: 'ds' } };
    await callHook(node, 'create', setup(named));
    expect(skillmine.hooks).toMatchObject([{ oauth2_config: { client_id: 'd', client_secret: 'ds', token_url: 'https://issuer.example.com/token' } }]);
  });

  it('never send the client\'s secret with another client', async () => {
    await expect(callHook(node, 'create', setup({ ...oauth2, credential: { deliveryClientId: 'd' } }))).rejects.toThrow('OAuth2');
    expect(JSON.stringify(skillmine.requests.filter(({ path }) => path.startsWith('/webhook-srv')))).not.toContain('skillmine-secret');
  });

  it('are checked against the issuer that is named', async () => {
    const issuer = await startFakeCidaas({ deliveryScopes: ['n8n:webhook'] });
    try {
      const change = { parameters: { ...oauth2.parameters, issuer: issuer.url } };
      const with_ = (token: string): Outgoing => ({ url: URL_OF_NODE, headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) });
      expect(await arrives(with_(issuer.issueToken()), change)).toMatchObject({ status: 200 });
      expect(await arrives(with_(issuer.issueToken({ scopes: [] })), change)).toMatchObject({ status: 401 });
      expect(await arrives(with_('nonsense'), change)).toMatchObject({ status: 401 });
    } finally {
      await issuer.close();
    }
  });
});

/** What Skillmine would send now, caught before it leaves. */
async function outgoing(event = 'USER_CREATED'): Promise<Outgoing> {
  let caught: Outgoing | undefined;
  await skillmine.deliver(event, body, (delivery) => {
    caught = delivery;
    return { ...delivery, url: 'http://127.0.0.1:1/' };
  });
  if (caught === undefined) throw new Error('There is no webhook for this event.');
  return caught;
}

async function arrives(delivery: Outgoing, change: Change = {}): Promise<Reaction> {
  const { pathname, search } = new URL(delivery.url);
  return deliver(node, setup(change), { body: Buffer.from(delivery.body ?? ''), headers: delivery.headers, url: pathname + search });
}
