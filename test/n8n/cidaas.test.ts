/*
 * The Cidaas Trigger in a real n8n, against a tenant that has cidaas' API and sends its events.
 */
import { createHash } from 'node:crypto';
import { cidaas as provider } from '../../providers/cidaas';
import { allEvents } from '../../providers/cidaas/webhook';
import { startFakeCidaas } from '../fakes/cidaas';
import type { FakeCidaas, FakeCidaasOptions } from '../fakes/cidaas';
import type { Delivered, Tamper } from '../fakes/send';
import { readSample } from '../support/samples';
import type { CredentialTest } from './support/client';
import { deliver } from './support/deliver';
import { createRest } from './support/rest';
import { describeWithN8n, PUBLIC_URL, startAnotherN8n } from './support/suite';
import { triggerOf, withParameters, workflowOf } from './support/workflow';
import type { Credential, Parameters, Workflow } from './support/workflow';

const TYPE = 'n8n-nodes-chathooks.cidaasTrigger';
const CLIENT = { clientId: 'cidaas-client', clientSecret: 'cidaas-secret' };

describeWithN8n('the Cidaas Trigger', (n8n) => {
  let cidaas: FakeCidaas;
  let credential: Credential;

  beforeAll(async () => {
    cidaas = await startFakeCidaas({ resolve: () => n8n.url });
    credential = await n8n.createCredential('cidaasApi', { baseUrl: cidaas.url, ...CLIENT });
  });
  afterEach(async () => {
    for (const workflow of created.splice(0)) await n8n.unpublish(workflow);
    expect(cidaas.hooks).toEqual([]);
  });
  afterAll(() => cidaas.close());

  const created: Workflow[] = [];
  const create = async (parameters: Parameters = {}, used = credential): Promise<Workflow> => {
    const workflow = await n8n.createWorkflow(workflowOf({ type: TYPE, credentials: [used], parameters: { events: ['ACCOUNT_MODIFIED', 'LOGOUT'], options: {}, ...parameters } }));
    created.push(workflow);
    return workflow;
  };
  const publicUrl = (workflow: Workflow): string => `${PUBLIC_URL}webhook/${triggerOf(workflow).webhookId}/webhook`;
  const post = async (event: string, body: object, tamper?: Tamper, from = cidaas): Promise<Delivered | undefined> => (await from.deliver(event, body, tamper))[0];
  const calls = (): readonly string[] => cidaas.requests.map(({ method, path }) => `${method} ${path}`);

  /** A tenant of its own, and a credential for it. */
  async function withTenant(options: FakeCidaasOptions, use: (tenant: FakeCidaas, credential: Credential) => Promise<void>): Promise<void> {
    const tenant = await startFakeCidaas({ resolve: () => n8n.url, ...options });
    try {
      await use(tenant, await n8n.createCredential('cidaasApi', { baseUrl: tenant.url, ...CLIENT }));
    } finally {
      for (const workflow of created.splice(0)) await n8n.unpublish(workflow);
      const left = tenant.hooks;
      await tenant.close();
      expect(left).toEqual([]);
    }
  }

  test('is there with its credential, which is tested', async () => {
    expect(await n8n.nodeTypes()).toContainEqual(expect.objectContaining({ name: TYPE, displayName: 'Cidaas Trigger' }));
    // n8n keeps the token with the credential, so that only one that is saved can be tested: its editor saves first.
    const test = async (data: Parameters): Promise<CredentialTest> => {
      const { id, name, type } = await n8n.createCredential('cidaasApi', data);
      return createRest(n8n.url, n8n.cookie).post('credentials/test', { credentials: { id, name, type, data } });
    };
    expect(await test({ baseUrl: `${cidaas.url}/`, ...CLIENT })).toMatchObject({ status: 'OK' });
    expect(calls().slice(-2)).toEqual(['POST /token-srv/token', 'GET /webhook-srv/eventdescriptions']);
    expect(await test({ baseUrl: cidaas.url, ...CLIENT, clientSecret: 'wrong' })).toEqual({ status: 'Error', message: expect.stringMatching(/could not issue an access token \(status 401: invalid_client.*Check client ID, client secret and scopes/) });
    expect(await test({ baseUrl: cidaas.url })).toEqual({ status: 'Error', message: expect.stringContaining('Client ID and client secret are empty') });
    expect(await test({ baseUrl: `${cidaas.url}/elsewhere`, ...CLIENT })).toEqual({ status: 'Error', message: expect.stringContaining('Check \'Base URL\'') });
    cidaas.failNext({ path: /eventdescriptions$/, status: 403 });
    expect(await test({ baseUrl: cidaas.url, ...CLIENT })).toEqual({ status: 'Error', message: expect.stringContaining('lacks the scope cidaas:webhook_read') });
  });

  test('lists the events that the tenant has, and has the published ones for its cards', async () => {
    const [description] = (await n8n.nodeTypes()).filter(({ name }) => name === TYPE);
    expect(description?.properties.find(({ name }) => name === 'events')?.['options']).toHaveLength(allEvents().length + 1);
    await withTenant({ events: ['LOGOUT', 'SOME_NEW_EVENT'] }, async (_tenant, used) => {
      expect(await n8n.loadOptions({ type: TYPE, method: 'getEvents', path: 'events', credentials: [used] })).toMatchObject([{ name: '[All]', value: '*' }, { value: 'LOGOUT' }, { name: 'Other: Some New Event', value: 'SOME_NEW_EVENT' }]);
    });
    expect(await n8n.loadOptions({ type: TYPE, method: 'getEvents', path: 'events' })).toHaveLength(allEvents().length + 1);
  });

  test('runs once for each event with its key, after a restart too, until it is unpublished', async () => {
    const workflow = await create();
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    const key = cidaas.hooks[0]?.apikeyDetails.apikey ?? '';
    expect(cidaas.hooks).toMatchObject([{ url: publicUrl(workflow), events: ['ACCOUNT_MODIFIED', 'LOGOUT'], auth_type: 'APIKEY', apikeyDetails: { apikey_placeholder: 'x-api-key', apikey_placement: 'header', apikey: expect.stringMatching(/^[\da-f]{64}$/) }, disable: false }]);

    const first = fresh();
    expect(await post('ACCOUNT_MODIFIED', first)).toMatchObject({ status: 200, body: expect.stringContaining('"type":"identity.user.updated","duplicate":false') });
    expect(await post('ACCOUNT_MODIFIED', first)).toMatchObject({ status: 200, body: expect.stringContaining('"duplicate":true') });
    expect(await post('ACCOUNT_MODIFIED', fresh(), withHeader('x-api-key', 'f'.repeat(64)))).toMatchObject({ status: 401, body: expect.stringContaining('unauthenticated') });
    expect(await post('ACCOUNT_MODIFIED', fresh(), withHeader('x-api-key', undefined))).toMatchObject({ status: 401 });
    expect(await post('ACCOUNT_MODIFIED', fresh(), (delivery) => ({ ...delivery, body: '[]' }))).toMatchObject({ status: 400 });
    expect(await post('ACCOUNT_MODIFIED', fresh(), (delivery) => ({ ...delivery, body: '' }))).toMatchObject({ status: 400 });
    expect(await deliver(n8n.webhookUrl(workflow), { body: { ...fresh(), eventtype: 'ACCOUNT_DELETED' }, headers: { 'x-api-key': key } })).toMatchObject({ status: 200 });
    const [execution] = await n8n.expectExecutions(workflow, 1);
    expect(execution).toMatchObject({ mode: 'webhook', status: 'success' });
    expect(execution?.items('End').map(({ json }) => json)).toMatchObject([{ specversion: '1.0', provider: 'cidaas', source: '/cidaas/quarzlabor-eu', type: 'identity.user.updated', providerevent: 'ACCOUNT_MODIFIED', hook: 'Trigger' }]);

    const before = calls().length;
    await n8n.restart();
    await n8n.waitForWebhook(publicUrl(workflow));
    expect(await post('ACCOUNT_MODIFIED', fresh())).toMatchObject({ status: 200 });
    await n8n.expectExecutions(workflow, 2);
    expect(calls().slice(before)).toEqual([]);

    expect(await n8n.unpublish(workflow)).toEqual({ status: 'not_published' });
    expect(cidaas.hooks).toEqual([]);
    expect(await n8n.webhookMethods(publicUrl(workflow))).toEqual([]);
  });

  test('has one webhook, with the new events, after its events have changed', async () => {
    const workflow = await create();
    await n8n.publish(workflow);
    const key = cidaas.hooks[0]?.apikeyDetails.apikey;
    const changed = await n8n.edit(workflow, withParameters(workflow, { events: ['ACCOUNT_DELETED'] }));
    expect(await n8n.publish(changed)).toEqual({ status: 'published' });
    expect(cidaas.hooks).toMatchObject([{ url: publicUrl(workflow), events: ['ACCOUNT_DELETED'], apikeyDetails: { apikey: key } }]);
    expect(await post('ACCOUNT_MODIFIED', fresh())).toBeUndefined();
    expect(await post('ACCOUNT_DELETED', fresh())).toMatchObject({ status: 200 });
    const [execution] = await n8n.expectExecutions(changed, 1);
    expect(execution?.items('End')[0]?.json).toMatchObject({ type: 'identity.user.deleted' });
  });

  test('has a webhook after a change that does not concern it, though the tenant still shows the deleted one', async () => {
    await withTenant({ staleReads: 3 }, async (tenant, used) => {
      const workflow = await create({}, used);
      await n8n.publish(workflow);
      const changed = await n8n.edit(workflow, withParameters(workflow, { output: 'raw' }));
      expect(await n8n.publish(changed)).toEqual({ status: 'published' });
      expect(tenant.hooks).toMatchObject([{ url: publicUrl(workflow) }]);
      expect(await post('ACCOUNT_MODIFIED', fresh(), undefined, tenant)).toMatchObject({ status: 200 });
      const [execution] = await n8n.expectExecutions(changed, 1);
      expect(execution?.items('End')[0]?.json).toMatchObject({ eventtype: 'ACCOUNT_MODIFIED' });
    });
  });

  test('finds its webhook by its id on a tenant that does not list any: after a change, a new name and a restart', async () => {
    await withTenant({ generations: ['singular'] }, async (tenant, used) => {
      const workflow = await create({}, used);
      expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
      const changed = await n8n.edit(workflow, withParameters(workflow, { events: ['LOGOUT'] }));
      expect(await n8n.publish(changed)).toEqual({ status: 'published' });
      expect(tenant.hooks).toMatchObject([{ events: ['LOGOUT'] }]);

      const [trigger, end] = changed.nodes;
      if (trigger === undefined || end === undefined) throw new Error('The workflow lost its nodes.');
      const renamed = await n8n.edit(changed, { nodes: [{ ...trigger, name: 'Renamed' }, end], connections: { Renamed: { main: [[{ node: end.name, type: 'main', index: 0 }]] } } });
      expect(await n8n.publish(renamed)).toEqual({ status: 'published' });
      expect(tenant.hooks).toHaveLength(1);
      expect(await post('LOGOUT', fresh('LOGOUT'), undefined, tenant)).toMatchObject({ status: 200 });
      await n8n.expectExecutions(renamed, 1);

      await n8n.restart();
      await n8n.waitForWebhook(publicUrl(renamed));
      expect(await n8n.unpublish(renamed)).toEqual({ status: 'not_published' });
      expect(tenant.hooks).toEqual([]);
    });
  });

  test('registers for all events of the tenant', async () => {
    await withTenant({ events: ['LOGOUT', 'SOME_NEW_EVENT'] }, async (tenant, used) => {
      const workflow = await create({ events: ['*'] }, used);
      expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
      expect(tenant.hooks).toMatchObject([{ events: ['LOGOUT', 'SOME_NEW_EVENT'] }]);
      expect(await post('SOME_NEW_EVENT', fresh(), undefined, tenant)).toMatchObject({ status: 200 });
      const [execution] = await n8n.expectExecutions(workflow, 1);
      expect(execution?.items('End')[0]?.json).toMatchObject({ type: 'identity.unknown', providerevent: 'SOME_NEW_EVENT' });
    });
  });

  test('takes one-time passwords', async () => {
    const workflow = await create({ authentication: 'totp', keyName: 'x-otp' });
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    expect(cidaas.hooks).toMatchObject([{ auth_type: 'TOTP', totpDetails: { totp_placeholder: 'x-otp', totp_placement: 'header', totpkey: expect.stringMatching(/^[A-Z2-7]{32}$/) } }]);
    expect(await post('ACCOUNT_MODIFIED', fresh())).toMatchObject({ status: 200 });
    expect(await post('ACCOUNT_MODIFIED', fresh(), withHeader('x-otp', '000000'))).toMatchObject({ status: 401 });
    await n8n.expectExecutions(workflow, 1);
  });

  test('takes tokens of the tenant', async () => {
    await withTenant({ deliveryScopes: ['n8n:webhook'] }, async (tenant, used) => {
      const workflow = await create({ authentication: 'oauth2', scopes: 'n8n:webhook' }, used);
      expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
      expect(tenant.hooks).toMatchObject([{ auth_type: 'CIDAAS_OAUTH2', cidaasAuthDetails: { client_id: 'cidaas-client' } }]);
      expect(await post('ACCOUNT_MODIFIED', fresh(), undefined, tenant)).toMatchObject({ status: 200 });
      expect(await post('ACCOUNT_MODIFIED', fresh(), withHeader('Authorization', `Bearer ${tenant.issueToken({ scopes: ['other'] })}`), tenant)).toMatchObject({ status: 401 });
      expect(await post('ACCOUNT_MODIFIED', fresh(), withHeader('Authorization', `Bearer ${cidaas.issueToken({ scopes: ['n8n:webhook'] })}`), tenant)).toMatchObject({ status: 401 });
      expect(await post('ACCOUNT_MODIFIED', fresh(), withHeader('Authorization', undefined), tenant)).toMatchObject({ status: 401 });
      await n8n.expectExecutions(workflow, 1);

      const open = await create({ authentication: 'oauth2' }, used);
      expect(await n8n.publish(open)).toEqual({ status: 'failed', message: expect.stringContaining('Fill in \'Scopes\' or \'Audience\'') });
    });
  });

  test('listens for a test event beside the published workflow', async () => {
    const workflow = await create();
    await n8n.publish(workflow);
    expect(await n8n.listen(workflow)).toEqual({ kind: 'listening' });
    expect(cidaas.hooks.map(({ url }) => url)).toEqual([publicUrl(workflow), publicUrl(workflow).replace('/webhook/', '/webhook-test/')]);
    expect(await cidaas.deliver('LOGOUT', fresh('LOGOUT'))).toMatchObject([{ status: 200 }, { status: 200 }]);
    const executions = await n8n.expectExecutions(workflow, 2);
    expect(executions.map(({ mode }) => mode).sort()).toEqual(['manual', 'webhook']);
    expect(cidaas.hooks).toMatchObject([{ url: publicUrl(workflow) }]);
  });

  test.each([
    [{ method: 'POST', path: /^\/webhook-srv\/webhook$/, status: 500 }, /could not create the webhook \(status 500\).*Try again later/],
    [{ path: /^\/webhook-srv\/webhooks$/, status: 401 }, /could not list the webhooks \(status 401\).*Check client ID and client secret/],
  ])('says what to do when cidaas fails, and leaves nothing there: %j', async (rule, told) => {
    const failing = await startFakeCidaas({ resolve: () => n8n.url });
    try {
      failing.failNext({ ...rule, times: 1_000 });
      const workflow = await create({}, await n8n.createCredential('cidaasApi', { baseUrl: failing.url, ...CLIENT }));
      expect(await n8n.publish(workflow)).toEqual({ status: 'failed', message: expect.stringMatching(told) });
      expect(failing.hooks).toEqual([]);
    } finally {
      await failing.close();
    }
  });

  test('says what to do about a client that is not accepted', async () => {
    const wrong = await n8n.createCredential('cidaasApi', { baseUrl: cidaas.url, ...CLIENT, clientSecret: 'wrong' });
    const workflow = await create({}, wrong);
    expect(await n8n.publish(workflow)).toEqual({ status: 'failed', message: expect.stringMatching(/status 401: invalid_client.*Check client ID and client secret in the credential/) });
  });

  test('makes one webhook of two tries when the answer to the first was lost', async () => {
    cidaas.failNext({ method: 'POST', path: /^\/webhook-srv\/webhook$/, status: 504, carriedOut: true });
    const workflow = await create();
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    expect(cidaas.hooks).toMatchObject([{ url: publicUrl(workflow) }]);
  });

  test('takes a webhook that was made by hand, with the key in the credential', async () => {
    const byHand = await n8n.createCredential('cidaasApi', { baseUrl: cidaas.url, deliverySecret: 'k3y-of-the-admin-ui' });
    const workflow = await create({ registration: 'manual' }, byHand);
    const before = calls().length;
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    const body = { ...fresh(), eventtype: 'ACCOUNT_MODIFIED' };
    expect(await deliver(n8n.webhookUrl(workflow), { body, headers: { 'x-api-key': 'another' } })).toMatchObject({ status: 401 });
    expect(await deliver(n8n.webhookUrl(workflow), { body, headers: { 'x-api-key': 'k3y-of-the-admin-ui' } })).toMatchObject({ status: 200 });
    await n8n.expectExecutions(workflow, 1);
    await n8n.unpublish(workflow);
    expect(calls().slice(before)).toEqual([]);
  });

  test('names WEBHOOK_URL in an n8n that has none', async () => {
    const local = await startAnotherN8n();
    try {
      const used = await local.createCredential('cidaasApi', { baseUrl: cidaas.url, ...CLIENT });
      const workflow = await local.createWorkflow(workflowOf({ type: TYPE, credentials: [used], parameters: { events: ['LOGOUT'] } }));
      expect(await local.publish(workflow)).toEqual({ status: 'failed', message: expect.stringMatching(/cannot call http:\/\/localhost:\d+\. Set WEBHOOK_URL of n8n/) });
      expect(cidaas.hooks).toEqual([]);
    } finally {
      await local.stop();
    }
  });
});

/** A body that nobody has sent yet. */
function fresh(event = 'ACCOUNT_MODIFIED'): object {
  sequence += 1;
  const nonce = createHash('sha256').update(`${process.pid}/${sequence}`).digest('hex').slice(0, 8);
  return provider.freshen(readSample('cidaas', event), event, { sequence, nonce, now: new Date() }).body;
}
let sequence = 0;

function withHeader(name: string, value: string | undefined): Tamper {
  return ({ headers, ...delivery }) => {
    const others = Object.fromEntries(Object.entries(headers).filter(([key]) => key.toLowerCase() !== name.toLowerCase()));
    return { ...delivery, headers: { ...others, ...(value === undefined ? {} : { [name]: value }) } };
  };
}
