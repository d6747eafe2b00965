/*
 * The CometChat Trigger in a real n8n, against a server that has CometChat's management API and calls webhooks as
 * CometChat does.
 */
import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { nameOf, webhookId } from '../../providers/cometchat/webhook';
import { startFakeCometChat } from '../fakes/cometchat';
import type { FakeCometChat } from '../fakes/cometchat';
import { publishedTriggers } from '../fakes/cometchat/rules';
import type { Delivered, Tamper } from '../fakes/send';
import { rawHttp, statuses } from '../support/raw-http';
import { readSample } from '../support/samples';
import { deliver } from './support/deliver';
import { fakeProvider } from './support/fake-provider';
import { describeWithN8n, PUBLIC_URL, startAnotherN8n } from './support/suite';
import { credentialsOf, triggerOf, withParameters, workflowOf } from './support/workflow';
import type { Credential, Parameters, Workflow, WorkflowDraft, WorkflowNode } from './support/workflow';

const TYPE = 'n8n-nodes-chathooks.cometChatTrigger';
const APP = '27318c05d9a4ef60';
const LOGIN = { webhookUsername: 'chathooks', webhookPassword: 'Zq7Lw2Xn9Vb4' };
const BASIC = `Basic ${Buffer.from(`${LOGIN.webhookUsername}:${LOGIN.webhookPassword}`).toString('base64')}`;

/** n8n on a machine that is busy is slower than the two seconds that CometChat gives it. */
const TIME_LIMIT = 20_000;

