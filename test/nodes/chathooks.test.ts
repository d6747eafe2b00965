import { randomUUID } from 'node:crypto';
import type { ILoadOptionsFunctions, INodeType } from 'n8n-workflow';
import nock from 'nock';
import { Webhook } from 'standardwebhooks';
import { ChathooksApi } from '../../credentials/ChathooksApi.credentials';
import { ChathooksTrigger } from '../../nodes/ChathooksTrigger/ChathooksTrigger.node';
import { eventOptions } from '../../nodes/ChathooksTrigger/events';
import { compileGlobs } from '../../receiver/event-globs';
import { listener } from '../support/listener';
import type { Listener } from '../support/listener';
import { ADMIN_TOKEN, BASIC, BASIC_HEADER, running, until } from '../support/running';
import type { Running } from '../support/running';
import { callHook, deliver, hookContext } from './support/context';
import type { Logged, NodeSetup, Reaction } from './support/context';

const URL_OF_NODE = 'http://localhost:5678/webhook/3f1c/webhook';
const URL_FOR_TESTS = 'http://localhost:5678/webhook-test/3f1c/webhook';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OLD_SECRET = 'whsec_b2xkLXNlY3JldC1vZi0yNC1ieXRlcw==';
const RECEIVER = 'http://127.0.0.1:8080';

const node: INodeType = new ChathooksTrigger();

interface Overrides {
  readonly credential?: Readonly<Record<string, string>>;
  readonly setup?: Partial<NodeSetup>;
}

function setup(parameters: NodeSetup['parameters'] = {}, { credential, setup: more }: Overrides = {}): NodeSetup {
  const data = { baseUrl: RECEIVER, adminToken: ADMIN_TOKEN, n8nUrl: '', signingSecret: '', previousSigningSecret: '', ...credential };
  return { url: URL_OF_NODE, parameters, credentials: { chathooksApi: { type: new ChathooksApi(), data } }, ...more };
}

const event = (id: string, more: object = {}): object => ({
  specversion: '1.0', id, source: '/cometchat/app', type: 'chat.message.sent', time: '2026-11-21T10:00:00.000Z', datacontenttype: 'application/json',
  provider: 'cometchat', providerevent: 'message_sent', hook: 'support', receivedat: '2026-11-21T10:00:00.120Z',
  data: { actor: { id: 'ada' }, message: { id, text: 'grüße 👋' }, raw: { trigger: 'message_sent', n: id } }, ...more,
});

/** A request as the receiver makes it, signed by the reference library. */
function forward(to: NodeSetup, body: unknown, { secret = SECRET, at = new Date(), headers = {} }: { secret?: string; at?: Date; headers?: Record<string, string> } = {}): Promise<Reaction> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const signature = new Webhook(secret).sign('msg_1', at, text);
  return deliver(node, to, {
    body: text,
    headers: { 'content-type': 'application/json', 'webhook-id': 'msg_1', 'webhook-timestamp': String(Math.floor(at.getTime() / 1000)), 'webhook-signature': signature, ...headers },
  });
}

/** A node of its own each time: what one has handed over is no repeat for another. */
const taking = (parameters: NodeSetup['parameters'] = {}, more: Overrides = {}): NodeSetup =>
  setup(parameters, { ...more, credential: { signingSecret: SECRET, ...more.credential }, setup: { nodeId: randomUUID(), ...more.setup } });

const itemsOf = ({ result }: Reaction): unknown[] | undefined => result.workflowData?.[0]?.map(({ json }) => json);
const idsOf = (reaction: Reaction): unknown => itemsOf(reaction)?.map((item) => (item as { id: string }).id);

