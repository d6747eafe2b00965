import * as fc from 'fast-check';
import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import nock from 'nock';
import { CometChatApi } from '../../credentials/CometChatApi.credentials';
import { CometChatTrigger } from '../../nodes/CometChatTrigger/CometChatTrigger.node';
import { cometchat as provider } from '../../providers/cometchat';
import { at, text } from '../../providers/fields';
import { startFakeCometChat } from '../fakes/cometchat';
import type { FakeCometChat, FakeCometChatOptions } from '../fakes/cometchat';
import { sampleNames } from '../support/samples';
import { APP, automatic, basic, bodyOf, byHand, delivery, LOGIN, WEBHOOK_URL } from './support/cometchat';
import type { Change } from './support/cometchat';
import { callHook, deliver } from './support/context';
import { evaluated } from './support/expression';
import type { Logged, NodeSetup, Reaction, Request } from './support/context';

const TEST_URL = 'https://n8n.example.com/webhook-test/6f1c2a9e/webhook';

/** What must be in no answer, no message and no log. */
const SECRETS = /management-key|management-secret|rest-api-key|Zq7Lw2Xn9Vb4/;

const node = new CometChatTrigger();
const sent = bodyOf('message_sent');

let nodes = 0;

/** A node of its own, registered by hand: what the module remembers of one node is no other's. */
function fresh(change: Change = {}): NodeSetup {
  nodes += 1;
  return byHand({ nodeId: `fresh-${nodes}`, ...change });
}

// nock takes hold of every connection of the process, other test files' included.
afterAll(() => nock.restore());

