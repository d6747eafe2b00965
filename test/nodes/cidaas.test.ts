import type { IDataObject, ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import nock from 'nock';
import { CidaasApi } from '../../credentials/CidaasApi.credentials';
import { CidaasTrigger } from '../../nodes/CidaasTrigger/CidaasTrigger.node';
import { allEvents } from '../../providers/cidaas/webhook';
import { startFakeCidaas } from '../fakes/cidaas';
import type { FakeCidaas, FakeCidaasOptions } from '../fakes/cidaas';
import type { Outgoing } from '../fakes/send';
import { readSample } from '../support/samples';
import { callHook, deliver, hookContext } from './support/context';
import type { Logged, NodeSetup, Reaction } from './support/context';

const URL_OF_NODE = 'https://n8n.example.com/webhook/6f1c2a9e/webhook';

const node = new CidaasTrigger();
const { body } = readSample('cidaas', 'ACCOUNT_MODIFIED');

let cidaas: FakeCidaas;
let staticData: IDataObject;
let nodes = 0;

beforeEach(() => start());
afterEach(async () => {
  nock.cleanAll();
  await cidaas.close();
});

// nock takes hold of every connection of the process, other test files' included.
afterAll(() => nock.restore());

async function start(options: FakeCidaasOptions = {}): Promise<void> {
  cidaas = await startFakeCidaas(options);
  staticData = {};
  // What the module remembers of one node is no other's.
  nodes += 1;
}

async function restart(options: FakeCidaasOptions): Promise<void> {
  await cidaas.close();
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
    staticData,
    parameters: { registration: 'automatic', events: ['ACCOUNT_MODIFIED', 'LOGOUT'], authentication: 'api-key', keyPlacement: 'header', keyName: 'x-api-key', output: 'normalized', options: {}, ...parameters },
    credentials: {
      cidaasApi: {
        type: new CidaasApi(),
        data: { accessToken: '', baseUrl: `${cidaas.url}/`, clientId: 'cidaas-client', clientSecret: 'cidaas-secret', deliverySecret: '', webhookPath: '/webhook-srv/webhook', ...credential },
      },
    },
    ...others,
  };
}