describe('with a running receiver', () => {
  let receiver: Running;
  let n8n: Listener;
  const at = (parameters: NodeSetup['parameters'] = {}, more: Overrides = {}): NodeSetup => setup(parameters, { ...more, credential: { baseUrl: receiver.url, ...more.credential } });
  const destinations = async (): Promise<readonly Record<string, unknown>[]> => (await receiver.get<{ destinations: Record<string, unknown>[] }>('/destinations')).destinations;

  beforeEach(async () => {
    n8n = await listener();
    receiver = await running({
      sources: [{ id: 'support', provider: 'cometchat', auth: BASIC }, { id: 'room', provider: 'spika', auth: { scheme: 'header', name: 'Verification-Signature', secret: 'sixteencharacter' } }],
      destinations: [{ id: 'configured', url: 'http://127.0.0.1:9/', events: ['nothing'] }],
    });
  });
  afterEach(async () => {
    await receiver.close();
    await n8n.close();
  });

  it('registers itself with all that was chosen', async () => {
    const parameters = { events: ['chat.message.*', 'identity.**'], customEvents: 'chat.call.*, chat.message.*', sources: ['support'], batchSize: 50, batchWait: 200, options: { concurrency: 2 } };
    expect(await callHook(node, 'create', at(parameters))).toBe(true);
    const [, registered, ...others] = await destinations();
    expect(others).toEqual([]);
    expect(registered).toMatchObject({
      id: expect.stringMatching(/^n8n-workflow-1-[0-9a-f]{16}$/), url: URL_OF_NODE, origin: 'registered', secrets: 1, sources: ['support'],
      events: ['chat.message.*', 'identity.**', 'chat.call.*'], batch: { max: 50, waitMs: 200 }, concurrency: 2, timeoutMs: 60_000, retry: { attempts: 100 },
    });
  });

  it('registers with defaults that suit n8n: every event of every source, in batches of 100', async () => {
    await callHook(node, 'create', at());
    const [, registered] = await destinations();
    expect(registered).toMatchObject({ events: ['*'], batch: { max: 100, waitMs: 50 }, concurrency: 4 });
    expect(registered).not.toHaveProperty('sources');
  });

  it('replaces its registration whatever became of its name, its events or n8n\'s address', async () => {
    await callHook(node, 'create', at());
    await callHook(node, 'create', at({ events: ['identity.**'] }, { setup: { name: 'Renamed', url: URL_OF_NODE.replace('localhost:5678', 'n8n.example.com') } }));
    const [, registered, ...others] = await destinations();
    expect(registered).toMatchObject({ events: ['identity.**'], url: 'http://n8n.example.com/webhook/3f1c/webhook' });
    expect(others).toEqual([]);
  });

  it('has a registration for each node, each workflow, and for tests', async () => {
    for (const more of [{}, { nodeId: 'node-2' }, { workflowId: 'workflow-2' }, { url: URL_FOR_TESTS }]) await callHook(node, 'create', at({}, { setup: more }));
    expect(new Set((await destinations()).map(({ id }) => id)).size).toBe(5);
  });

  it.each(['a'.repeat(80), 'ä/ö ü..%2F', ''])('registers a workflow with the id %j', async (workflowId) => {
    await callHook(node, 'create', at({}, { setup: { workflowId } }));
    expect(await destinations()).toHaveLength(2);
  });

  it('lets the receiver reach n8n at the address in the credential', async () => {
    await callHook(node, 'create', at({}, { credential: { n8nUrl: 'http://n8n:5678/' } }));
    expect((await destinations())[1]).toMatchObject({ url: 'http://n8n:5678/webhook/3f1c/webhook' });
  });

  it('removes itself and nothing else, and does not mind being gone', async () => {
    for (const more of [{}, { nodeId: 'node-2' }]) await callHook(node, 'create', at({}, { setup: more }));
    const before = await destinations();
    expect(await callHook(node, 'delete', at({}, { setup: { nodeId: 'node-2' } }))).toBe(true);
    expect((await destinations()).map(({ id }) => id)).toEqual(before.slice(0, 2).map(({ id }) => id));
    expect(await callHook(node, 'delete', at({}, { setup: { nodeId: 'node-2' } }))).toBe(true);
  });

  it.each([
    [{ sources: ['nowhere'] }, {}, 'sources[0] is not the id of a source'],
    [{ events: ['a glob'] }, {}, 'events[0] holds white space'],
    [{ batchSize: 5_000 }, {}, 'batch.max'],
    [{ options: { concurrency: 1.5 } }, {}, 'concurrency'],
    [{}, { adminToken: 'another-token' }, 'Check the admin token in the credential'],
  ])('fails to register %j with %j and says why', async (parameters, credential, said) => {
    const failure = callHook(node, 'create', at(parameters, { credential }));
    await expect(failure).rejects.toThrow(said);
    await expect(failure).rejects.toThrow(/^The receiver could not register this node as a destination/);
    expect(await destinations()).toHaveLength(1);
  });

  it('lists its sources', async () => {
    const getSources = node.methods?.loadOptions?.['getSources'];
    const context = hookContext(at()) as unknown as ILoadOptionsFunctions;
    expect(await getSources?.call(context)).toEqual([{ name: 'support (CometChat)', value: 'support' }, { name: 'room (Spika)', value: 'room' }]);
    const refused = hookContext(at({}, { credential: { adminToken: 'wrong' } })) as unknown as ILoadOptionsFunctions;
    await expect(getSources?.call(refused)).rejects.toThrow('The receiver could not list its sources');
  });

  it.each([['a secret of its own', {}], ['the one in the credential', { signingSecret: SECRET }], ['any text', { signingSecret: 'correct horse battery' }]])(
    'takes what the receiver forwards, signed with %s',
    async (_what, credential) => {
      const registered = at({}, { credential: { n8nUrl: n8n.url, ...credential }, setup: { nodeId: randomUUID() } });
      await callHook(node, 'create', registered);
      const message = { id: '1', conversationId: 'c', sender: 'ada', receiverType: 'user', receiver: 'bob', type: 'text', category: 'message', data: { text: 'hi' }, sentAt: 1795226453 };
      const answer = await receiver.post('/hooks/support', { trigger: 'message_sent', data: { message }, appId: 'app', webhook: 'w' }, { authorization: BASIC_HEADER });
      expect(answer.status).toBe(200);
      const { text, headers } = await until(() => n8n.heard[0]);
      const received = { body: text, headers: headers as Record<string, string> };
      expect(itemsOf(await deliver(node, registered, received))).toEqual([JSON.parse(text)]);
      const other = at({}, { credential: { n8nUrl: n8n.url, ...credential, ...('signingSecret' in credential ? { signingSecret: OLD_SECRET } : { adminToken: 'another-token' }) } });
      expect((await deliver(node, other, received)).status).toBe(401);
    },
  );
});