describe('the lifecycle of a node that registers itself', () => {
  let cometchat: FakeCometChat;

  beforeEach(() => start());
  afterEach(() => cometchat.close());

  async function start(options: FakeCometChatOptions = {}): Promise<void> {
    cometchat = await startFakeCometChat(options);
  }

  function published({ credential, ...change }: Change = {}): NodeSetup {
    return automatic({ credential: { baseUrl: cometchat.url, ...credential }, ...change });
  }

  it('creates the webhook, finds it and removes it', async () => {
    const staticData: IDataObject = {};
    const setup = published({ workflowName: 'Support desk', staticData, parameters: { events: ['message_sent'], customEvents: 'group_created, call_ended' } });
    expect(await callHook(node, 'checkExists', setup)).toBe(false);
    expect(await callHook(node, 'create', setup)).toBe(true);
    expect(cometchat.hooks).toMatchObject([{ webhookURL: WEBHOOK_URL, name: expect.stringMatching(/^n8n Support desk [0-9a-f]{8}$/) as string, triggers: ['message_sent', 'group_created', 'call_ended'], useBasicAuth: true, retryOnFailure: true, enabled: true }]);
    expect(cometchat.hooks[0]?.username).toMatch(/^[A-Za-z0-9]{20,50}$/);
    expect(cometchat.hooks[0]?.password).toMatch(/^[A-Za-z0-9]{40,100}$/);
    expect(await callHook(node, 'checkExists', setup)).toBe(true);
    expect(await callHook(node, 'delete', setup)).toBe(true);
    expect(cometchat.hooks).toEqual([]);
    expect(await callHook(node, 'delete', setup)).toBe(true);
    // There is nothing that a concurrent write could lose.
    expect(staticData).toEqual({});
  });

  it('takes the deliveries that its webhook gets, and those of no other node', async () => {
    await callHook(node, 'create', published());
    const { username = '', password = '' } = cometchat.hooks[0] ?? {};
    const request = delivery(sent, { Authorization: basic(username, password) });
    expect((await deliver(node, published(), request)).status).toBe(200);
    expect((await deliver(node, published({ name: 'Renamed', workflowName: 'Renamed too' }), request)).status).toBe(200);
    for (const other of [{ nodeId: 'node-2' }, { workflowId: 'workflow-2' }, { credential: { managementSecret: 'another' } }, { parameters: { registration: 'manual' } }]) {
      expect((await deliver(node, published(other), request)).status).toBe(401);
    }
    expect((await deliver(node, published(), delivery(sent))).status).toBe(401);
  });

  it('with five attempts at the same, as n8n makes them, ends with one webhook', async () => {
    cometchat.failNext({ method: 'POST', path: /triggers$/, status: 500 });
    cometchat.failNext({ method: 'POST', path: /webhooks$/, reset: true, carriedOut: true });
    cometchat.failNext({ method: 'DELETE', status: 500, times: 2 });
    const attempts = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const exists = await callHook(node, 'checkExists', published());
      attempts.push(exists || (await callHook(node, 'create', published()).catch(() => false)));
      if (attempts.at(-1) === true) break;
      await callHook(node, 'delete', published()).catch(() => false);
    }
    expect(attempts.at(-1)).toBe(true);
    expect(cometchat.hooks).toHaveLength(1);
    expect(await callHook(node, 'checkExists', published())).toBe(true);
  });

  it('keeps the webhook of the test URL beside that of the production URL', async () => {
    const listening = published({ url: TEST_URL, mode: 'manual', parameters: { events: ['call_ended'] } });
    await callHook(node, 'create', published());
    await callHook(node, 'create', listening);
    expect(cometchat.hooks.map(({ webhookURL }) => webhookURL)).toEqual([WEBHOOK_URL, TEST_URL]);
    expect([await callHook(node, 'checkExists', published()), await callHook(node, 'checkExists', listening)]).toEqual([true, true]);
    await callHook(node, 'delete', listening);
    expect(cometchat.hooks.map(({ webhookURL }) => webhookURL)).toEqual([WEBHOOK_URL]);
  });

  it('notices another choice of events and another secret in the credential', async () => {
    await callHook(node, 'create', published());
    expect(await callHook(node, 'checkExists', published({ parameters: { events: ['message_sent'] } }))).toBe(false);
    expect(await callHook(node, 'checkExists', published({ nodeId: 'copied' }))).toBe(false);
    expect(await callHook(node, 'checkExists', published())).toBe(true);
  });

  it('notes in the log which of all events the plan lacks', async () => {
    await cometchat.close();
    await start({ triggers: ['message_sent'] });
    const logged: Logged[] = [];
    expect(await callHook(node, 'create', published({ name: 'Chat' }), logged)).toBe(true);
    expect(logged).toEqual([{ level: 'warn', message: expect.stringMatching(/^"Chat": CometChat did not add the triggers .*call_ended/) as string }]);
  });

  it.each([['with a slash', (url: string): string => `${url}/`], ['with white space', (url: string): string => ` ${url} `]])('takes a base URL %s', async (_what, written) => {
    expect(await callHook(node, 'create', published({ credential: { baseUrl: written(cometchat.url) } }))).toBe(true);
  });

  it('takes CometChat\'s own base URL where none is entered, and shows it the key', async () => {
    nock('https://apimgmt.cometchat.io', { reqheaders: { key: 'management-key', secret: 'management-secret', 'x-webhook-version': '2' } }).get(`/apps/${APP}/webhooks?perPage=1000`).reply(200, { data: [] });
    expect(await callHook(node, 'checkExists', published({ credential: { baseUrl: '' } }))).toBe(false);
  });

  describe.each(['checkExists', 'create', 'delete'] as const)('that fails (%s)', (hook) => {
    const failure = async (change: Change = {}): Promise<NodeOperationError> => {
      const logged: Logged[] = [];
      const error = await callHook(node, hook, published(change), logged).then(
        (value) => new Error(`It gave ${value}.`),
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(NodeOperationError);
      const { message, description } = error as NodeOperationError;
      expect(JSON.stringify([message, description, logged])).not.toMatch(SECRETS);
      return error as NodeOperationError;
    };

    it.each<[string, Change, RegExp]>([
      ['a wrong key', { credential: { managementApiKey: 'nonsense' } }, /status 401.*Check key and secret in the credential.*set 'Registration' to Manual/],
      ['no key', { credential: { managementApiKey: '' } }, /status 401.*Check key and secret in the credential.*set 'Registration' to Manual/],
      ['another app', { credential: { appId: 'another' } }, /status 404: ERR_APP_NOT_FOUND.*Check the app ID and the management base URL/],
      ['no base URL but a word', { credential: { baseUrl: 'apimgmt.cometchat.io' } }, /not an http or https address.*Check the base URL in the credential/],
    ])('tells the remedy by its message alone: %s', async (_what, change, told) => {
      const { message, description } = await failure(change);
      expect(message).toMatch(told);
      expect(description).toMatch(/^Code: [a-z_]+$/);
      expect(cometchat.hooks).toEqual([]);
    });

    it('tells that nobody is there', async () => {
      const gone = await startFakeCometChat();
      await gone.close();
      expect((await failure({ credential: { baseUrl: gone.url } })).message).toBe('CometChat could not list the webhooks (no answer: ECONNREFUSED). Check the base URL in the credential, and that this machine can reach it.');
    });

    it.each([
      [{ status: 500, body: '<html>Internal Server Error</html>' }, /status 500\)\. The provider has trouble of its own/],
      [{ status: 429 }, /status 429\)\. Too many calls in a short time/],
      [{ status: 302, headers: { location: 'https://elsewhere.example/' } }, /status 302\)\. Check that the base URL/],
      [{ status: 200, body: '<html>Welcome</html>' }, /status 200\)\. Check that the base URL/],
      [{ reset: true }, /no answer: /],
    ])('tells what CometChat did: %j', async (rule, told) => {
      cometchat.failNext(rule);
      expect((await failure()).message).toMatch(told);
    });
  });

  it.each<[string, Change, RegExp]>([
    ['localhost', { url: 'http://localhost:5678/webhook/6f1c2a9e/webhook' }, /^CometChat calls public HTTPS addresses only, and http:\/\/localhost:5678 is none\. Set WEBHOOK_URL/],
    ['no HTTPS', { url: 'http://n8n.example.com/webhook/6f1c2a9e/webhook' }, /Set WEBHOOK_URL of n8n to its public https address/],
    ['no app ID', { credential: { appId: ' ' } }, /Fill in its app ID/],
    ['no management secret', { credential: { managementSecret: '' } }, /no management secret\. Fill in/],
    ['no event', { parameters: { events: [], customEvents: ' , ' } }, /No event is chosen\. Choose at least one in 'Events'/],
  ])('says what is missing before anybody is asked: %s', async (_what, change, told) => {
    for (const hook of ['checkExists', 'create'] as const) await expect(callHook(node, hook, published(change))).rejects.toThrow(told);
    expect(cometchat.requests).toEqual([]);
  });

  it('says so when n8n has no URL for it', async () => {
    const { url: _url, ...setup } = published();
    await expect(callHook(node, 'create', setup)).rejects.toThrow('n8n gives this node no webhook URL');
  });

  it('names the event that CometChat does not have, and leaves nothing behind', async () => {
    await expect(callHook(node, 'create', published({ parameters: { events: [], customEvents: 'mesage_sent' } }))).rejects.toThrow(/did not add the triggers mesage_sent\. Take them out/);
    expect(cometchat.hooks).toEqual([]);
  });

  it('asks nobody when it is registered by hand, whatever is in the credential', async () => {
    const setup = published({ parameters: { registration: 'manual' }, url: 'http://localhost:5678/webhook/a/webhook' });
    expect([await callHook(node, 'checkExists', setup), await callHook(node, 'create', setup), await callHook(node, 'delete', setup)]).toEqual([true, true, true]);
    expect(cometchat.requests).toEqual([]);
  });

  it.each([{ webhookPassword: '' }, { webhookUsername: '' }, { webhookUsername: ' ', webhookPassword: ' ' }])('is not published by hand with a credential that would let nobody in: %j', async (credential) => {
    const setup = published({ parameters: { registration: 'manual' }, credential });
    await expect(callHook(node, 'checkExists', setup)).rejects.toThrow(/^Fill in 'Webhook Username' and 'Webhook Password'/);
    expect(await callHook(node, 'delete', setup)).toBe(true);
  });
});