describe('the lifecycle', () => {
  it('registers a webhook with a key of the node\'s own, remembers its id and finds it again', async () => {
    expect(await callHook(node, 'checkExists', setup())).toBe(false);
    expect(await callHook(node, 'create', setup())).toBe(true);
    expect(cidaas.hooks).toMatchObject([
      {
        url: URL_OF_NODE,
        events: ['ACCOUNT_MODIFIED', 'LOGOUT'],
        auth_type: 'APIKEY',
        apikeyDetails: { apikey_placeholder: 'x-api-key', apikey_placement: 'header', apikey: expect.stringMatching(/^[\da-f]{64}$/) },
        disable: false,
      },
    ]);
    expect(staticData).toEqual({ cidaasWebhookId: cidaas.hooks[0]?._id });
    expect(await callHook(node, 'checkExists', setup())).toBe(true);
  });

  it('finds it without the id, too: after a rename of the node, or when a delivery undid it', async () => {
    await callHook(node, 'create', setup());
    staticData = {};
    expect(await callHook(node, 'checkExists', setup())).toBe(true);
    await callHook(node, 'delete', setup());
    expect(cidaas.hooks).toEqual([]);
  });

  it('finds it by the id where the tenant does not list its webhooks', async () => {
    await restart({ generations: ['singular'] });
    await callHook(node, 'create', setup());
    expect(await callHook(node, 'checkExists', setup())).toBe(true);
    await callHook(node, 'create', setup({ parameters: { events: ['LOGOUT'] } }));
    expect(cidaas.hooks).toMatchObject([{ events: ['LOGOUT'] }]);
    await callHook(node, 'delete', setup());
    expect([cidaas.hooks, staticData]).toEqual([[], {}]);
  });

  it('takes the other path when the credential says so', async () => {
    await restart({ generations: ['plural'] });
    const plural = { credential: { webhookPath: '/webhook-srv/webhooks' } };
    await callHook(node, 'create', setup(plural));
    expect(await callHook(node, 'checkExists', setup(plural))).toBe(true);
    expect(cidaas.requests.some(({ path }) => path === '/webhook-srv/webhook')).toBe(false);
  });

  it('registers for another client secret another key', async () => {
    await callHook(node, 'create', setup());
    const [before] = cidaas.hooks;
    await restart({ clientSecret: 'new' });
    await callHook(node, 'create', setup({ nodeId: `node-${nodes - 1}`, credential: { clientSecret: 'new' } }));
    expect(cidaas.hooks[0]?.apikeyDetails.apikey).not.toBe(before?.apikeyDetails.apikey);
  });

  it('does not take what the tenant still shows of a deleted webhook for one that stands', async () => {
    await restart({ staleReads: 2 });
    await callHook(node, 'create', setup());
    await callHook(node, 'delete', setup());
    expect(await callHook(node, 'checkExists', setup())).toBe(false);
  });

  it('keeps the id as long as the webhook could not be removed', async () => {
    await callHook(node, 'create', setup());
    cidaas.failNext({ method: 'DELETE', status: 500 });
    await expect(callHook(node, 'delete', setup())).rejects.toThrow('cidaas could not delete the webhook (status 500)');
    expect(staticData).toHaveProperty('cidaasWebhookId');
  });

  it('logs that it could not read the tenant\'s own list of events for [All]', async () => {
    await restart({ clientScopes: ['cidaas:webhook_read', 'cidaas:webhook_write'] });
    cidaas.failNext({ path: /eventdescriptions/, status: 403 });
    const logged: Logged[] = [];
    await callHook(node, 'create', setup({ parameters: { events: ['*'] } }), logged);
    expect(cidaas.hooks).toMatchObject([{ events: allEvents() }]);
    expect(logged).toContainEqual({ level: 'warn', message: expect.stringContaining('cidaas:webhook_read') });
  });

  it('calls nobody when the webhook is registered by hand', async () => {
    const manual = setup({ parameters: { registration: 'manual' }, credential: { deliverySecret: 'k3y', clientId: '', clientSecret: '' } });
    expect(await callHook(node, 'checkExists', manual)).toBe(true);
    expect(await callHook(node, 'create', manual)).toBe(true);
    expect(await callHook(node, 'delete', manual)).toBe(true);
    expect([cidaas.requests, staticData]).toEqual([[], {}]);
  });

  it.each([
    ['localhost', { url: 'http://localhost:5678/webhook/a/webhook' }, 'Set WEBHOOK_URL of n8n'],
    ['a private address', { url: 'http://10.0.0.5/webhook/a/webhook' }, 'Set WEBHOOK_URL of n8n'],
    ['a wrong client secret', { credential: { clientSecret: 'wrong' } }, /status 401: invalid_client.*Check client ID and client secret in the credential/],
    ['no client', { credential: { clientId: '', clientSecret: '' } }, /Fill in the client secret in the credential/],
    ['no client ID', { credential: { clientId: '' } }, /Check client ID and client secret in the credential/],
    ['no base URL', { credential: { baseUrl: '' } }, 'the base URL in the credential'],
    ['a base URL that nobody listens at', { credential: { baseUrl: 'http://127.0.0.1:1' } }, 'Check the base URL in the credential'],
    ['capitals in the name of the header', { parameters: { keyName: 'X-API-Key' } }, 'lower-case letters and dashes'],
    ['no events', { parameters: { events: [] } }, '\'Events\''],
    ['an event that the tenant does not have', { parameters: { events: ['NO_SUCH_EVENT'] } }, /event NO_SUCH_EVENT is not supported.*reference/],
  ])('refuses %s with the remedy in the message, and keeps nothing', async (_what, change, told) => {
    await expect(callHook(node, 'create', setup(change))).rejects.toThrow(told);
    expect([cidaas.hooks, staticData]).toEqual([[], {}]);
  });

  it.each([
    ['checkExists', 500], ['checkExists', 403], ['checkExists', 429],
    ['create', 500], ['create', 409], ['create', 400], ['create', 404],
    ['delete', 500], ['delete', 403],
  ] as const)('tells a failing %s (%i), and never "missing"', async (hook, status) => {
    if (hook === 'delete') await callHook(node, 'create', setup());
    const method = { checkExists: 'GET', create: 'POST', delete: 'DELETE' }[hook];
    cidaas.failNext({ method, path: /^\/webhook-srv/, status, times: 9 });
    await expect(callHook(node, hook, setup())).rejects.toThrow(`cidaas could not ${{ checkExists: 'list the webhooks', create: 'create the webhook', delete: 'delete the webhook' }[hook]} (status ${status}`);
  });

  it('tells a refused token that a new one does not mend', async () => {
    cidaas.failNext({ path: /^\/webhook-srv/, status: 401, times: 2 });
    await expect(callHook(node, 'checkExists', setup())).rejects.toThrow('cidaas could not list the webhooks (status 401). Check client ID and client secret');
    expect(cidaas.tokens.issued).toBe(2);
  });

  it('tells an answer that is a web page', async () => {
    nock('https://tenant.example.com').get(/webhooks/).reply(200, '<html>Sign in</html>', { 'content-type': 'text/html' });
    await expect(callHook(node, 'checkExists', setup({ credential: { baseUrl: 'https://tenant.example.com', accessToken: 't' } }))).rejects.toThrow('Check that the base URL');
  });

  it('does not follow a redirect, which would take the token elsewhere', async () => {
    nock('https://tenant.example.com').get(/webhooks/).reply(302, '', { location: 'https://elsewhere.example.com/' });
    await expect(callHook(node, 'checkExists', setup({ credential: { baseUrl: 'https://tenant.example.com', accessToken: 't' } }))).rejects.toThrow('(status 302)');
  });

  it('tells settings that would refuse every delivery before it publishes', async () => {
    await expect(callHook(node, 'checkExists', setup({ parameters: { registration: 'manual' } }))).rejects.toThrow('Fill in \'Delivery Secret\'');
    await expect(callHook(node, 'checkExists', setup({ parameters: { authentication: 'oauth2' } }))).rejects.toThrow('Fill in \'Scopes\' or \'Audience\'');
    await expect(callHook(node, 'checkExists', setup({ parameters: { registration: 'manual', authentication: 'oauth2' } }))).rejects.toThrow('Fill in \'Scopes\' or \'Audience\'');
    expect(cidaas.requests).toEqual([]);
  });
});