describe('registration, when the receiver fails', () => {
  afterEach(() => nock.cleanAll());
  // It has its hand on Node's own modules, which the test files of a process share.
  afterAll(() => nock.restore());
  const answering = (status: number, body: unknown): void => void nock(RECEIVER).persist().put(/.*/).reply(status, body).delete(/.*/).reply(status, body);
  const failure = (hook: 'create' | 'delete'): Promise<Error> => callHook(node, hook, setup()).then(() => new Error('It did not fail.'), (error: Error) => error);

  it.each([
    [401, { error: { code: 'unauthorized', message: 'The admin token is missing or wrong.' } }, 'admin.token in the receiver\'s chathooks.yaml'],
    [403, '', 'nothing there answers as a Chathooks receiver does'],
    [404, { error: { code: 'not_found', message: 'Nothing is here.' } }, 'nothing there answers as a Chathooks receiver does'],
    [409, { error: { code: 'configured_destination', message: 'This destination stands in the configuration file.' } }, 'Take the destination out of the receiver\'s chathooks.yaml'],
    [429, { error: { code: 'too_many_failures', message: 'Too many wrong tokens.' } }, 'wait a second'],
    [503, { error: { code: 'store_unavailable', message: 'The store is not there.' } }, 'The store is not there.). Look into the receiver\'s log'],
    [500, '<html>oops</html>', 'Look into the receiver\'s log'],
    [301, '', 'nothing there answers as a Chathooks receiver does'],
    [200, '<html>n8n</html>', 'nothing there answers as a Chathooks receiver does'],
    [200, {}, 'nothing there answers as a Chathooks receiver does'],
    [200, { id: 'another', secrets: 1 }, 'nothing there answers as a Chathooks receiver does'],
  ])('says what to do about the answer %d %j', async (status, body, remedy) => {
    answering(status, body);
    const { message } = await failure('create');
    expect(message).toContain(`The receiver could not register this node as a destination (status ${status}`);
    expect(message).toContain(remedy);
    expect(message).not.toContain(ADMIN_TOKEN);
  });

  it.each([401, 500, 503])('does not take the answer %d for a removal', async (status) => {
    answering(status, {});
    expect((await failure('delete')).message).toContain('could not remove the destination of this node');
  });

  it.each([404, 410])('takes the answer %d for a removal', async (status) => {
    answering(status, {});
    expect(await callHook(node, 'delete', setup())).toBe(true);
  });

  it('says what to do when nobody answers', async () => {
    const closed = await listener();
    await closed.close();
    await expect(callHook(node, 'create', setup({}, { credential: { baseUrl: closed.url } }))).rejects.toThrow(/no answer.*Check that the receiver runs, and that the base URL/);
  });

  it('never takes a registration for equal, since a secret can\'t be compared, and asks nobody', async () => {
    expect(await callHook(node, 'checkExists', setup())).toBe(false);
  });

  it.each([
    [setup({}, { credential: { adminToken: ' ' } }), 'The credential has no admin token'],
    [setup({ events: [] }), 'No event is chosen'],
    [setup({}, { credential: { n8nUrl: 'n8n:5678' } }), 'The n8n URL in the credential is not an http or https address'],
    [setup({}, { credential: { baseUrl: 'http://chathooks:8080' } }), 'Fill in \'n8n URL\' in the credential'],
    [setup({}, { credential: { baseUrl: 'chathooks' } }), 'not an http or https address'],
  ])('says before it asks what can\'t work: %#', async (wanted, said) => {
    nock.disableNetConnect();
    await expect(callHook(node, 'create', wanted)).rejects.toThrow(said);
    nock.enableNetConnect();
  });

  it('believes who says that the receiver reaches n8n on its own machine', async () => {
    nock('http://receiver.lan:8080').put(/.*/, (body: { url?: string }) => body.url === 'http://127.0.0.1:5678/webhook/3f1c/webhook').reply(401);
    await expect(callHook(node, 'create', setup({}, { credential: { baseUrl: 'http://receiver.lan:8080', n8nUrl: 'http://127.0.0.1:5678' } }))).rejects.toThrow('status 401');
  });
});