describe('a delivery', () => {
  it('is answered with what was received, and starts the workflow once', async () => {
    const { status, body, result } = await deliver(node, fresh(), delivery(sent));
    expect(status).toBe(200);
    const [item] = itemsOf(result.workflowData);
    // Which n8n gives once it has stored the run.
    expect(result).toEqual({ webhookResponse: body, workflowData: [[item]] });
    expect(body).toEqual({ received: true, events: [{ id: item?.json['id'], type: 'chat.message.sent', duplicate: false }] });
  });

  it.each(sampleNames('cometchat'))('of the sample %s gives one item that n8n can keep', async (name) => {
    const { status, result } = await deliver(node, fresh(), delivery(bodyOf(name)));
    expect(status).toBe(200);
    const [item, ...others] = itemsOf(result.workflowData);
    expect(others).toEqual([]);
    expect(JSON.parse(JSON.stringify(item))).toEqual(item);
    expect(item?.json).toMatchObject({ specversion: '1.0', provider: 'cometchat', hook: 'Trigger', data: { raw: bodyOf(name) } });
  });

  it.each(['basic', 'BASIC', 'Basic '])('shows its credentials after "%s", which is the same', async (scheme) => {
    expect((await deliver(node, fresh(), delivery(sent, { Authorization: basic().replace('Basic', scheme) }))).status).toBe(200);
  });
});