describe('the list of events', () => {
  it('is the tenant\'s own, under the names of the catalogue where it has them', async () => {
    await restart({ events: ['LOGOUT', 'SOME_NEW_EVENT', 'ACCOUNT_MODIFIED'] });
    expect(await options()).toMatchObject([
      { name: '[All]', value: '*' },
      { name: 'Accounts: Account Modified', value: 'ACCOUNT_MODIFIED' },
      { name: 'Login and Tokens: Logout', value: 'LOGOUT' },
      { name: 'Other: Some New Event', value: 'SOME_NEW_EVENT' },
    ]);
  });

  it.each([
    ['the scope is missing', { clientScopes: [] }, {}],
    ['the tenant has none', { events: [] }, {}],
    ['the client is not accepted', {}, { credential: { clientSecret: 'wrong' } }],
    ['there is no client', {}, { credential: { clientId: '', clientSecret: '' } }],
    ['nobody answers', {}, { credential: { baseUrl: 'http://127.0.0.1:1' } }],
  ] as const)('is the catalogue when %s', async (_when, tenant, change) => {
    await restart(tenant);
    const found = await options(change);
    expect(found[0]).toMatchObject({ name: '[All]' });
    expect(found).toHaveLength(allEvents().length + 1);
  });

  it('is the catalogue before there is a credential', async () => {
    const { getEvents } = node.methods.loadOptions;
    const found = await getEvents.call(hookContext({ ...setup(), credentials: {} }) as unknown as ILoadOptionsFunctions);
    expect(found).toHaveLength(allEvents().length + 1);
  });

  it('is in the description as well, for n8n\'s cards', () => {
    const property = node.description.properties.find(({ displayName }) => displayName === 'Events');
    expect(property).toMatchObject({ name: 'events', typeOptions: { loadOptionsMethod: 'getEvents' } });
    expect(property?.options).toHaveLength(allEvents().length + 1);
  });

  async function options(change: Change = {}): Promise<INodePropertyOptions[]> {
    return node.methods.loadOptions.getEvents.call(hookContext(setup(change)) as unknown as ILoadOptionsFunctions);
  }
});