describe('a request', () => {
  it('is answered by n8n once it has stored the run: the node gives it the items and the answer', async () => {
    expect(await forward(taking(), event('1'))).toMatchObject({ status: 200, result: { workflowData: [[{ json: event('1') }]], webhookResponse: { received: true, events: 1 } } });
    expect(node.description.webhooks?.[0]).toMatchObject({ responseMode: 'onReceived', responseData: '' });
  });

  it('with a batch is one run with an item for each event', async () => {
    const batch = Array.from({ length: 100 }, (_, index) => event(String(index)));
    const { result } = await forward(taking(), batch);
    expect(result.workflowData).toHaveLength(1);
    expect(result.workflowData?.[0]?.map(({ json }) => json)).toEqual(batch);
  });

  it.each([
    ['raw', { trigger: 'message_sent', n: '1' }],
    ['both', { ...event('1'), raw: { trigger: 'message_sent', n: '1' } }],
    ['normalized', event('1')],
  ])('gives %s items', async (output, expected) => expect(itemsOf(await forward(taking({ output }), event('1')))).toEqual([expected]));

  it('shows its headers if asked, its signature never', async () => {
    const [item] = itemsOf(await forward(taking({ options: { includeHeaders: true } }), event('1'))) ?? [];
    expect(item).toMatchObject({ headers: { 'webhook-id': 'msg_1', 'webhook-signature': '[redacted]' } });
    expect(JSON.stringify(item)).not.toContain('v1,');
  });

  it('drops the events of ignored actors', async () => {
    const to = taking({ options: { ignoreActors: 'bot, 42' } });
    const from = (id: string, actor: object): object => event(id, { data: { ...actor, raw: {} } });
    expect(idsOf(await forward(to, [from('1', { actor: { id: 'bot' } }), from('2', { actor: { id: 'ada' } }), from('3', {}), from('4', { actor: { id: '42' } })]))).toEqual(['2', '3']);
    expect(await forward(to, from('5', { actor: { id: 'bot' } }))).toMatchObject({ status: 200, body: { received: true, events: 0 }, result: { noWebhookResponse: true } });
  });

  it('without events starts nothing', async () => expect(await forward(taking(), [])).toMatchObject({ status: 200, result: { noWebhookResponse: true } }));

  it.each([
    ['another secret', { secret: OLD_SECRET }, 'signature_mismatch'],
    ['an old time', { at: new Date(Date.now() - 301_000) }, 'timestamp_too_old'],
    ['a time to come', { at: new Date(Date.now() + 310_000) }, 'timestamp_too_new'],
    ['another id', { headers: { 'webhook-id': 'msg_2' } }, 'signature_mismatch'],
    ['no signature', { headers: { 'webhook-signature': '' } }, 'headers_missing'],
  ])('with %s is refused, without saying why to the sender', async (_what, options, diagnosis) => {
    const refused = await forward(taking(), event('1'), options);
    expect(refused).toMatchObject({ status: 401, body: { error: { code: 'unauthenticated' } } });
    expect(refused.result).toEqual({ noWebhookResponse: true });
    expect(refused.logged).toEqual([{ level: 'warn', message: expect.stringContaining(diagnosis) }]);
    expect(JSON.stringify([refused.body, refused.logged])).not.toContain(SECRET);
  });

  it('with one byte changed is refused', async () => {
    const text = JSON.stringify(event('1'));
    const signature = new Webhook(SECRET).sign('msg_1', new Date(), text);
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(Math.floor(Date.now() / 1000)), 'webhook-signature': signature };
    expect((await deliver(node, taking(), { body: text.replace('ada', 'adb'), headers })).status).toBe(401);
    expect((await deliver(node, taking(), { body: text, headers })).result.workflowData).toHaveLength(1);
  });

  it('is accepted under the previous secret while it changes', async () => {
    expect(itemsOf(await forward(taking({}, { credential: { previousSigningSecret: OLD_SECRET } }), event('1'), { secret: OLD_SECRET }))).toHaveLength(1);
    expect(itemsOf(await forward(taking({}, { credential: { signingSecret: '', previousSigningSecret: OLD_SECRET } }), event('1'), { secret: OLD_SECRET }))).toHaveLength(1);
  });

  it('is refused by a node without a credential', async () => {
    expect((await forward({ nodeId: randomUUID() }, event('1'))).status).toBe(401);
  });

  it('that an expression of the node fails on is asked for again', async () => {
    const to = taking({ output: () => { throw new Error('bad expression'); } });
    expect(await forward(to, event('1'))).toMatchObject({ status: 503, result: { noWebhookResponse: true }, logged: [{ level: 'error' }] });
  });

  it.each(['', 'not json', '42', 'null', '"text"', '[1]', '{}', JSON.stringify({ ...event('1'), data: {} }), JSON.stringify([event('1'), { id: '2' }])])('that holds no events is refused: %j', async (body) => {
    expect(await forward(taking(), body)).toMatchObject({ status: 400, result: { noWebhookResponse: true } });
  });

  it('keeps what is nested deeper than a provider may send', async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(64)}1${'}'.repeat(64)}`) as object;
    expect(itemsOf(await forward(taking({ output: 'raw' }), [event('1', { data: { raw: deep } })]))).toEqual([deep]);
  });
});

describe('a repeated request', () => {
  it('starts nothing, and is told that all is well', async () => {
    const to = taking();
    expect(idsOf(await forward(to, [event('1'), event('2')]))).toEqual(['1', '2']);
    expect(await forward(to, [event('1'), event('2')])).toMatchObject({ status: 200, result: { noWebhookResponse: true } });
    expect(idsOf(await forward(to, [event('2'), event('3'), event('3')]))).toEqual(['3']);
  });

  it('is told by source and id together, and node by node', async () => {
    const to = taking();
    await forward(to, event('1'));
    expect(idsOf(await forward(to, event('1', { source: '/spika/room' })))).toEqual(['1']);
    expect(idsOf(await forward(taking(), event('1')))).toEqual(['1']);
  });

  it.each([[{ options: { dedupe: false } }, {}], [{}, { mode: 'manual' as const }]])('comes through with %j %j', async (parameters, more) => {
    const to = taking(parameters, { setup: more });
    for (let time = 0; time < 2; time += 1) expect(idsOf(await forward(to, event('1')))).toEqual(['1']);
  });
});

describe('the list of events', () => {
  const options = eventOptions();

  it('begins with all, and has each once, with a card for each', () => {
    expect(options[0]).toMatchObject({ name: '[All]', value: '*' });
    expect(new Set(options.map(({ value }) => value)).size).toBe(options.length);
    expect(new Set(options.map(({ action }) => action)).size).toBe(options.length);
    expect(options.map(({ name }) => name)).toEqual(expect.arrayContaining(['Chat Message: Sent', 'Chat Message: [All]', 'Identity User: Created', 'Identity MFA: [All]']));
  });

  it.each([['chat.message.sent', 'Chat Message: [All]'], ['identity.user.login', '[All Identity Events]'], ['chat.call.ended', '[All Chat Events]'], ['identity.made.up', '[All]']])('fits %s by %s', (type, name) => {
    const glob = String(options.find((option) => option.name === name)?.value);
    expect(compileGlobs([glob])(type)).toBe(true);
    expect(compileGlobs([glob])('chat.unknown.else')).toBe(name === '[All]' || name === '[All Chat Events]');
  });
});

describe('the credential', () => {
  const credential = new ChathooksApi();
  const data = { baseUrl: ' https://receiver.example.com/base/ ', adminToken: ` ${ADMIN_TOKEN}\n` };

  it.each([
    [{ url: 'https://receiver.example.com/base/api/sources' }, `Bearer ${ADMIN_TOKEN}`],
    [{ baseURL: 'https://receiver.example.com/base', url: '/api/sources' }, `Bearer ${ADMIN_TOKEN}`],
    [{ url: 'https://receiver.example.com.evil.example/api' }, undefined],
    [{ url: 'http://receiver.example.com/api' }, undefined],
    [{ url: '/api/sources' }, undefined],
  ])('shows the token to the receiver alone: %j', async (options, expected) => {
    expect((await credential.authenticate(data, options)).headers?.['authorization']).toBe(expected);
  });

  it('is tested by a call that needs the token', () => {
    expect((credential.test).request.url).toBe('/api/sources');
    const secrets = credential.properties.filter(({ typeOptions }) => typeOptions?.['password'] === true).map(({ name }) => name);
    expect(secrets).toEqual(['adminToken', 'signingSecret', 'previousSigningSecret']);
  });
});

it('tells of no secret in what it logs', async () => {
  const logged: Logged[] = [];
  await callHook(node, 'checkExists', setup({}, { credential: { signingSecret: SECRET } }), logged);
  expect(JSON.stringify(logged)).not.toContain(SECRET);
});