describe('a forged delivery', () => {
  const right = basic();
  const forged: readonly (readonly [string, Request['headers']])[] = [
    ['shows nothing', {}],
    ['shows an empty header', { Authorization: '' }],
    ['shows a scheme alone', { Authorization: 'Basic' }],
    ['shows a wrong password', { Authorization: basic(LOGIN.username, 'wrong') }],
    ['shows no password', { Authorization: basic(LOGIN.username, '') }],
    ['shows the beginning of the password', { Authorization: basic(LOGIN.username, LOGIN.password.slice(0, -1)) }],
    ['shows more than the password', { Authorization: basic(LOGIN.username, `${LOGIN.password}x`) }],
    ['shows the password in another case', { Authorization: basic(LOGIN.username, LOGIN.password.toUpperCase()) }],
    ['shows a wrong user', { Authorization: basic('somebody', LOGIN.password) }],
    ['shows no user', { Authorization: basic('', LOGIN.password) }],
    ['shows the user in another case', { Authorization: basic('Chathooks', LOGIN.password) }],
    ['shows both the other way round', { Authorization: basic(LOGIN.password, LOGIN.username) }],
    ['shows both without a colon', { Authorization: `Basic ${Buffer.from(LOGIN.username + LOGIN.password).toString('base64')}` }],
    ['shows nothing at all, encoded', { Authorization: basic('', '') }],
    ['shows the password as it is', { Authorization: LOGIN.password }],
    ['shows a bearer token', { Authorization: `Bearer ${LOGIN.password}` }],
    ['shows the right pair twice', [['Authorization', right], ['Authorization', right]]],
    ['shows the right pair after a wrong one', [['authorization', basic('a', 'b')], ['Authorization', right]]],
    ['shows the right pair before a wrong one', [['Authorization', right], ['AUTHORIZATION', 'Basic x']]],
    ['shows two pairs in one header', { Authorization: `${right}, ${right}` }],
    ['shows the pair under other names', { 'Proxy-Authorization': right, 'X-Authorization': right, 'X-Forwarded-Authorization': right, Cookie: `authorization=${right}` }],
    ['shows the pair with a NUL behind it', { Authorization: basic(LOGIN.username, `${LOGIN.password}\u0000`) }],
    ['shows the pair with white space behind it', { Authorization: basic(LOGIN.username, `${LOGIN.password} `) }],
    ['shows what is no Base64', { Authorization: `Basic ${LOGIN.username}:${LOGIN.password}` }],
  ];

  it.each(forged)('that %s gets 401 and starts nothing', async (_what, headers) => {
    const { status, body, headers: answered, result, logged } = await deliver(node, fresh(), { body: JSON.stringify(sent), headers: headers ?? {} });
    expect(status).toBe(401);
    expect(result).toEqual({ noWebhookResponse: true });
    expect(answered['www-authenticate']).toBe('Basic realm="webhook", charset="UTF-8"');
    // Every refusal looks the same; why, only the log tells.
    expect(body).toEqual({ error: { code: 'unauthenticated', message: expect.any(String) as string } });
    expect(logged).toEqual([{ level: 'warn', message: expect.stringMatching(/^"Trigger" refused a delivery: (?:credentials_missing|credentials_repeated|credentials_malformed|secret_mismatch)\. /) as string }]);
    expect(JSON.stringify([body, logged])).not.toMatch(SECRETS);
  });

  it('looks the same whatever is in it, so that a guess teaches nothing', async () => {
    const bodies = await Promise.all(forged.map(async ([, headers]) => JSON.stringify((await deliver(node, fresh(), { body: '{"trigger":', headers: headers ?? {} })).body)));
    expect(new Set(bodies).size).toBe(1);
  });

  it('can show its credentials neither in the address nor in the body', async () => {
    const { username, password } = LOGIN;
    const request = { body: JSON.stringify({ ...sent, username, password, authorization: right }), headers: {}, url: `/webhook/a/webhook?username=${username}&password=${password}&authorization=${encodeURIComponent(right)}` };
    expect((await deliver(node, fresh(), request)).status).toBe(401);
  });

  it.each<[string, Change]>([
    ['no password', { credential: { webhookPassword: '' } }],
    ['white space for a password', { credential: { webhookPassword: '   ' } }],
    ['neither', { credential: { webhookUsername: '', webhookPassword: '' } }],
    ['something that is no text', { credential: { webhookPassword: {} } }],
    ['no management secret', { parameters: { registration: 'automatic' }, credential: { managementSecret: '' } }],
    ['no fields', { credential: { webhookUsername: undefined, webhookPassword: undefined, managementSecret: undefined } as never }],
  ])('gets in nowhere where the credential has %s', async (_what, change) => {
    for (const pair of [['', ''], [LOGIN.username, ''], [LOGIN.username, '   '], ['n8n', ''], ['undefined', 'undefined'], [LOGIN.username, '[object Object]'], ['n8nundefined', 'undefined']] as const) {
      const { status, result } = await deliver(node, fresh(change), delivery(sent, { Authorization: basic(...pair) }));
      expect([pair, status, result.workflowData]).toEqual([pair, 401, undefined]);
    }
  });

  it.each([{}, { cometChatApi: undefined }])('gets in nowhere when the credential can not be read, and that is told', async (credentials) => {
    const { status, result, logged } = await deliver(node, { ...fresh(), credentials: credentials as never }, delivery(sent));
    expect([status, result]).toEqual([401, { noWebhookResponse: true }]);
    expect(logged[0]).toEqual({ level: 'warn', message: expect.stringContaining('can\'t read its credential, so that it lets nothing in. Check the credential of the node.') as string });
  });
});