describeWithN8n('the CometChat Trigger', (n8n) => {
  let cometchat: FakeCometChat;
  let credential: Credential;
  const created: Workflow[] = [];

  beforeAll(async () => {
    cometchat = await startFakeCometChat({ resolve: () => n8n.url, timeLimitMs: TIME_LIMIT });
    credential = await n8n.createCredential('cometChatApi', fields());
  });
  afterEach(async () => {
    for (const workflow of created.splice(0)) await n8n.unpublish(workflow);
    const left = cometchat.hooks;
    // Or one failed test would fail the others.
    for (const { id } of left) await manage('DELETE', `/${id}`);
    expect(left).toEqual([]);
    expect(cometchat.legacyHooks).toEqual([]);
  });
  afterAll(() => cometchat.close());

  const fields = (change: Parameters = {}): Parameters => ({
    appId: APP, region: 'eu', apiKey: 'rest-api-key', managementApiKey: 'management-key', managementSecret: 'management-secret', baseUrl: cometchat.url, apiBaseUrl: '', webhookUsername: '', webhookPassword: '', ...change,
  });
  const draft = (parameters: Parameters = {}, used = credential): WorkflowDraft =>
    workflowOf({ type: TYPE, credentials: [used], parameters: { registration: 'automatic', events: ['message_sent'], output: 'normalized', options: {}, ...parameters } });
  const create = async (parameters: Parameters = {}, used = credential): Promise<Workflow> => keep(await n8n.createWorkflow(draft(parameters, used)));
  const keep = (workflow: Workflow): Workflow => {
    created.push(workflow);
    return workflow;
  };
  const byHand = async (parameters: Parameters = {}): Promise<Workflow> =>
    create({ registration: 'manual', events: ['*'], ...parameters }, await n8n.createCredential('cometChatApi', { appId: APP, region: 'eu', ...LOGIN }));
  const publicUrl = (workflow: WorkflowDraft): string => `${PUBLIC_URL}webhook/${triggerOf(workflow).webhookId}/webhook`;
  const post = async (body: object, tamper?: Tamper, event = 'message_sent'): Promise<Delivered | undefined> => (await cometchat.deliver(event, body, tamper))[0];
  const called = (): readonly string[] => cometchat.requests.map(({ method, path }) => `${method} ${path.replace(`/apps/${APP}`, '').replace(/^\/webhooks\/[^/]+/, '/webhooks/{id}')}`);
  const since = (before: number): readonly string[] => called().slice(before);

  test('is there with its credential, which is tested against the API that it has a key for', async () => {
    expect(await n8n.nodeTypes()).toContainEqual(expect.objectContaining({ name: TYPE, displayName: 'CometChat Trigger' }));
    const check = (change: Parameters): Promise<{ readonly status: string }> => n8n.testCredential('cometChatApi', fields(change));
    expect(await check({ baseUrl: `${cometchat.url}//` })).toMatchObject({ status: 'OK' });
    expect(called().at(-1)).toBe('GET /webhooks');
    expect(await check({ managementApiKey: 'wrong' })).toMatchObject({ status: 'Error' });
    expect(await check({ managementSecret: 'wrong' })).toMatchObject({ status: 'Error' });
    expect(await check({ appId: 'another' })).toMatchObject({ status: 'Error' });

    cometchat.failNext({ path: /^\/v3\/users$/, status: 200, body: { data: [] } });
    expect(await check({ managementApiKey: '', apiBaseUrl: `${cometchat.url}/v3` })).toMatchObject({ status: 'OK' });
    expect(cometchat.requests.at(-1)?.headers).toMatchObject({ appid: APP, apikey: 'rest-api-key' });
    expect(cometchat.requests.at(-1)?.headers).not.toHaveProperty('secret');
    cometchat.failNext({ path: /^\/v3\/users$/, status: 401 });
    expect(await check({ managementApiKey: '', apiBaseUrl: `${cometchat.url}/v3` })).toMatchObject({ status: 'Error' });
  });

  test('registers itself, runs once for each delivery, and takes its webhook away when it is unpublished', async () => {
    const workflow = await create({ events: ['message_sent', 'call_ended'] });
    const before = called().length;
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    expect(since(before)).toEqual(['GET /webhooks', 'GET /webhooks', 'POST /webhooks', 'POST /webhooks/{id}/triggers']);
    for (const { headers } of cometchat.requests.slice(before)) expect(headers).toMatchObject({ key: 'management-key', secret: 'management-secret', 'x-webhook-version': '2' });
    const [hook] = cometchat.hooks;
    expect(hook).toMatchObject({ id: webhookId(publicUrl(workflow)), webhookURL: publicUrl(workflow), enabled: true, useBasicAuth: true, retryOnFailure: true, triggers: ['message_sent', 'call_ended'] });
    expect([hook?.username, hook?.password]).toEqual([expect.stringMatching(/^[A-Za-z0-9]{20,50}$/), expect.stringMatching(/^[A-Za-z0-9]{40,100}$/)]);
    expect(hook?.name).toBe(nameOf({ appId: '', url: '', triggers: [], label: `n8n ${workflow.name}`, username: hook?.username ?? '', password: hook?.password ?? '' }));

    const first = message();
    const answer = await post(first);
    expect(answer?.status).toBe(200);
    expect(JSON.parse(answer?.body ?? '')).toEqual({ received: true, events: [{ id: expect.any(String) as string, type: 'chat.message.sent', duplicate: false }] });
    expect(await post(first)).toMatchObject({ status: 200, body: expect.stringContaining('"duplicate":true') as string });
    const [execution] = await n8n.expectExecutions(workflow, 1);
    expect(execution).toMatchObject({ mode: 'webhook', status: 'success' });
    expect(execution?.items('End').map(({ json }) => json)).toMatchObject([
      { specversion: '1.0', provider: 'cometchat', type: 'chat.message.sent', providerevent: 'message_sent', source: `/cometchat/${APP}`, hook: 'Trigger', data: { raw: { ...first, webhook: hook?.id } } },
    ]);

    expect(await n8n.unpublish(workflow)).toEqual({ status: 'not_published' });
    expect(cometchat.hooks).toEqual([]);
    expect(await n8n.webhookMethods(publicUrl(workflow))).toEqual([]);
    expect((await deliver(n8n.local(publicUrl(workflow)), { body: first })).status).toBe(404);
  });

  test('refuses what is forged or broken, and starts nothing for it, failed or not', async () => {
    const workflow = await create({ events: ['message_sent'] });
    await n8n.publish(workflow);
    const [{ username = '', password = '' } = {}] = cometchat.hooks;
    const asBasic = (name: string, secret: string): Tamper => (delivery) => ({ ...delivery, headers: { ...delivery.headers, authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}` } });
    const withBody = (body: string | Uint8Array, type = 'application/json'): Tamper => (delivery) => ({ ...delivery, body, headers: { ...delivery.headers, 'Content-Type': type } });
    const status = async (tamper: Tamper): Promise<number | undefined> => (await post(message(), tamper))?.status;

    expect(await status(({ headers: { authorization: _proof, ...headers }, ...delivery }) => ({ ...delivery, headers }))).toBe(401);
    expect(await status(asBasic(username, `${password}0`))).toBe(401);
    expect(await status(asBasic('somebody', password))).toBe(401);
    expect(await status(asBasic('', ''))).toBe(401);
    // Not the secrets that it derives them from either, nor those of somebody who knows how but not the root.
    expect(await status(asBasic('management-key', 'management-secret'))).toBe(401);
    expect(await status(asBasic(username, createHmac('sha256', '').update(JSON.stringify(['chathooks', workflow.id, triggerOf(workflow).id, 'password'])).digest('hex')))).toBe(401);
    // The right pair twice in one request: it is unclear which one counts. An HTTP client would tidy that up.
    const proof = `Authorization: Basic ${Buffer.from(`${username}:${password}`).toString('base64')}\r\n`;
    const { port, pathname } = new URL(n8n.local(publicUrl(workflow)));
    const body = JSON.stringify(message());
    expect(statuses(await rawHttp(Number(port), `POST ${pathname} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${proof}${proof}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`, { silenceMs: 10_000 }))).toEqual([401]);

    // n8n itself answers for JSON that is none.
    expect(await status(withBody('{"trigger":'))).toBe(422);
    expect(await status(withBody('{"trigger":', 'text/plain'))).toBe(400);
    for (const broken of ['', '[]', '[{}]', 'null', '7', '"message_sent"', 'true']) expect([broken, await status(withBody(broken, 'text/plain'))]).toEqual([broken, 400]);
    expect(await status(withBody(''))).toBe(400);
    expect(await status(withBody('[{"trigger":"message_sent"}]'))).toBe(400);
    expect(await status(withBody(Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]), 'text/plain'))).toBe(400);
    expect(await status(withBody(`{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 'text/plain'))).toBe(400);
    expect(await status(withBody('--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n{}\r\n--b--\r\n', 'multipart/form-data; boundary=b'))).toBe(400);
    expect(await status((delivery) => ({ ...delivery, method: 'GET' }))).toBe(404);
    expect(n8n.log()).toContain('"Trigger" refused a delivery: secret_mismatch.');
    expect(n8n.log()).toContain('"Trigger" refused a delivery: credentials_repeated.');
    expect(n8n.log()).not.toContain(password);

    // An event that was not chosen is none of its business, and no reason to try again.
    expect(JSON.parse((await deliver(n8n.local(publicUrl(workflow)), { headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }, body: { ...readSample('cometchat', 'call_ended').body } })).text)).toEqual({ received: true, events: [] });
    await n8n.expectExecutions(workflow, 0);
  });

  test('takes bodies that are large, compressed or not said to be JSON, and one of ten that are the same', async () => {
    const workflow = await byHand();
    await n8n.publish(workflow);
    const url = n8n.local(publicUrl(workflow));
    const send = async (rawBody: string | Uint8Array, headers: Readonly<Record<string, string>>): Promise<number> => (await deliver(url, { rawBody, headers: { authorization: BASIC, ...headers } })).status;
    expect(await send(JSON.stringify({ ...message(), more: 'x'.repeat(5_000_000) }), { 'content-type': 'application/json' })).toBe(200);
    expect(await send(gzipSync(JSON.stringify(message())), { 'content-type': 'application/json', 'content-encoding': 'gzip' })).toBe(200);
    expect(await send(JSON.stringify(message()), { 'content-type': 'application/vnd.cometchat+json' })).toBe(200);
    expect(await send(JSON.stringify(message()), {})).toBe(200);
    const same = JSON.stringify(message());
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(same, { 'content-type': 'application/json' })));
    // While n8n is still storing the first, the others are asked to come again: should it fail, one of them is needed.
    expect(answers).toContain(200);
    expect(answers.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(await send(same, { 'content-type': 'application/json' })).toBe(200);
    const executions = await n8n.expectExecutions(workflow, 5);
    expect(executions.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'success'));
  });

  test('has the same webhook with other triggers when other events are chosen', async () => {
    const workflow = await create({ events: ['message_sent', 'group_created'] });
    await n8n.publish(workflow);
    const [first] = cometchat.hooks;
    const edited = await n8n.edit(workflow, withParameters(workflow, { events: ['group_created'], customEvents: 'call_started' }));
    expect(await n8n.publish(edited)).toEqual({ status: 'published' });
    expect(cometchat.hooks).toMatchObject([{ id: first?.id, webhookURL: first?.webhookURL, password: first?.password, triggers: ['group_created', 'call_started'] }]);
    expect(await post(message())).toBeUndefined();
    expect(await post(readSample('cometchat', 'call_started').body, undefined, 'call_started')).toMatchObject({ status: 200 });
    const [execution] = await n8n.expectExecutions(edited, 1);
    expect(execution?.items('End')[0]?.json).toMatchObject({ type: 'chat.call.started' });

    const all = await n8n.edit(edited, withParameters(edited, { events: ['*'], customEvents: '' }));
    expect(await n8n.publish(all)).toEqual({ status: 'published' });
    expect(new Set(cometchat.hooks[0]?.triggers)).toEqual(new Set(publishedTriggers));
  });

  test('mends in place what an earlier publication left behind', async () => {
    const workflow = await create({ events: ['message_sent', 'group_created'] });
    await n8n.publish(workflow);
    cometchat.failNext({ method: 'DELETE', status: 500, times: 10 });
    expect(await n8n.unpublish(workflow)).toEqual({ status: 'not_published' });
    expect(n8n.log()).toContain('CometChat could not delete the webhook (status 500)');
    const [left] = cometchat.hooks;
    expect(left).toBeDefined();
    // What the rules above did not hit must not hit later.
    while ((await manage('DELETE', '/nothing')) === 500);

    const edited = await n8n.edit(workflow, withParameters(workflow, { events: ['group_created', 'call_ended'] }));
    const before = called().length;
    expect(await n8n.publish(edited)).toEqual({ status: 'published' });
    expect(since(before)).toEqual(['GET /webhooks', 'GET /webhooks/{id}/triggers', 'GET /webhooks', 'PUT /webhooks/{id}', 'GET /webhooks/{id}/triggers', 'POST /webhooks/{id}/triggers', 'DELETE /webhooks/{id}/triggers']);
    // A DELETE with a body, as documented: n8n's client sends it.
    expect(cometchat.requests.at(-1)?.body).toEqual({ triggerIds: ['message_sent'] });
    expect(cometchat.hooks).toMatchObject([{ id: left?.id, triggers: ['group_created', 'call_ended'] }]);
    // Published once more, and nothing to do.
    const renamed = await n8n.edit(edited, { name: 'Another name' });
    expect(await n8n.publish(renamed)).toEqual({ status: 'published' });
    expect(cometchat.hooks).toHaveLength(1);
  });

  test('listens for a test event beside the published workflow: two webhooks, and both are right', async () => {
    const workflow = await create();
    await n8n.publish(workflow);
    expect(await n8n.listen(workflow)).toEqual({ kind: 'listening' });
    const testUrl = publicUrl(workflow).replace('/webhook/', '/webhook-test/');
    expect(cometchat.hooks.map(({ webhookURL }) => webhookURL)).toEqual([publicUrl(workflow), testUrl]);
    expect(await cometchat.deliver('message_sent', message())).toMatchObject([{ status: 200 }, { status: 200 }]);
    const executions = await n8n.expectExecutions(workflow, 2);
    expect(executions.map(({ mode, status }) => [mode, status]).sort()).toEqual([['manual', 'success'], ['webhook', 'success']]);
    // The test event was all that it listened for; the published workflow goes on.
    expect(cometchat.hooks.map(({ webhookURL }) => webhookURL)).toEqual([publicUrl(workflow)]);
    expect(await cometchat.deliver('message_sent', message())).toMatchObject([{ status: 200 }]);
    await n8n.expectExecutions(workflow, 3);

    await n8n.listen(workflow);
    await n8n.stopListening(workflow);
    expect(cometchat.hooks.map(({ webhookURL }) => webhookURL)).toEqual([publicUrl(workflow)]);
    cometchat.failNext({ status: 401, times: 2 });
    expect(await n8n.listen(workflow)).toEqual({ kind: 'refused', message: expect.stringContaining('Check key and secret in the credential') as string });
  });

  test('keeps working when n8n is restarted, without a call', async () => {
    const workflow = await create();
    await n8n.publish(workflow);
    const before = called().length;
    await n8n.restart();
    await n8n.waitForWebhook(publicUrl(workflow));
    expect(await post(message())).toMatchObject({ status: 200 });
    expect(await post(message(), ({ headers: { authorization: _proof, ...headers }, ...delivery }) => ({ ...delivery, headers }))).toMatchObject({ status: 401 });
    await n8n.expectExecutions(workflow, 1);
    expect(since(before)).toEqual([]);
    // Unpublishing finds the webhook without anything that was kept.
    await n8n.unpublish(workflow);
    expect(cometchat.hooks).toEqual([]);
  });

  test('tells what to do when it can not be published, and leaves nothing behind', async () => {
    const trouble = await startFakeCometChat();
    const other = await n8n.createCredential('cometChatApi', fields({ baseUrl: trouble.url }));
    // Its webhooks have the address of the machine that it runs on. Started meanwhile: n8n takes its time for each failure, one after the other.
    const local = startAnotherN8n();
    try {
      trouble.failNext({ method: 'POST', path: /triggers$/, status: 500, times: 100 });
      const publications = await Promise.all([
        n8n.publish(await create({}, await n8n.createCredential('cometChatApi', fields({ managementSecret: 'wrong' })))),
        n8n.publish(await create({}, other)),
        local.then(async (another) => another.publish(await another.createWorkflow(draft({}, await another.createCredential('cometChatApi', fields({ baseUrl: trouble.url })))))),
      ]);
      expect(publications).toEqual([
        { status: 'failed', message: expect.stringMatching(/status 401.*Check key and secret in the credential.*set 'Registration' to Manual/) as string },
        { status: 'failed', message: expect.stringMatching(/could not add triggers to the webhook \(status 500\)\. The provider has trouble of its own\. Try again later/) as string },
        { status: 'failed', message: expect.stringMatching(/^CometChat calls public HTTPS addresses only, and http:\/\/localhost:\d+ is none\. Set WEBHOOK_URL of n8n to its public https address/) as string },
      ]);
      expect(JSON.stringify(publications)).not.toMatch(/management-key|management-secret|wrong/);
      expect(trouble.hooks).toEqual([]);
    } finally {
      await Promise.all([trouble.close(), local.then((another) => another.stop())]);
    }
  });

  test('needs no call when it is registered by hand, and runs for the credentials that the user chose', async () => {
    const before = called().length;
    const workflow = await byHand({ events: ['message_sent'] });
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    const url = n8n.local(publicUrl(workflow));
    expect((await deliver(url, { body: message(), headers: { authorization: BASIC } })).status).toBe(200);
    expect((await deliver(url, { body: message() })).status).toBe(401);
    await n8n.expectExecutions(workflow, 1);
    await n8n.unpublish(workflow);
    expect(since(before)).toEqual([]);
  });

  test('gives each group of events an output, where it is told to', async () => {
    const plain = draft({ registration: 'manual', events: ['*'], options: { splitOutputs: true } }, await n8n.createCredential('cometChatApi', { appId: APP, region: 'eu', ...LOGIN }));
    const [trigger, end] = plain.nodes;
    if (trigger === undefined || end === undefined) throw new Error('The draft has no nodes.');
    // Behind the first output, of messages, and behind the fourth, of calls.
    const calls: WorkflowNode = { ...end, id: 'calls', name: 'Calls' };
    const main = [[{ node: 'End', type: 'main', index: 0 }], [], [], [{ node: 'Calls', type: 'main', index: 0 }]];
    const workflow = keep(await n8n.createWorkflow({ ...plain, nodes: [trigger, end, calls], connections: { [trigger.name]: { main } } }));
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    const url = n8n.local(publicUrl(workflow));
    for (const body of [message(), readSample('cometchat', 'call_ended').body, { ...message(), trigger: 'message_translated' }]) {
      expect((await deliver(url, { body, headers: { authorization: BASIC } })).status).toBe(200);
      await n8n.waitForWebhook(url);
    }
    const executions = await n8n.expectExecutions(workflow, 3);
    const typesOf = (node: string, output = 0): readonly unknown[] => executions.flatMap((execution) => execution.items(node, output)).map(({ json }) => json['type']);
    expect([typesOf('End'), typesOf('Calls')]).toEqual([['chat.message.sent'], ['chat.call.ended']]);
    expect([typesOf('Trigger', 0), typesOf('Trigger', 3), typesOf('Trigger', 7)]).toEqual([['chat.message.sent'], ['chat.call.ended'], ['chat.unknown']]);
  });

  test('tells in the item which files it could not have, and starts all the same', async () => {
    const workflow = await byHand({ options: { downloadMedia: true, includeHeaders: true } });
    await n8n.publish(workflow);
    const base = message() as { readonly data: { readonly message: object } };
    // The server that a file could come from is on this machine, which no message may point at: nothing is fetched.
    const attachments = [{ url: `${cometchat.url.replace('http:', 'https:')}/a` }, { url: 'https://media-eu.cometchat.invalid/a', name: 'a.jpg' }];
    const body = { ...base, data: { message: { ...base.data.message, type: 'file', data: { attachments } } } };
    const before = called().length;
    expect((await deliver(n8n.local(publicUrl(workflow)), { body, headers: { authorization: BASIC, 'x-trace': '7' } })).status).toBe(200);
    const [execution] = await n8n.expectExecutions(workflow, 1, { within: 30_000 });
    const [item] = execution?.items('End') ?? [];
    expect(item?.json['media']).toEqual([
      { url: attachments[0]?.url, error: 'Not downloaded: the address is not a public one.' },
      { name: 'a.jpg', url: attachments[1]?.url, error: 'Not downloaded: the server does not answer.' },
    ]);
    expect(item?.json['headers']).toMatchObject({ authorization: '[redacted]', 'x-trace': '7' });
    expect(since(before)).toEqual([]);
  });

  test('asks for a delivery once more when an expression in its parameters fails, and starts nothing', async () => {
    // Expressions may not read the environment, unless n8n is told otherwise.
    const workflow = await byHand({ options: { ignoreActors: '={{ $env.BOT_ID }}' } });
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    expect(await deliver(n8n.local(publicUrl(workflow)), { body: message(), headers: { authorization: BASIC } })).toMatchObject({ status: 503, text: expect.stringContaining('"unavailable"') as string });
    await n8n.expectExecutions(workflow, 0);
    expect(n8n.log()).toContain('"Trigger" could not take a delivery. Check the expressions in its parameters.');
  });

  test('lends its credential to the HTTP Request node, for CometChat and for nobody else', async () => {
    const elsewhere = await fakeProvider(() => ({ body: {} }));
    const manual = await n8n.createCredential('cometChatApi', fields(LOGIN));
    const request = (name: string, url: string): WorkflowNode => ({
      id: name, name, type: 'n8n-nodes-base.httpRequest', typeVersion: 4.2, position: [220, 0], credentials: credentialsOf([manual]),
      parameters: { url, authentication: 'predefinedCredentialType', nodeCredentialType: 'cometChatApi', sendHeaders: true, headerParameters: { parameters: [{ name: 'X-Webhook-Version', value: '2' }] } },
    });
    const plain = draft({ registration: 'manual' }, manual);
    const [trigger] = plain.nodes;
    if (trigger === undefined) throw new Error('The draft has no nodes.');
    const link = (node: string): object => ({ main: [[{ node, type: 'main', index: 0 }]] });
    const workflow = keep(await n8n.createWorkflow({
      ...plain,
      nodes: [trigger, request('Ours', `${cometchat.url}/apps/${APP}/webhooks`), request('Theirs', `${elsewhere.url}/x`)],
      connections: { [trigger.name]: link('Ours'), Ours: link('Theirs') },
    }));
    try {
      await n8n.publish(workflow);
      expect((await deliver(n8n.local(publicUrl(workflow)), { body: message(), headers: { authorization: BASIC } })).status).toBe(200);
      const [execution] = await n8n.expectExecutions(workflow, 1);
      expect(execution).toMatchObject({ status: 'success' });
      expect(cometchat.requests.at(-1)).toMatchObject({ status: 200, headers: { key: 'management-key', secret: 'management-secret' } });
      expect(elsewhere.calls).toHaveLength(1);
      expect(JSON.stringify(elsewhere.calls[0]?.headers)).not.toMatch(/management-|rest-api-key|apikey/);
    } finally {
      await elsewhere.close();
    }
  });

  /** What somebody does in the dashboard. */
  async function manage(method: string, path: string): Promise<number> {
    const answer = await fetch(`${cometchat.url}/apps/${APP}/webhooks${path}`, { method, headers: { key: 'management-key', secret: 'management-secret', 'x-webhook-version': '2' } });
    return answer.status;
  }
});

/** A message that nobody has sent yet, as CometChat puts it. */
function message(): object {
  nextId += 1;
  const { body } = readSample('cometchat', 'message_sent');
  const { data, ...envelope } = body as { readonly data: { readonly message: object } };
  return { ...envelope, appId: APP, region: 'eu', data: { message: { ...data.message, id: String(nextId) } } };
}
let nextId = 700_000;
