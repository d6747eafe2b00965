import { runInNewContext } from 'node:vm';
import type { IDataObject, IHttpRequestOptions, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { SpikaApi } from '../../credentials/SpikaApi.credentials';
import { createRenewedSignatures } from '../../nodes/SpikaTrigger/renewed-signatures';
import { SpikaTrigger } from '../../nodes/SpikaTrigger/SpikaTrigger.node';
import { apiUrl } from '../../providers/spika/management';
import { startFakeSpika } from '../fakes/spika';
import type { FakeSpika, FakeSpikaOptions } from '../fakes/spika';
import { serve } from '../fakes/server';
import type { Answer, Served } from '../fakes/server';
import { SPIKA_TOKEN } from '../fakes/spika/world';
import { readSample } from '../support/samples';
import { callHook, deliver, hookContext } from './support/context';
import type { Logged, NodeSetup, Reaction } from './support/context';

const URL_OF_NODE = 'http://192.168.1.20:5678/webhook/6f1c2a9e/webhook';
const TEST_URL = 'http://192.168.1.20:5678/webhook-test/6f1c2a9e/webhook';
const SIGNATURE = 'Zq7Lw2Xn9Vb4Ks1T';
const FILE = Buffer.from('a picture, as it were');

const node = new SpikaTrigger();

let spika: FakeSpika;
let staticData: IDataObject;
let nodes = 0;

beforeEach(() => start());
afterEach(async () => {
  jest.restoreAllMocks();
  await spika.close();
});

async function start(options: FakeSpikaOptions = {}): Promise<void> {
  spika = await startFakeSpika({ files: [{ id: 310, fileName: 'gauge.jpg', clientId: '7d10c4e8-gauge', bytes: FILE }], ...options });
  staticData = {};
  // What the module remembers of one node is no other's.
  nodes += 1;
}

interface Change extends Omit<NodeSetup, 'parameters' | 'credentials'> {
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly credential?: IDataObject;
}

function setup({ parameters, credential, ...others }: Change = {}): NodeSetup {
  return {
    nodeId: `node-${nodes}`,
    url: URL_OF_NODE,
    staticData,
    parameters: { registration: 'automatic', roomId: { __rl: true, mode: 'list', value: '42', cachedResultName: 'Night shift' }, events: ['*'], output: 'normalized', options: {}, ...parameters },
    credentials: { spikaApi: { type: new SpikaApi(), data: { baseUrl: spika.url, accessToken: SPIKA_TOKEN, signatureSecret: '', ...credential } } },
    ...others,
  };
}

const called = (): readonly string[] => spika.requests.map(({ method, path }) => `${method} ${path}`);
const LOOK_UP = 'GET /api/messenger/webhooks/roomId/42';

describe('the lifecycle', () => {
  it('registers the webhook of a room and keeps the signature that the server issued', async () => {
    expect(await callHook(node, 'checkExists', setup())).toBe(false);
    expect(await callHook(node, 'create', setup())).toBe(true);
    expect(spika.hooks).toMatchObject([{ roomId: 42, url: URL_OF_NODE }]);
    expect(staticData).toEqual({ signature: spika.hooks[0]?.verifySignature });
    expect(await callHook(node, 'checkExists', setup())).toBe(true);
    expect(spika.requests.every(({ headers }) => headers['accesstoken'] === SPIKA_TOKEN)).toBe(true);
  });

  it('takes up its webhook and its signature again after the node was renamed', async () => {
    await callHook(node, 'create', setup());
    staticData = {};
    expect(await callHook(node, 'checkExists', setup())).toBe(false);
    await callHook(node, 'create', setup());
    expect(spika.hooks).toHaveLength(1);
    expect(staticData).toEqual({ signature: spika.hooks[0]?.verifySignature });
  });

  it('removes it and forgets the signature, also when it is gone already', async () => {
    await callHook(node, 'create', setup());
    expect(await callHook(node, 'delete', setup())).toBe(true);
    expect([spika.hooks, staticData]).toEqual([[], {}]);
    expect(await callHook(node, 'delete', setup())).toBe(true);
  });

  it('keeps the signature as long as the webhook could not be removed', async () => {
    await callHook(node, 'create', setup());
    spika.failNext({ method: 'DELETE', status: 500 });
    await expect(callHook(node, 'delete', setup())).rejects.toThrow('Spika could not delete the webhook (status 500)');
    expect(staticData).toHaveProperty('signature');
  });

  it.each([
    ['its address', { __rl: true, mode: 'url', value: 'https://spika.example.com/messenger/rooms/42?x=1' }],
    ['its number', { __rl: true, mode: 'id', value: ' 42 ' }],
    ['a number from an expression', { __rl: true, mode: 'id', value: 42 }],
    ['a bare text', '42'],
    ['a bare number', 42],
  ])('finds the room by %s', async (_how, roomId) => {
    await callHook(node, 'create', setup({ parameters: { roomId } }));
    expect(spika.hooks).toMatchObject([{ roomId: 42 }]);
  });

  it.each([
    ['no room', { parameters: { roomId: { __rl: true, mode: 'list', value: '' } } }, 'No room is chosen'],
    ['no number', { parameters: { roomId: 'night-shift' } }, 'not the number of a room'],
    ['localhost', { url: 'http://localhost:5678/webhook/6f1c2a9e/webhook' }, 'Set WEBHOOK_URL of n8n'],
    ['a token that is none', { credential: { accessToken: 'wrong' } }, 'Get a new access token'],
    ['no token', { credential: { accessToken: '' } }, 'Get a new access token'],
    ['a room of others', { parameters: { roomId: '43' } }, 'has to be an admin of the room'],
    ['no base URL', { credential: { baseUrl: '' } }, 'base URL'],
  ])('refuses %s with the remedy in the message, and keeps nothing', async (_what, change, told) => {
    await expect(callHook(node, 'create', setup(change))).rejects.toThrow(told);
    expect([spika.hooks, staticData]).toEqual([[], {}]);
  });

  it('listening for a test event while the workflow is published: tells that the room\'s one webhook is taken', async () => {
    await callHook(node, 'create', setup());
    const listening = withWebhookId(setup({ mode: 'manual', url: TEST_URL, staticData: {} }));
    await expect(node.webhookMethods.default.create.call(listening)).rejects.toThrow(/in use by the published workflow\. Unpublish the workflow while you listen/);
    expect(spika.hooks).toMatchObject([{ url: URL_OF_NODE }]);
  });

  it('publishing while a test event is listened for: tells that, too', async () => {
    await callHook(node, 'create', setup({ mode: 'manual', url: TEST_URL, staticData: {} }));
    await expect(node.webhookMethods.default.create.call(withWebhookId(setup()))).rejects.toThrow(/in use by the test URL of this node\. Stop listening/);
    expect(spika.hooks).toMatchObject([{ url: TEST_URL }]);
  });

  it('calls nobody when the webhook is registered by hand', async () => {
    await expect(callHook(node, 'checkExists', setup({ parameters: { registration: 'manual' } }))).rejects.toThrow('Fill in \'Verify Signature\'');
    const manual = setup({ parameters: { registration: 'manual' }, credential: { signatureSecret: SIGNATURE } });
    expect(await callHook(node, 'checkExists', manual)).toBe(true);
    expect(await callHook(node, 'create', manual)).toBe(true);
    expect(await callHook(node, 'delete', manual)).toBe(true);
    expect([spika.requests, staticData]).toEqual([[], {}]);
  });

  it('logs what it found beside its webhook', async () => {
    await callHook(node, 'create', setup());
    await createHook('https://elsewhere.example/hook');
    const logged: Logged[] = [];
    await callHook(node, 'create', setup(), logged);
    expect(logged).toContainEqual({ level: 'warn', message: expect.stringContaining('other webhooks (1)') });
  });
});

describe('a delivery', () => {
  beforeEach(() => void (staticData['signature'] = SIGNATURE));

  it('with the signature starts the workflow with one item', async () => {
    const { status, body, result } = await post(message());
    expect(status).toBe(200);
    expect(body).toEqual({ received: true, events: [{ id: expect.any(String), type: 'chat.message.sent', duplicate: false }] });
    expect(itemsOf(result)).toMatchObject([
      { provider: 'spika', type: 'chat.message.sent', hook: 'Trigger', data: { actor: { id: '23', name: 'Mara Lindqvist' }, conversation: { id: '42', name: 'Night shift' }, message: { text: 'The pumps are running again.' } } },
    ]);
    expect(spika.requests).toEqual([]);
  });

  it('of the oldest servers, which put the signature into the body, is taken, and the signature taken out', async () => {
    const { status, result } = await post(readSample('spika', 'message.new.generation-a').body, {});
    expect(status).toBe(200);
    expect(itemsOf(result)).toHaveLength(1);
    expect(JSON.stringify(result)).not.toContain(SIGNATURE);
  });

  it.each([
    ['another signature', [['Verification-Signature', 'Zq7Lw2Xn9Vb4Ks1U']]],
    ['none', []],
    ['an empty one', [['Verification-Signature', '']]],
    ['two', [['Verification-Signature', SIGNATURE], ['verification-signature', SIGNATURE]]],
    ['a part of it', [['Verification-Signature', SIGNATURE.slice(0, 8)]]],
  ] as const)('with %s gets 401 and starts nothing', async (_what, headers) => {
    expectRefused(await deliver(node, setup(), { body: JSON.stringify(message()), headers }));
  });

  it('is no event twice, unless that is wanted', async () => {
    const body = message();
    expect(itemsOf((await post(body)).result)).toHaveLength(1);
    const again = await post(body);
    expect([again.status, again.body, again.result.workflowData]).toEqual([200, { received: true, events: [expect.objectContaining({ duplicate: true })] }, undefined]);
    expect(itemsOf((await post(body, { 'Verification-Signature': SIGNATURE }, { parameters: { options: { dedupe: false } } })).result)).toHaveLength(1);
  });

  it.each([
    ['of somebody who is ignored', { options: { ignoreActors: 'support-bot, 23' } }],
    ['of no event that is chosen', { events: [], customEvents: 'unknown' }],
  ])('%s is answered and starts nothing', async (_what, parameters) => {
    const { status, result } = await post(message(), undefined, { parameters });
    expect([status, result.workflowData]).toEqual([200, undefined]);
  });

  it.each([
    ['raw', (json: IDataObject) => expect(Object.keys(json)).toEqual(['message', 'fromUser', 'room'])],
    ['both', (json: IDataObject) => expect(json).toMatchObject({ provider: 'spika', raw: { message: { roomId: 42 } } })],
  ])('gives an item of the kind %s', async (output, check) => {
    check(itemsOf((await post(message(), undefined, { parameters: { output } })).result)[0] ?? {});
  });

  it('shows its headers without the signature', async () => {
    const { result } = await post(message(), undefined, { parameters: { options: { includeHeaders: true } } });
    expect(itemsOf(result)[0]?.['headers']).toMatchObject({ 'verification-signature': '[redacted]' });
    expect(JSON.stringify(result)).not.toContain(SIGNATURE);
  });

  it('goes to the output of its group', async () => {
    const { result } = await post(message(), undefined, { parameters: { options: { splitOutputs: true } } });
    expect(result.workflowData?.map((items) => items?.length)).toEqual([1, 0]);
  });

  it.each([['no JSON', '{"message":', 400], ['a list', '[]', 400], ['nothing', '', 400]])('that is %s is refused', async (_what, body, status) => {
    expect((await deliver(node, setup(), { body, headers: { 'Verification-Signature': SIGNATURE } })).status).toBe(status);
  });
});

describe('the signature', () => {
  it('entered by hand decides when the webhook was registered by hand', async () => {
    staticData['signature'] = 'ofAnEarlierTime1';
    const change = { parameters: { registration: 'manual' }, credential: { signatureSecret: SIGNATURE } };
    expect((await post(message(), undefined, change)).status).toBe(200);
    expectRefused(await post(message(), { 'Verification-Signature': 'ofAnEarlierTime1' }, change));
    expect(spika.requests).toEqual([]);
  });

  it.each(['manual', 'automatic'])('lets nobody in when there is none (%s)', async (registration) => {
    expectRefused(await post(message(), { 'Verification-Signature': '' }, { parameters: { registration } }));
    expectRefused(await post(message(), {}, { parameters: { registration } }));
  });

  it('lets nobody in when the credential is gone', async () => {
    expectRefused(await deliver(node, { ...setup(), credentials: {} }, { body: JSON.stringify(message()), headers: { 'Verification-Signature': SIGNATURE } }));
  });

  it('is looked up when the node has none, once', async () => {
    await createHook(URL_OF_NODE);
    const headers = { 'Verification-Signature': spika.hooks[0]?.verifySignature ?? '' };
    const before = called().length;
    expect((await post(message(), headers)).status).toBe(200);
    expect((await post(message(), headers)).status).toBe(200);
    expect(called().slice(before)).toEqual([LOOK_UP]);
    expect(staticData).toEqual({});
  });

  it('that somebody changed by hand is looked up, and the old one no longer taken', async () => {
    staticData['signature'] = SIGNATURE;
    await createHook(URL_OF_NODE);
    expect((await post(message())).status).toBe(200);
    expect((await post(message(), { 'Verification-Signature': spika.hooks[0]?.verifySignature ?? '' })).status).toBe(200);
    expectRefused(await post(message()));
  });

  it('is not looked up for more than one forgery in 30 seconds, however many there are', async () => {
    staticData['signature'] = SIGNATURE;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
    const forged = (): Promise<Reaction> => post(message(), { 'Verification-Signature': 'guessed' });
    (await Promise.all(Array.from({ length: 20 }, forged))).forEach(expectRefused);
    clock.mockReturnValue(1_029_999);
    await forged();
    expect(called()).toEqual([LOOK_UP]);
    expect((await post(message())).status).toBe(200);
    clock.mockReturnValue(1_030_000);
    await forged();
    expect(called()).toEqual([LOOK_UP, LOOK_UP]);
  });

  it('that one delivery is having looked up serves the others that wait', async () => {
    await createHook(URL_OF_NODE);
    const before = called().length;
    const headers = { 'Verification-Signature': spika.hooks[0]?.verifySignature ?? '' };
    const reactions = await Promise.all([1, 2, 3].map(() => post(message(), headers)));
    expect(reactions.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(called().slice(before)).toEqual([LOOK_UP]);
  });

  it('that is kept anew takes the place of one that was looked up', async () => {
    await createHook(URL_OF_NODE);
    await post(message(), { 'Verification-Signature': spika.hooks[0]?.verifySignature ?? '' });
    staticData['signature'] = SIGNATURE;
    expect((await post(message())).status).toBe(200);
  });

  it.each([
    ['does not answer', (): void => spika.failNext({ reset: true })],
    ['fails', (): void => spika.failNext({ status: 500 })],
    ['sends a page', (): void => spika.failNext({ status: 200, body: '<html></html>' })],
  ])('that can not be looked up, since Spika %s: 401, nothing thrown, and the log says it', async (_what, fail) => {
    fail();
    const reaction = await post(message());
    expectRefused(reaction);
    expect(reaction.logged).toContainEqual({ level: 'warn', message: expect.stringContaining('could not look up the signature of its webhook: Spika could not list the webhooks of room 42') });
    expect(JSON.stringify(reaction.logged)).not.toContain(SPIKA_TOKEN);
  });

  it('is not looked up while a test event is listened for', async () => {
    await createHook(URL_OF_NODE);
    const before = called().length;
    expectRefused(await post(message(), { 'Verification-Signature': spika.hooks[0]?.verifySignature ?? '' }, { mode: 'manual' }));
    expect(called().slice(before)).toEqual([]);
  });
});

describe('what is remembered of signatures', () => {
  it('is handed out only where it is another one than was tried', async () => {
    const renewed = createRenewedSignatures();
    expect(await renewed.renew('node', SIGNATURE, 0, async () => SIGNATURE)).toBeUndefined();
    expect(await renewed.renew('node', 'older', 1, async () => 'never asked')).toBe(SIGNATURE);
    expect(renewed.known('node')).toBe(SIGNATURE);
  });

  it('outlasts an answer that does not come', async () => {
    const renewed = createRenewedSignatures();
    await renewed.renew('node', 'older', 0, async () => SIGNATURE);
    expect(await renewed.renew('node', SIGNATURE, 30_000, async () => undefined)).toBeUndefined();
    expect(renewed.known('node')).toBe(SIGNATURE);
  });

  it('is bounded', async () => {
    const renewed = createRenewedSignatures();
    for (let index = 0; index <= 1000; index += 1) await renewed.renew(`node ${index}`, undefined, 0, async () => SIGNATURE);
    expect([renewed.known('node 0'), renewed.known('node 1')]).toEqual([undefined, SIGNATURE]);
  });
});

describe('the files of a message', () => {
  const media = { parameters: { options: { downloadMedia: true } } };
  beforeEach(() => void (staticData['signature'] = SIGNATURE));

  it('come as binary data, asked for without the token', async () => {
    const { result } = await post(fresh('message.new.image'), undefined, media);
    expect(result.workflowData?.[0]?.[0]?.binary).toMatchObject({ attachment_0: { data: FILE.toString('base64'), fileName: 'gauge.jpg', mimeType: 'image/jpeg' } });
    expect(itemsOf(result)[0]?.['media']).toEqual([{ id: '310', name: 'gauge.jpg', binary: 'attachment_0' }]);
    expect(spika.requests.map(({ path, headers }) => [path, headers['accesstoken']])).toEqual([['/api/upload/files/310', undefined]]);
  });

  it('of the oldest servers come from their address', async () => {
    const body = JSON.stringify(readSample('spika', 'message.new.generation-a-image').body).replaceAll('https://spika.example/uploads/files/7d10c4e8-meter', `${spika.url}/uploads/files/7d10c4e8-gauge`);
    const { result } = await post(JSON.parse(body) as object, {}, media);
    expect(result.workflowData?.[0]?.[0]?.binary).toMatchObject({ attachment_0: { data: FILE.toString('base64'), fileName: 'meter.png', mimeType: 'image/png' } });
  });

  it('at an address in the network of n8n are not fetched: a text message names whatever its sender wrote', async () => {
    const file = { fileName: 'x', mimeType: 'text/plain', size: 1, path: 'http://127.0.0.1:9/latest/meta-data' };
    const { result } = await post({ ...message({ type: 'text', body: { text: 'hello', file } }) }, undefined, media);
    expect(itemsOf(result)[0]?.['media']).toEqual([expect.objectContaining({ error: expect.stringContaining('not a public one') })]);
    expect(spika.requests).toEqual([]);
  });

  it('that are gone are told of, and the message is an event all the same', async () => {
    const { result } = await post(fresh('message.new.video'), undefined, media);
    expect(itemsOf(result)[0]).toMatchObject({ type: 'chat.message.sent', media: [{ id: '312', error: 'Not downloaded: status 404.' }] });
  });
});

describe('the list of rooms', () => {
  let server: Served;
  let pages: readonly (readonly object[])[] = [];
  let failing: Answer | undefined;

  beforeEach(async () => {
    failing = undefined;
    server = await serve(({ path, query, headers }) => {
      if (failing !== undefined) return failing;
      if (path !== '/api/messenger/rooms' || headers['accesstoken'] !== SPIKA_TOKEN) return { status: 404 };
      return { status: 200, body: { status: 'success', data: { list: pages[Number(query.get('page')) - 1] ?? [], count: 99, limit: 2 } } };
    });
  });
  afterEach(() => server.close());

  const room = (id: number, name: string, ...members: readonly string[]): object => ({ id, name, users: members.map((displayName) => ({ user: { displayName } })) });
  const nightShift = room(42, 'Night shift');
  const pair = room(44, '', 'Mara Lindqvist', 'Jun Ito');
  const search = (filter?: string, token?: string): Promise<INodeListSearchResult> => {
    const context = hookContext(setup({ credential: { baseUrl: `${server.url}/messenger/rooms/7` } })) as unknown as ILoadOptionsFunctions;
    return node.methods.listSearch.searchRooms.call(context, filter, token);
  };

  it('comes page by page', async () => {
    pages = [[nightShift, pair], [room(45, 'Lab')]];
    expect(await search()).toEqual({ results: [{ name: 'Night shift', value: '42' }, { name: 'Mara Lindqvist, Jun Ito', value: '44' }], paginationToken: '2' });
    expect(await search(undefined, '2')).toEqual({ results: [{ name: 'Lab', value: '45' }] });
    expect(server.requests).toHaveLength(2);
  });

  it.each([['JUN', ['44'], 2], [' night ', ['42'], 2], ['45', ['45'], 3]])('is searched by name, member and number: %j', async (filter, found, asked) => {
    pages = [[room(1, 'a'), room(2, 'b')], [nightShift, pair], [room(45, 'Lab')]];
    expect((await search(filter)).results.map(({ value }) => value)).toEqual(found);
    // On to the page that has a match, and no further.
    expect(server.requests).toHaveLength(asked);
  });

  it('is not read without end for a search that finds nothing', async () => {
    pages = Array.from({ length: 60 }, (_none, index) => [room(index + 1, 'a'), room(index + 100, 'b')]);
    expect(await search('zebra')).toEqual({ results: [], paginationToken: '21' });
    expect(await search('zebra', '41')).toEqual({ results: [], paginationToken: '61' });
  });

  it.each([
    [{ status: 401, body: 'Invalid access token' }, 'status 401'],
    [{ status: 500 }, 'trouble of its own'],
    [{ status: 200, body: '<html></html>' }, 'not of its web page'],
  ])('that does not come (%j) is told', async (answer, told) => {
    failing = answer;
    await expect(search()).rejects.toThrow(told);
  });
});

describe('the credential', () => {
  const { test: { request, rules } } = new SpikaApi();
  const evaluated = (expression: string | undefined, credentials: object): unknown => runInNewContext((expression ?? '').replace(/^=\{\{(.*)\}\}$/s, '$1'), { $credentials: credentials });

  it.each(['https://spika.example.com/api', ' https://spika.example.com/ ', 'http://10.0.0.5:3000', 'https://spika.example.com/messenger/rooms/42', 'https://example.com/spika/api//'])('is tested where the node calls: %j', (baseUrl) => {
    expect(evaluated(request.baseURL, { baseUrl })).toBe(apiUrl(baseUrl));
  });

  it('is tested with its token; without one, only the server is', () => {
    expect(evaluated(request.url, { accessToken: SPIKA_TOKEN })).toBe('/messenger/me');
    expect(evaluated(request.url, { accessToken: '' })).toBe('/messenger/test');
  });

  it('does not pass where any page answers', () => {
    expect(rules).toMatchObject([{ type: 'responseSuccessBody', properties: { key: 'status', value: undefined } }]);
  });
});

/** A message that no other test has sent. */
function message(fields: object = {}): object {
  nextId += 1;
  const { body } = readSample('spika', 'message.new');
  return { ...body, message: { ...(body['message'] as object), id: nextId, ...fields } };
}
let nextId = 9_000;

function fresh(sample: string): object {
  const { body } = readSample('spika', sample);
  return message(body['message'] as object);
}

function post(body: object, headers: Readonly<Record<string, string>> = { 'Verification-Signature': SIGNATURE }, change: Change = {}): Promise<Reaction> {
  return deliver(node, setup(change), { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
}

function itemsOf(result: Reaction['result']): readonly IDataObject[] {
  return (result.workflowData ?? []).flatMap((items) => items?.map(({ json }) => json) ?? []);
}

function expectRefused({ status, body, result }: Reaction): void {
  expect([status, result]).toEqual([401, { noWebhookResponse: true }]);
  expect(body).toEqual({ error: { code: 'unauthenticated', message: expect.any(String) } });
}

/** A webhook that is there already. */
async function createHook(url: string): Promise<void> {
  const answer = await fetch(`${spika.url}/api/messenger/webhooks/roomId/42`, { method: 'POST', headers: { accesstoken: SPIKA_TOKEN, 'content-type': 'application/json' }, body: JSON.stringify({ url }) });
  expect(answer.status).toBe(200);
}

function withWebhookId(of: NodeSetup): ReturnType<typeof hookContext> {
  const context = hookContext(of);
  return { ...context, getNode: () => ({ ...context.getNode(), webhookId: '6f1c2a9e' }) };
}

it('shows the access token to its own server alone', async () => {
  const credential = new SpikaApi();
  const data = { baseUrl: ' https://spika.example.com/api ', accessToken: ` ${SPIKA_TOKEN}` };
  const sent = async (options: IHttpRequestOptions): Promise<unknown> => (await credential.authenticate(data, options)).headers?.['accesstoken'];
  expect(await sent({ url: 'https://spika.example.com/api/messenger/me' })).toBe(SPIKA_TOKEN);
  expect(await sent({ url: 'https://elsewhere.example.com/api/messenger/me' })).toBeUndefined();
  expect(await sent({ url: 'http://spika.example.com/api/messenger/me' })).toBeUndefined();
});