describe('a delivery', () => {
  it('with the key that was registered starts the workflow once, with the event', async () => {
    await callHook(node, 'create', setup());
    const delivery = await outgoing();
    const reaction = await arrives(delivery);
    expect(reaction).toMatchObject({ status: 200, body: { received: true, events: [{ type: 'identity.user.updated', duplicate: false }] } });
    expect(reaction.result.workflowData).toMatchObject([[{ json: { specversion: '1.0', provider: 'cidaas', providerevent: 'ACCOUNT_MODIFIED', source: '/cidaas/quarzlabor-eu' } }]]);
    const again = await arrives(delivery);
    expect(again).toMatchObject({ status: 200, body: { events: [{ duplicate: true }] } });
    expect(again.result.workflowData).toBeUndefined();
  });

  it('carries the key where and under the name that the user wants', async () => {
    const query = { parameters: { keyPlacement: 'query', keyName: 'api-key' } };
    await callHook(node, 'create', setup(query));
    expect(cidaas.hooks).toMatchObject([{ apikeyDetails: { apikey_placeholder: 'api-key', apikey_placement: 'query' } }]);
    expect(await arrives(await outgoing(), query)).toMatchObject({ status: 200 });
    expect(await arrives(await outgoing())).toMatchObject({ status: 401 });
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

  it('is refused when there is no credential to hold it against', async () => {
    await callHook(node, 'create', setup());
    const delivery = await outgoing();
    const { pathname } = new URL(delivery.url);
    expect(await deliver(node, { ...setup(), credentials: {} }, { body: delivery.body as string, headers: delivery.headers, url: pathname })).toMatchObject({ status: 401 });
  });

  it('of a webhook that was registered by hand has to carry the key in the credential', async () => {
    const manual = { parameters: { registration: 'manual' }, credential: { deliverySecret: 'k3y' } };
    const by = (key: string): Outgoing => ({ url: URL_OF_NODE, headers: { 'x-api-key': key }, body: JSON.stringify(body) });
    expect(await arrives(by('k3y'), manual)).toMatchObject({ status: 200 });
    expect(await arrives(by('wrong'), manual)).toMatchObject({ status: 401 });
  });

  it('with a one-time password has to carry the one of this time', async () => {
    const totp = { parameters: { authentication: 'totp', keyName: 'x-otp' } };
    await callHook(node, 'create', setup(totp));
    expect(cidaas.hooks).toMatchObject([{ auth_type: 'TOTP', totpDetails: { totp_placeholder: 'x-otp', totp_placement: 'header', totpkey: expect.stringMatching(/^[A-Z2-7]{32}$/) } }]);
    expect(await arrives(await outgoing(), totp)).toMatchObject({ status: 200 });
    const wrong = { ...(await outgoing()), headers: { 'x-otp': '000000' } };
    expect(await arrives(wrong, totp)).toMatchObject({ status: 401 });
    // Twenty are looked at, and then not even the right one.
    for (let more = 1; more < 20; more += 1) await arrives(wrong, totp);
    expect(await arrives(await outgoing(), totp)).toMatchObject({ status: 503, headers: { 'retry-after': '5' }, body: { error: { code: 'overloaded' } } });
  });

  it.each([['', 400], ['[]', 400], ['{', 400]])('of %j is no event', async (text, status) => {
    await callHook(node, 'create', setup());
    const reaction = await arrives({ ...(await outgoing()), body: text });
    expect(reaction.status).toBe(status);
    expect(reaction.result.workflowData).toBeUndefined();
  });
});

describe('a delivery with a token', () => {
  const oauth2 = { parameters: { authentication: 'oauth2', scopes: 'n8n:webhook' } };
  const bearer = (token: string): Outgoing => ({ url: URL_OF_NODE, headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) });

  beforeEach(() => restart({ deliveryScopes: ['n8n:webhook', 'other'] }));

  it('of the tenant, for the client that was registered, is let in', async () => {
    await callHook(node, 'create', setup(oauth2));
    expect(cidaas.hooks).toMatchObject([{ auth_type: 'CIDAAS_OAUTH2', cidaasAuthDetails: { client_id: 'cidaas-client' } }]);
    expect(await arrives(await outgoing(), oauth2)).toMatchObject({ status: 200 });
    const other = { parameters: { ...oauth2.parameters, deliveryClientId: 'deliveries' } };
    await callHook(node, 'create', setup(other));
    expect(cidaas.hooks).toMatchObject([{ cidaasAuthDetails: { client_id: 'deliveries' } }]);
  });

  it('has the keys of the tenant fetched once, and again after they were rotated', async () => {
    for (let delivery = 0; delivery < 3; delivery += 1) expect(await arrives(bearer(cidaas.issueToken()), oauth2)).toMatchObject({ status: 200 });
    const fetched = (): number => cidaas.requests.filter(({ path }) => path.endsWith('jwks.json')).length;
    expect(fetched()).toBe(1);
    cidaas.rotateKey();
    // Anybody can make up a key id, so that keys are fetched anew after half a minute only.
    jest.useFakeTimers({ now: Date.now() + 31_000, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'setInterval', 'queueMicrotask', 'performance'] });
    expect(await arrives(bearer(cidaas.issueToken()), oauth2)).toMatchObject({ status: 200 });
    jest.useRealTimers();
    expect(fetched()).toBe(2);
  });

  it('is refused without the scope, from another issuer, when it has expired, or forged', async () => {
    const other = await startFakeCidaas({ deliveryScopes: ['n8n:webhook'] });
    const [head, , signature] = cidaas.issueToken().split('.');
    const forged = [head, Buffer.from(JSON.stringify({ iss: cidaas.url, exp: 9e9, scopes: ['n8n:webhook'] })).toString('base64url'), signature].join('.');
    const tokens = [cidaas.issueToken({ scopes: ['other'] }), other.issueToken(), other.issueToken({ issuer: cidaas.url }), cidaas.issueToken({ expiresInSeconds: -120 }), forged, 'nonsense', ''];
    for (const token of tokens) expect(await arrives(bearer(token), oauth2)).toMatchObject({ status: 401 });
    await other.close();
  });

  it('is refused when neither scope nor audience is asked for, since every user has a token of the tenant', async () => {
    expect(await arrives(bearer(cidaas.issueToken()), { parameters: { authentication: 'oauth2' } })).toMatchObject({ status: 401 });
  });

  it('may be bounded by its audience instead', async () => {
    const audience = { parameters: { authentication: 'oauth2', audience: 'deliveries' } };
    expect(await arrives(bearer(cidaas.issueToken({ clientId: 'deliveries' })), audience)).toMatchObject({ status: 200 });
    expect(await arrives(bearer(cidaas.issueToken({ clientId: 'somebody' })), audience)).toMatchObject({ status: 401 });
  });
});

/** What cidaas would send now, caught before it leaves. */
async function outgoing(event = 'ACCOUNT_MODIFIED'): Promise<Outgoing> {
  let caught: Outgoing | undefined;
  await cidaas.deliver(event, body, (delivery) => {
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
