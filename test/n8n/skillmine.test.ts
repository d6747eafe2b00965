/*
 * The Skillmine Auth Trigger in a real n8n, against a server that has the API of Skillmine's SDK and sends its events.
 */
import { createHash } from 'node:crypto';
import { skillmine as provider } from '../../providers/skillmine';
import { startFakeCidaas } from '../fakes/cidaas';
import type { Delivered, Tamper } from '../fakes/send';
import { startFakeSkillmine } from '../fakes/skillmine';
import type { FakeSkillmine } from '../fakes/skillmine';
import { readSample } from '../support/samples';
import type { CredentialTest } from './support/client';
import { deliver } from './support/deliver';
import { createRest } from './support/rest';
import { describeWithN8n, PUBLIC_URL } from './support/suite';
import { triggerOf, withParameters, workflowOf } from './support/workflow';
import type { Credential, Parameters, Workflow } from './support/workflow';

const TYPE = 'n8n-nodes-chathooks.skillmineAuthTrigger';
const CLIENT = { clientId: 'skillmine-client', clientSecret: 'skillmine-secret' };

describeWithN8n('the Skillmine Auth Trigger', (n8n) => {
  let skillmine: FakeSkillmine;
  let credential: Credential;

  beforeAll(async () => {
    skillmine = await startFakeSkillmine({ resolve: () => n8n.url });
    credential = await n8n.createCredential('skillmineAuthApi', { baseUrl: skillmine.url, ...CLIENT });
  });
  afterEach(async () => {
    for (const workflow of created.splice(0)) await n8n.unpublish(workflow);
    expect(skillmine.hooks).toEqual([]);
  });
  afterAll(() => skillmine.close());

  const created: Workflow[] = [];
  const create = async (parameters: Parameters = {}, used = credential): Promise<Workflow> => {
    const workflow = await n8n.createWorkflow(workflowOf({ type: TYPE, credentials: [used], parameters: { events: ['USER_CREATED', 'LOGOUT'], options: {}, ...parameters } }));
    created.push(workflow);
    return workflow;
  };
  const publicUrl = (workflow: Workflow): string => `${PUBLIC_URL}webhook/${triggerOf(workflow).webhookId}/webhook`;
  const post = async (event: string, body: object, tamper?: Tamper, from = skillmine): Promise<Delivered | undefined> => (await from.deliver(event, body, tamper))[0];
  const calls = (): readonly string[] => skillmine.requests.map(({ method, path }) => `${method} ${path}`);

  test('is there with its credential, which is tested', async () => {
    expect(await n8n.nodeTypes()).toContainEqual(expect.objectContaining({ name: TYPE, displayName: 'Skillmine Auth Trigger' }));
    // n8n keeps the token with the credential, so that only one that is saved can be tested: its editor saves first.
    const test = async (data: Parameters): Promise<CredentialTest> => {
      const { id, name, type } = await n8n.createCredential('skillmineAuthApi', data);
      return createRest(n8n.url, n8n.cookie).post('credentials/test', { credentials: { id, name, type, data } });
    };
    expect(await test({ baseUrl: `${skillmine.url}/`, ...CLIENT })).toMatchObject({ status: 'OK' });
    expect(calls().slice(-2)).toEqual(['POST /token-srv/token', 'GET /webhook-srv/all']);
    expect(await test({ baseUrl: skillmine.url, ...CLIENT, clientSecret: 'wrong' })).toEqual({ status: 'Error', message: expect.stringMatching(/could not issue an access token \(status 401: invalid_client.*Check client ID, client secret and scopes/) });
    expect(await test({ baseUrl: skillmine.url })).toEqual({ status: 'Error', message: expect.stringContaining('Client ID and client secret are empty') });
    expect(await test({ baseUrl: `${skillmine.url}/elsewhere`, ...CLIENT })).toEqual({ status: 'Error', message: expect.stringContaining('Check \'Base URL\'') });
    skillmine.failNext({ path: /all$/, status: 403 });
    expect(await test({ baseUrl: skillmine.url, ...CLIENT })).toEqual({ status: 'Error', message: expect.stringContaining('enter them in \'Scope\'') });
  });

  test('is not published without events', async () => {
    const workflow = await create({ events: [] });
    expect(await n8n.publish(workflow)).toEqual({ status: 'refused', message: expect.stringMatching(/required parameters: events/) });
  });

  test('runs once for each event with its key, after a restart too, until it is unpublished', async () => {
    const workflow = await create();
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    const [hook] = skillmine.hooks;
    expect(hook).toMatchObject({ name: expect.stringContaining(workflow.name.slice(0, 20)), url: publicUrl(workflow), events: ['USER_CREATED', 'LOGOUT'], notification_type: 'REST', authentication_type: 'API_KEY', api_key: expect.stringMatching(/^[\da-f]{64}$/), active: true });

    const first = fresh();
    expect(await post('USER_CREATED', first)).toMatchObject({ status: 200, body: expect.stringContaining('"type":"identity.user.created","duplicate":false') });
    expect(await post('USER_CREATED', first)).toMatchObject({ status: 200, body: expect.stringContaining('"duplicate":true') });
    expect(await post('USER_CREATED', fresh(), withKey('f'.repeat(64)))).toMatchObject({ status: 401, body: expect.stringContaining('unauthenticated') });
    expect(await post('USER_CREATED', fresh(), withKey(undefined))).toMatchObject({ status: 401 });
    expect(await post('USER_CREATED', fresh(), (delivery) => ({ ...delivery, body: '[]' }))).toMatchObject({ status: 400 });
    expect(await post('USER_CREATED', fresh(), (delivery) => ({ ...delivery, body: '' }))).toMatchObject({ status: 400 });
    expect(await deliver(n8n.webhookUrl(workflow), { body: { ...fresh(), event_type: 'USER_DELETED' }, headers: { 'x-api-key': hook?.api_key ?? '' } })).toMatchObject({ status: 200 });
    const [execution] = await n8n.expectExecutions(workflow, 1);
    expect(execution).toMatchObject({ mode: 'webhook', status: 'success' });
    expect(execution?.items('End').map(({ json }) => json)).toMatchObject([{ specversion: '1.0', provider: 'skillmine', type: 'identity.user.created', providerevent: 'USER_CREATED', hook: 'Trigger', data: { identity: { object: { kind: 'user' } } } }]);

    const before = calls().length;
    await n8n.restart();
    await n8n.waitForWebhook(publicUrl(workflow));
    expect(await post('USER_CREATED', fresh())).toMatchObject({ status: 200 });
    await n8n.expectExecutions(workflow, 2);
    expect(calls().slice(before)).toEqual([]);

    expect(await n8n.unpublish(workflow)).toEqual({ status: 'not_published' });
    expect(skillmine.hooks).toEqual([]);
    expect(await n8n.webhookMethods(publicUrl(workflow))).toEqual([]);
  });

  test('has one webhook, with the new events, after its events have changed', async () => {
    const workflow = await create();
    await n8n.publish(workflow);
    const [{ api_key: key } = { api_key: '' }] = skillmine.hooks;
    const changed = await n8n.edit(workflow, withParameters(workflow, { events: ['USER_DELETED'] }));
    expect(await n8n.publish(changed)).toEqual({ status: 'published' });
    expect(skillmine.hooks).toMatchObject([{ url: publicUrl(workflow), events: ['USER_DELETED'], api_key: key }]);
    expect(await post('USER_CREATED', fresh())).toBeUndefined();
    expect(await post('USER_DELETED', fresh())).toMatchObject({ status: 200 });
    const [execution] = await n8n.expectExecutions(changed, 1);
    expect(execution?.items('End')[0]?.json).toMatchObject({ type: 'identity.user.deleted' });
  });

  test('removes a webhook that was switched off in the console', async () => {
    const workflow = await create();
    await n8n.publish(workflow);
    const [hook] = skillmine.hooks;
    await manage('PUT', `/webhook-srv/${hook?._id}`, { ...hook, active: false });
    expect(skillmine.hooks).toMatchObject([{ active: false }]);
    await n8n.unpublish(workflow);
    expect(skillmine.hooks).toEqual([]);
  });

  test('gives every node a key of its own', async () => {
    const [one, other] = [await create(), await create()];
    await n8n.publish(one);
    await n8n.publish(other);
    const keys = skillmine.hooks.map(({ api_key: key }) => key);
    expect(new Set(keys).size).toBe(2);
    const [ofOne, ofOther] = [one, other].map((workflow) => skillmine.hooks.find(({ url }) => url === publicUrl(workflow))?.api_key ?? '');
    expect(await deliver(n8n.webhookUrl(one), { body: { ...fresh(), event_type: 'LOGOUT' }, headers: { 'x-api-key': ofOther ?? '' } })).toMatchObject({ status: 401 });
    expect(await deliver(n8n.webhookUrl(one), { body: { ...fresh(), event_type: 'LOGOUT' }, headers: { 'x-api-key': ofOne ?? '' } })).toMatchObject({ status: 200 });
    await n8n.expectExecutions(one, 1);
  });

  test('takes one-time passwords', async () => {
    const otp = await startFakeSkillmine({ resolve: () => n8n.url, placement: { in: 'header', name: 'x-otp' } });
    try {
      const workflow = await create({ authentication: 'totp', keyName: 'x-otp' }, await n8n.createCredential('skillmineAuthApi', { baseUrl: otp.url, ...CLIENT }));
      expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
      expect(otp.hooks).toMatchObject([{ authentication_type: 'TOTP', totp_key: expect.stringMatching(/^[A-Z2-7]{32}$/) }]);
      expect(await post('USER_CREATED', fresh(), undefined, otp)).toMatchObject({ status: 200 });
      expect(await post('USER_CREATED', fresh(), (delivery) => ({ ...delivery, headers: { ...delivery.headers, 'x-otp': '000000' } }), otp)).toMatchObject({ status: 401 });
      await n8n.expectExecutions(workflow, 1);
      await n8n.unpublish(workflow);
      expect(otp.hooks).toEqual([]);
    } finally {
      await otp.close();
    }
  });

  test('takes tokens of the issuer that is named', async () => {
    const issuer = await startFakeCidaas({ deliveryScopes: ['n8n:webhook'] });
    try {
      const workflow = await create({ authentication: 'oauth2', scopes: 'n8n:webhook', issuer: issuer.url, oauthUrl: `${issuer.url}/token-srv/token` });
      expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
      expect(skillmine.hooks).toMatchObject([{ authentication_type: 'OAUTH2', oauth2_config: { client_id: 'skillmine-client', token_url: `${issuer.url}/token-srv/token` } }]);
      const bearer = (token: string): Tamper => (delivery) => ({ ...delivery, headers: { ...delivery.headers, Authorization: `Bearer ${token}` } });
      expect(await post('USER_CREATED', fresh(), bearer(issuer.issueToken()))).toMatchObject({ status: 200 });
      expect(await post('USER_CREATED', fresh(), bearer(issuer.issueToken({ scopes: ['other'] })))).toMatchObject({ status: 401 });
      expect(await post('USER_CREATED', fresh())).toMatchObject({ status: 401 });
      await n8n.expectExecutions(workflow, 1);
    } finally {
      await issuer.close();
    }
  });

  test('listens for a test event beside the published workflow', async () => {
    const workflow = await create();
    await n8n.publish(workflow);
    expect(await n8n.listen(workflow)).toEqual({ kind: 'listening' });
    expect(skillmine.hooks.map(({ url }) => url)).toEqual([publicUrl(workflow), publicUrl(workflow).replace('/webhook/', '/webhook-test/')]);
    expect(await skillmine.deliver('USER_CREATED', fresh())).toMatchObject([{ status: 200 }, { status: 200 }]);
    const executions = await n8n.expectExecutions(workflow, 2);
    expect(executions.map(({ mode }) => mode).sort()).toEqual(['manual', 'webhook']);
    expect(skillmine.hooks).toMatchObject([{ url: publicUrl(workflow) }]);
  });

  test.each([
    [{ method: 'POST', path: /^\/webhook-srv$/, status: 500 }, /could not create the webhook \(status 500\).*Try again later/],
    [{ path: /^\/webhook-srv/, status: 403 }, /could not list the webhooks \(status 403\).*save it again so that n8n fetches a new token/],
    [{ method: 'POST', path: /^\/webhook-srv$/, reset: true }, /could not create the webhook \(no answer: .*Check the base URL/],
  ])('says what to do when Skillmine fails: %j', async (rule, told) => {
    skillmine.failNext({ ...rule, times: 50 });
    const workflow = await create();
    expect(await n8n.publish(workflow)).toEqual({ status: 'failed', message: expect.stringMatching(told) });
    expect(skillmine.hooks).toEqual([]);
    await forgive();
  });

  test('says what to do about a client that is not accepted', async () => {
    const wrong = await n8n.createCredential('skillmineAuthApi', { baseUrl: skillmine.url, ...CLIENT, clientSecret: 'wrong' });
    const workflow = await create({}, wrong);
    expect(await n8n.publish(workflow)).toEqual({ status: 'failed', message: expect.stringMatching(/status 401: invalid_client.*Check client ID and client secret in the credential/) });
  });

  test('makes one webhook of two tries when the answer to the first was lost', async () => {
    skillmine.failNext({ method: 'POST', path: /^\/webhook-srv$/, status: 504, carriedOut: true });
    const workflow = await create();
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    expect(skillmine.hooks).toMatchObject([{ url: publicUrl(workflow) }]);
    expect(await post('USER_CREATED', fresh())).toMatchObject({ status: 200 });
    await n8n.expectExecutions(workflow, 1);
  });

  test('takes a webhook that was made by hand, with the key in the credential', async () => {
    const byHand = await n8n.createCredential('skillmineAuthApi', { baseUrl: skillmine.url, deliverySecret: 'k3y-of-the-console' });
    const workflow = await create({ registration: 'manual' }, byHand);
    const before = calls().length;
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    const body = { ...fresh(), event_type: 'USER_CREATED' };
    expect(await deliver(n8n.webhookUrl(workflow), { body, headers: { 'x-api-key': 'another' } })).toMatchObject({ status: 401 });
    expect(await deliver(n8n.webhookUrl(workflow), { body, headers: { Authorization: 'Bearer k3y-of-the-console' } })).toMatchObject({ status: 200 });
    await n8n.expectExecutions(workflow, 1);
    await n8n.unpublish(workflow);
    expect(calls().slice(before)).toEqual([]);

    const keyless = await create({ registration: 'manual' }, await n8n.createCredential('skillmineAuthApi', { baseUrl: skillmine.url }));
    expect(await n8n.publish(keyless)).toEqual({ status: 'failed', message: expect.stringContaining('Fill in \'Delivery Secret\' in the credential') });
  });

  /** What somebody does in the console. */
  async function manage(method: string, path: string, body: object): Promise<void> {
    const call = (where: string, headers: Readonly<Record<string, string>>, how: string, what: object): Promise<Response> =>
      fetch(`${skillmine.url}${where}`, { method: how, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(what) });
    const token = await call('/token-srv/token', {}, 'POST', { grant_type: 'client_credentials', client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret });
    const { access_token: accessToken } = (await token.json()) as { access_token: string };
    expect((await call(path, { authorization: `Bearer ${accessToken}` }, method, body)).status).toBe(200);
  }

  /** What is left of a failure that was to last: used up. */
  async function forgive(): Promise<void> {
    for (let left = 0; left < 60; left += 1) {
      const answer = await fetch(`${skillmine.url}/webhook-srv`, { method: 'POST' }).catch(() => undefined);
      if (answer?.status === 401) return;
    }
    throw new Error('Skillmine still fails.');
  }
});

/** A body that nobody has sent yet. */
function fresh(): object {
  sequence += 1;
  const nonce = createHash('sha256').update(`${process.pid}/${sequence}`).digest('hex').slice(0, 8);
  return provider.freshen(readSample('skillmine', 'USER_CREATED'), 'USER_CREATED', { sequence, nonce, now: new Date() }).body;
}
let sequence = 0;

function withKey(key: string | undefined): Tamper {
  return ({ headers, ...delivery }) => {
    const { 'x-api-key': _key, ...others } = headers;
    return { ...delivery, headers: { ...others, ...(key === undefined ? {} : { 'x-api-key': key }) } };
  };
}