describe('a body', () => {
  it.each<[string, string | Buffer, string]>([
    ['that is empty', '', 'empty_body'],
    ['of white space', ' \n', 'empty_body'],
    ['that is cut off', JSON.stringify(sent).slice(0, -2), 'invalid_json'],
    ['that is no JSON', 'trigger=message_sent', 'invalid_json'],
    ['of two documents', '{}{}', 'invalid_json'],
    ['that is a list', JSON.stringify([sent]), 'not_an_object'],
    ['that is an empty list', '[]', 'not_an_object'],
    ['that is null', 'null', 'not_an_object'],
    ['that is a number', '1e999', 'not_an_object'],
    ['that is a text', '"message_sent"', 'not_an_object'],
    ['that is true', 'true', 'not_an_object'],
    ['that is no UTF-8', Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]), 'invalid_utf8'],
    ['that is too deep', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'too_deep'],
  ])('%s is refused with 400 and starts nothing', async (_what, body, code) => {
    const { status, body: answer, result, headers } = await deliver(node, fresh(), delivery(body));
    expect([status, answer, result]).toEqual([400, { error: { code, message: expect.any(String) as string } }, { noWebhookResponse: true }]);
    expect(headers).not.toHaveProperty('www-authenticate');
  });

  it('of several megabytes is taken', async () => {
    const { status, result } = await deliver(node, fresh(), delivery({ ...sent, more: 'x'.repeat(8_000_000) }));
    expect(status).toBe(200);
    expect(itemsOf(result.workflowData)).toHaveLength(1);
  });

  it.each([['when asked for', 200], ['cut off', 400], ['never', 400]] as const)('whose bytes n8n has %s is answered with %i', async (rawBody, status) => {
    expect((await deliver(node, fresh(), { ...delivery(sent), rawBody })).status).toBe(status);
  });

  it('with names that are dangerous elsewhere is a body like any other', async () => {
    const body = '{"trigger":"message_sent","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"data":{"__proto__":{"polluted":true},"message":{"id":"1","toString":null}}}';
    const { status, result } = await deliver(node, fresh({ parameters: { output: 'both', options: { includeHeaders: true } } }), { ...delivery(body), headers: { Authorization: basic(), __proto__x: 'y' } });
    expect(status).toBe(200);
    expect(itemsOf(result.workflowData)).toHaveLength(1);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('the choice of events', () => {
  const count = async (change: Change, body: unknown = sent): Promise<number> => {
    const { status, body: answer, result } = await deliver(node, fresh(change), delivery(body));
    expect(status).toBe(200);
    const items = itemsOf(result.workflowData);
    expect((answer as { events: unknown[] }).events).toHaveLength(items.length);
    if (items.length === 0) expect(result).toEqual({ noWebhookResponse: true });
    return items.length;
  };

  it.each<[string, IDataObject, number]>([
    ['all', { events: ['*'] }, 1],
    ['this one', { events: ['message_sent'] }, 1],
    ['this one among others', { events: ['call_ended', 'message_sent'] }, 1],
    ['others', { events: ['call_ended', 'message_edited'] }, 0],
    ['none', { events: [] }, 0],
    ['this one by name', { events: [], customEvents: 'x, message_sent ,y' }, 1],
    ['this one by name, on a line of its own', { events: [], customEvents: 'x\nmessage_sent\n' }, 1],
    ['all by name', { events: [], customEvents: '*' }, 1],
    ['a name that only begins the same', { events: ['message'], customEvents: 'message_sen' }, 0],
    ['a text in place of a list, from an expression', { events: 'message_sent, call_ended' }, 1],
    ['nothing usable, from an expression', { events: null, customEvents: { a: 1 } }, 0],
  ])('%s', async (_what, parameters, expected) => expect(await count({ parameters })).toBe(expected));

  it('lets a name through that no list knows, when it is all or typed', async () => {
    const news = { ...sent, trigger: 'message_translated' };
    expect(await count({}, news)).toBe(1);
    expect(await count({ parameters: { events: ['message_sent'] } }, news)).toBe(0);
    expect(await count({ parameters: { events: ['message_sent'], customEvents: 'message_translated' } }, news)).toBe(1);
    const { result } = await deliver(node, fresh(), delivery(news));
    expect(itemsOf(result.workflowData)[0]?.json).toMatchObject({ type: 'chat.unknown', providerevent: 'message_translated' });
  });

  it.each<[unknown, number]>([
    ['', 1], [' , ', 1], ['somebody-else', 1], [actorOf(sent), 0], [` bot ,${actorOf(sent)}`, 0], [`bot\n${actorOf(sent)}`, 0], [[actorOf(sent)], 0], [actorOf(sent).toUpperCase(), 1], [null, 1], [{ a: 1 }, 1], [7, 1],
  ])('drops what is done by %j', async (ignoreActors, expected) => expect(await count({ parameters: { options: { ignoreActors } } })).toBe(expected));

  it('drops a bot whose id is a number, and no event that names nobody', async () => {
    const byNumber = JSON.parse(JSON.stringify(sent).replaceAll(`"${actorOf(sent)}"`, '"42"')) as unknown;
    expect(await count({ parameters: { options: { ignoreActors: 42 } } }, byNumber)).toBe(0);
    expect(await count({ parameters: { options: { ignoreActors: 'undefined, null, ' } } }, bodyOf('call_ended'))).toBe(1);
  });
});

describe('an item', () => {
  const item = async (change: Change, request = delivery(sent)): Promise<INodeExecutionData> => {
    const [found] = itemsOf((await deliver(node, fresh(change), request)).result.workflowData);
    if (found === undefined) throw new Error('There is none.');
    return found;
  };

  it('is the event, or the body, or both', async () => {
    const normalized = (await item({})).json;
    expect(normalized).toMatchObject({ type: 'chat.message.sent', source: `/cometchat/${text(sent['appId'])}`, data: { actor: { id: actorOf(sent) }, raw: sent } });
    expect(normalized).not.toHaveProperty('raw');
    expect((await item({ parameters: { output: 'raw' } })).json).toEqual(sent);
    const { receivedat: _received, ...rest } = normalized;
    expect((await item({ parameters: { output: 'both' } })).json).toMatchObject({ ...rest, raw: sent });
    expect((await item({ parameters: { output: 'anything else' } })).json).toMatchObject(rest);
  });

  it('has headers only when it is to, and none that proves anybody', async () => {
    expect((await item({})).json).not.toHaveProperty('headers');
    const request = { ...delivery(sent), headers: [['Authorization', basic()], ['X-Trace', 'a'], ['x-trace', 'b'], ['Cookie', 'session=1'], ['X-Api-Key', 'rest'], ['X-Some-Token', 't'], ['User-Agent', 'CometChat'], ['__proto__', 'x']] as const };
    for (const output of ['normalized', 'raw', 'both']) {
      const { headers } = (await item({ parameters: { output, options: { includeHeaders: true } } }, request)).json;
      expect(headers).toEqual(Object.fromEntries([['authorization', '[redacted]'], ['x-trace', 'a, b'], ['cookie', '[redacted]'], ['x-api-key', '[redacted]'], ['x-some-token', '[redacted]'], ['user-agent', 'CometChat'], ['__proto__', 'x']]));
    }
  });
});

describe('outputs by group', () => {
  const groups = outputNames(true);

  it('are one, unless the node is told to split', () => expect(outputNames(false)).toEqual([undefined]));

  it('are one for each group that the list of events shows, and one more', () => {
    const offered = (eventsOf(node)?.options ?? []).flatMap(({ name }) => (name === '[All]' ? [] : (name.split(':')[0] ?? '')));
    expect(new Set(groups.slice(0, -1).map((name) => name?.toLowerCase()))).toEqual(new Set(offered.map((name) => name.toLowerCase())));
    expect(groups.at(-1)).toBe('Other');
  });

  it.each(Object.entries(provider.events).map(([name, { group }]) => [name, groups.includes(group) ? group : 'Other']))('%s goes to %s', async (trigger, group) => {
    const { result } = await deliver(node, fresh({ parameters: { options: { splitOutputs: true } } }), delivery({ ...sent, trigger }));
    expect(result.workflowData?.map((items) => items.length)).toEqual(groups.map((name) => (name === group ? 1 : 0)));
  });

  it.each(['message_translated', 'toString', '__proto__', 'Messages', ''])('%j, which no list knows, goes to the last', async (trigger) => {
    const { result } = await deliver(node, fresh({ parameters: { options: { splitOutputs: true } } }), delivery({ ...sent, trigger }));
    expect(result.workflowData?.map((items) => items.length)).toEqual(groups.map((name) => (name === 'Other' ? 1 : 0)));
  });

  function outputNames(splitOutputs: boolean): readonly (string | undefined)[] {
    const outputs = evaluated(node.description.outputs as string, { $parameter: { options: { splitOutputs } } }) as readonly { readonly displayName?: string }[];
    return outputs.map(({ displayName }) => displayName);
  }
});

describe('a delivery that comes again', () => {
  afterEach(() => jest.useRealTimers());

  const twice = async (setup: NodeSetup, body: unknown, again = body): Promise<readonly [Reaction, Reaction]> => [await deliver(node, setup, delivery(body)), await deliver(node, setup, delivery(again))];
  const starts = ({ result }: Reaction): number => itemsOf(result.workflowData).length;

  it('is told to be a repeat and starts nothing', async () => {
    const [first, second] = await twice(fresh(), sent);
    expect([starts(first), starts(second)]).toEqual([1, 0]);
    expect(second.status).toBe(200);
    expect(second.result).toEqual({ noWebhookResponse: true });
    expect(second.body).toEqual({ received: true, events: [{ ...(first.body as { events: object[] }).events[0], duplicate: true }] });
  });

  it('starts a workflow for each node that it comes to', async () => {
    expect([starts(await deliver(node, fresh(), delivery(sent))), starts(await deliver(node, fresh(), delivery(sent)))]).toEqual([1, 1]);
  });

  it('is another one when it is of another message', async () => {
    const [first, second] = await twice(fresh(), sent, JSON.parse(JSON.stringify(sent).replaceAll(`"${messageIdOf(sent)}"`, '"98765"')));
    expect([starts(first), starts(second)]).toEqual([1, 1]);
  });

  it('starts the workflow again where that is wanted: switched off, or while somebody tests', async () => {
    for (const setup of [fresh({ parameters: { options: { dedupe: false } } }), fresh({ mode: 'manual' })]) {
      const [first, second] = await twice(setup, sent);
      expect([starts(first), starts(second)]).toEqual([1, 1]);
    }
    // What somebody tests with is not remembered either.
    const setup = fresh({ mode: 'manual' });
    await deliver(node, setup, delivery(sent));
    expect(starts(await deliver(node, { ...setup, mode: 'webhook' }, delivery(sent)))).toBe(1);
  });

  it('starts the workflow when n8n could not store the first one', async () => {
    const setup = fresh();
    const [first, second] = [await deliver(node, { ...setup, storing: 'fails' }, delivery(sent)), await deliver(node, setup, delivery(sent))];
    expect([first.status, starts(second), second.status]).toEqual([500, 1, 200]);
  });

  it('is asked for once more while n8n is still storing the first one', async () => {
    const setup = fresh();
    const [first, second] = [await deliver(node, { ...setup, storing: 'goes on' }, delivery(sent)), await deliver(node, setup, delivery(sent))];
    expect([first.status, starts(second), second.status, second.headers['retry-after']]).toEqual([undefined, 0, 503, '5']);
  });

  it('and was not chosen the first time is not remembered', async () => {
    const setup = fresh();
    await deliver(node, { ...setup, parameters: { ...setup.parameters, events: ['call_ended'] } }, delivery(sent));
    expect(starts(await deliver(node, setup, delivery(sent)))).toBe(1);
  });

  it.each<[string, number, number]>([['user_blocked', 299, 0], ['user_blocked', 301, 1], ['message_sent', 301, 0], ['message_sent', 90_000, 0]])(
    'of %s after %i seconds starts %i',
    async (sample, seconds, expected) => {
      jest.useFakeTimers({ now: 1_772_610_461_000, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask', 'performance'] });
      const setup = fresh();
      await deliver(node, setup, delivery(bodyOf(sample)));
      jest.setSystemTime(1_772_610_461_000 + seconds * 1000);
      expect(starts(await deliver(node, setup, delivery(bodyOf(sample))))).toBe(expected);
    },
  );

  it('with other headers and in another spelling of the same is the same, where the event has an id', async () => {
    const setup = fresh();
    await deliver(node, setup, delivery(sent));
    const reordered = JSON.stringify(Object.fromEntries(Object.entries(sent).reverse()), undefined, 2);
    expect(starts(await deliver(node, setup, delivery(reordered, { 'X-Retry': '1' })))).toBe(0);
  });
});

describe('an expression that fails', () => {
  const failing = (): never => {
    throw new Error('access to env vars denied');
  };

  it.each(['registration', 'events', 'customEvents', 'output', 'options'])('in %s asks for the delivery once more, starts nothing and is logged', async (name) => {
    const { status, body, result, logged } = await deliver(node, fresh({ parameters: { [name]: failing } }), delivery(sent));
    expect([status, result]).toEqual([503, { noWebhookResponse: true }]);
    expect(body).toEqual({ error: { code: 'unavailable', message: expect.stringContaining('log of n8n') as string } });
    expect(logged).toContainEqual({ level: 'error', message: '"Trigger" could not take a delivery. Check the expressions in its parameters.' });
  });

  it('is thrown where n8n shows it: at publication', async () => {
    await expect(callHook(node, 'create', automatic({ parameters: { events: failing } }))).rejects.toThrow('access to env vars denied');
  });
});

it('nothing that comes in makes it throw, and nothing starts a workflow without the password', async () => {
  const names = fc.constantFrom('authorization', 'Authorization', 'content-type', 'x', '', '__proto__', 'cookie');
  const values = fc.oneof(fc.constant(basic()), fc.constant(basic('a', 'b')), fc.string(), fc.constant(''));
  const json = fc.oneof(fc.json(), fc.constantFrom(...sampleNames('cometchat')).map((name) => JSON.stringify(bodyOf(name))));
  const bodies = fc.oneof(json, fc.string(), fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)));
  const anything = fc.oneof(fc.constant(undefined), fc.anything({ maxDepth: 2, withNullPrototype: true }).filter((value) => typeof value !== 'function'));
  const parameters = fc.record({ registration: fc.constantFrom('manual', 'automatic', 7, null), events: fc.oneof(fc.constant(['*']), anything), customEvents: anything, output: anything, options: fc.oneof(anything, fc.record({ ignoreActors: anything, splitOutputs: anything, includeHeaders: anything, dedupe: anything })) }, { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(bodies, fc.array(fc.tuple(names, values), { maxLength: 4 }), parameters, async (body, headers, set) => {
      const { status, result, body: answer, logged } = await deliver(node, fresh({ parameters: { registration: 'manual', ...set } }), { body, headers });
      expect([200, 400, 401]).toContain(status);
      expect(answer).toBeDefined();
      expect(result.noWebhookResponse).toBe(result.workflowData === undefined ? true : undefined);
      const shown = headers.filter(([name]) => name.toLowerCase() === 'authorization').map(([, value]) => value);
      const isLetIn = set.registration !== 'automatic' && shown.length === 1 && shown[0] === basic();
      if (!isLetIn) expect([status, result.workflowData]).toEqual([401, undefined]);
      if (result.workflowData !== undefined) expect(itemsOf(result.workflowData)).toHaveLength(1);
      expect(JSON.stringify([answer, logged])).not.toMatch(SECRETS);
    }),
    { numRuns: 500 },
  );
});

describe('the credential', () => {
  const type = new CometChatApi();
  const fields = { appId: 'app/1', region: 'eu', apiKey: 'rest', managementApiKey: 'key', managementSecret: 'secret', baseUrl: 'https://apimgmt.cometchat.io', apiBaseUrl: '' };

  it.each<[string, Partial<typeof fields>, string]>([
    ['the management API, where there is a key for it', {}, 'https://apimgmt.cometchat.io/apps/app%2F1/webhooks'],
    ['another one', { baseUrl: ' https://chat.example.org/mgmt// ' }, 'https://chat.example.org/mgmt/apps/app%2F1/webhooks'],
    ['CometChat\'s, where none is entered', { baseUrl: '' }, 'https://apimgmt.cometchat.io/apps/app%2F1/webhooks'],
    ['the API of the app, where there is none', { managementApiKey: '', appId: '27318' }, 'https://27318.api-eu.cometchat.io/v3/users'],
    ['that of an installation', { managementApiKey: '', apiBaseUrl: 'https://chat.example.org/v3' }, 'https://chat.example.org/v3/users'],
  ])('is tested against %s, and shows what it has for it', async (_what, change, expected) => {
    const $credentials = { ...fields, ...change };
    const { baseURL, url, headers, qs } = type.test.request;
    const asked = { baseURL: String(evaluated(baseURL ?? '', { $credentials })), url: String(evaluated(url ?? '', { $credentials })) };
    expect(asked.baseURL + asked.url).toBe(expected);
    expect([headers, qs]).toEqual([{ 'X-Webhook-Version': '2' }, { perPage: 1 }]);
    const sentHeaders = (await type.authenticate($credentials, asked)).headers;
    expect(sentHeaders).toEqual($credentials.managementApiKey === '' ? { appId: $credentials.appId, apikey: 'rest' } : { key: 'key', secret: 'secret' });
  });

  it('keeps the headers of a request, and shows nothing to a whole address that a base URL stands before', async () => {
    expect((await type.authenticate(fields, { url: 'https://apimgmt.cometchat.io/apps', headers: { a: '1' } })).headers).toEqual({ a: '1', key: 'key', secret: 'secret' });
    for (const url of ['https://elsewhere.example/x', '//elsewhere.example/x', 'HTTP://elsewhere.example/x']) {
      expect((await type.authenticate(fields, { baseURL: 'https://apimgmt.cometchat.io/', url })).headers).toEqual({});
    }
  });

  it('hides what is secret', () => {
    const hidden = type.properties.filter(({ typeOptions }) => typeOptions?.password === true).map(({ name }) => name);
    expect(hidden).toEqual(['apiKey', 'managementApiKey', 'managementSecret', 'webhookPassword']);
  });
});

function itemsOf(workflowData: readonly (readonly INodeExecutionData[])[] | undefined): readonly INodeExecutionData[] {
  return workflowData?.flat() ?? [];
}

function eventsOf({ description }: CometChatTrigger): { readonly options: readonly { readonly name: string }[] } | undefined {
  return description.properties.find(({ name }) => name === 'events') as (INodeProperties & { options: { name: string }[] }) | undefined;
}

function actorOf(body: typeof sent): string {
  return text(at(body, 'data', 'message', 'sender')) ?? '';
}

function messageIdOf(body: typeof sent): string {
  return text(at(body, 'data', 'message', 'id')) ?? '';
}
