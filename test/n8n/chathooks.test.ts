/*
 * The Chathooks Trigger in a real n8n, with a running receiver before it and deliveries as providers send them.
 */
import { Webhook } from 'standardwebhooks';
import { providers } from '../../providers';
import type { NormalizedEvent } from '../../providers/event';
import { ADMIN_TOKEN, BASIC, BASIC_HEADER, running } from '../support/running';
import type { Running } from '../support/running';
import { readSample } from '../support/samples';
import { deliver } from './support/deliver';
import { describeWithN8n } from './support/suite';
import { until } from './support/until';
import { triggerOf, withParameters, workflowOf } from './support/workflow';
import type { Credential, Parameters, Workflow, WorkflowDraft } from './support/workflow';

const TYPE = 'n8n-nodes-chathooks.chathooksTrigger';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

interface Destination {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly deliveries: { readonly pending: number; readonly delivered: number; readonly dead: number };
}

describeWithN8n('the Chathooks Trigger', (n8n) => {
  let receiver: Running;
  let credential: Credential;
  const created: Workflow[] = [];

  beforeAll(async () => {
    receiver = await running({ sources: [{ id: 'support', provider: 'cometchat', auth: BASIC }, { id: 'other', provider: 'cometchat', auth: BASIC }] });
    // The shared n8n calls itself by a public address; the receiver reaches it on this machine.
    credential = await n8n.createCredential('chathooksApi', fields());
  });
  afterEach(async () => {
    for (const workflow of created.splice(0)) await n8n.unpublish(workflow);
    expect(await destinations()).toEqual([]);
  });
  afterAll(() => receiver.close());

  const fields = (more: Parameters = {}): Parameters => ({ baseUrl: receiver.url, adminToken: ADMIN_TOKEN, n8nUrl: n8n.url, signingSecret: '', previousSigningSecret: '', ...more });
  const draft = (parameters: Parameters = {}, used = credential): WorkflowDraft => workflowOf({ type: TYPE, credentials: [used], parameters });
  const create = async (parameters: Parameters = {}, used = credential): Promise<Workflow> => {
    const workflow = await n8n.createWorkflow(draft(parameters, used));
    created.push(workflow);
    return workflow;
  };
  const destinations = async (): Promise<readonly Destination[]> => (await receiver.get<{ destinations: Destination[] }>('/destinations')).destinations;
  const delivered = (count: number): Promise<Destination> =>
    until(async () => (await destinations()).find(({ deliveries }) => deliveries.delivered >= count), { what: `${count} events to be delivered`, within: 150_000 });

  /** A provider's deliveries, all at once; the ids of the messages in them. */
  async function send(count: number, event = 'message_sent', source = 'support'): Promise<readonly string[]> {
    const nonce = `n${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
    return Promise.all(
      Array.from({ length: count }, async (_, sequence) => {
        const { body } = providers.cometchat.freshen(readSample('cometchat', event), event, { sequence, nonce, now: new Date() });
        const answer = await receiver.post(`/hooks/${source}`, body, { authorization: BASIC_HEADER });
        expect(answer.status).toBe(200);
        return ((await answer.json()) as { events: { id: string }[] }).events[0]?.id ?? '';
      }),
    );
  }

  const idsOf = (items: readonly { readonly json: object }[]): readonly string[] => items.map(({ json }) => (json as NormalizedEvent).id).sort();

  test('is there with its credential, which is tested, and lists the sources of the receiver', async () => {
    expect(await n8n.nodeTypes()).toContainEqual(expect.objectContaining({ name: TYPE, displayName: 'Chathooks Trigger' }));
    expect(await n8n.testCredential('chathooksApi', fields({ baseUrl: `${receiver.url}/ `, adminToken: ` ${ADMIN_TOKEN} ` }))).toMatchObject({ status: 'OK' });
    expect(await n8n.testCredential('chathooksApi', fields({ adminToken: 'wrong' }))).toEqual({ status: 'Error', message: expect.stringContaining('does not accept this admin token') });
    expect(await n8n.testCredential('chathooksApi', fields({ baseUrl: n8n.url }))).toEqual({ status: 'Error', message: expect.stringContaining('no Chathooks receiver') });
    expect(await n8n.loadOptions({ type: TYPE, method: 'getSources', path: 'parameters.sources', credentials: [credential] })).toEqual([
      expect.objectContaining({ name: 'support (CometChat)', value: 'support' }),
      expect.objectContaining({ name: 'other (CometChat)', value: 'other' }),
    ]);
  });

  test('registers itself, runs once for a whole batch, and removes itself', async () => {
    const workflow = await create({ batchWait: 5_000, sources: ['support'] });
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    expect(await destinations()).toMatchObject([{ url: n8n.webhookUrl(workflow), events: ['*'], sources: ['support'], batch: { max: 100, waitMs: 5_000 }, concurrency: 4, secrets: 1 }]);
    await n8n.waitForWebhook(n8n.webhookUrl(workflow));

    await send(1, 'message_sent', 'other');
    const ids = await send(30);
    await delivered(30);
    const [execution] = await n8n.expectExecutions(workflow, 1);
    expect(execution).toMatchObject({ mode: 'webhook', status: 'success' });
    expect(idsOf(execution?.items('End') ?? [])).toEqual([...ids].sort());
    expect(execution?.items('End')[0]?.json).toMatchObject({ specversion: '1.0', provider: 'cometchat', type: 'chat.message.sent', hook: 'support', data: { raw: { trigger: 'message_sent' } } });
    expect(await attemptsAt(ids[0] ?? '')).toEqual([expect.objectContaining({ status: 200, answer: '{"received":true,"events":30}' })]);

    expect(await n8n.unpublish(workflow)).toEqual({ status: 'not_published' });
    expect(await destinations()).toEqual([]);
    expect(await n8n.webhookMethods(n8n.webhookUrl(workflow))).toEqual([]);
  });

  test('lets nobody in but the receiver, and nothing twice', async () => {
    const workflow = await create({}, await n8n.createCredential('chathooksApi', fields({ signingSecret: SECRET })));
    await n8n.publish(workflow);
    const url = n8n.webhookUrl(workflow);
    await n8n.waitForWebhook(url);
    const body = JSON.stringify([{ specversion: '1.0', id: '1', source: '/cometchat/app', type: 'chat.message.sent', data: { raw: {} } }]);
    const post = (secret: string, at = new Date(), text = body): ReturnType<typeof deliver> =>
      deliver(url, {
        rawBody: text,
        headers: { 'content-type': 'application/json', 'webhook-id': 'msg_1', 'webhook-timestamp': String(Math.floor(at.getTime() / 1000)), 'webhook-signature': new Webhook(secret).sign('msg_1', at, body) },
      });

    expect(await post('whsec_c29tZWJvZHktZWxzZXMtc2VjcmV0')).toMatchObject({ status: 401, text: expect.stringContaining('unauthenticated') });
    expect(await post(SECRET, new Date(), body.replace('"1"', '"2"'))).toMatchObject({ status: 401 });
    expect(await post(SECRET, new Date(Date.now() - 400_000))).toMatchObject({ status: 401 });
    expect(await deliver(url, { body: JSON.parse(body) })).toMatchObject({ status: 401 });
    expect(await deliver(url, {})).toMatchObject({ status: 401 });
    expect(await n8n.executions(workflow)).toEqual([]);
    expect(await post(SECRET)).toMatchObject({ status: 200, text: '{"received":true,"events":1}' });
    // Stored before it was answered: what a receiver hears 200 to, it forgets.
    expect(await n8n.executions(workflow)).toHaveLength(1);
    expect(await post(SECRET)).toMatchObject({ status: 200, text: '{"received":true,"events":0}' });
    await n8n.expectExecutions(workflow, 1);
    expect(n8n.log()).not.toContain(SECRET);
  });

  test('is updated in place when its events change, whatever its name is', async () => {
    const workflow = await create({ events: ['chat.message.*'] });
    await n8n.publish(workflow);
    const [before] = await destinations();
    const edited = withParameters(workflow, { events: ['chat.reaction.**'], customEvents: 'identity.**' });
    const changed = await n8n.edit(workflow, {
      nodes: [{ ...triggerOf(edited), name: 'Renamed' }, ...edited.nodes.slice(1)],
      connections: { Renamed: { main: [[{ node: 'End', type: 'main', index: 0 }]] } },
    });
    expect(await n8n.publish(changed)).toEqual({ status: 'published' });
    expect(await destinations()).toMatchObject([{ id: before?.id, url: before?.url, events: ['chat.reaction.**', 'identity.**'] }]);
    await n8n.waitForWebhook(n8n.webhookUrl(workflow));
    await send(2);
    const [reaction] = await send(1, 'message_reaction_added');
    await delivered(1);
    const [execution] = await n8n.expectExecutions(changed, 1);
    expect(idsOf(execution?.items('End') ?? [])).toEqual([reaction]);
  });

  test('loses nothing of what comes while it is being edited', async () => {
    const workflow = await create();
    await n8n.publish(workflow);
    await n8n.waitForWebhook(n8n.webhookUrl(workflow));
    const sent: string[] = [];
    const sending = new AbortController();
    const stream = (async () => {
      while (!sending.signal.aborted) sent.push(...(await send(3)));
    })();
    const edited = await n8n.edit(workflow, withParameters(workflow, { batchSize: 50 }));
    expect(await n8n.publish(edited)).toEqual({ status: 'published' });
    sending.abort();
    await stream;
    await until(async () => ((await destinations())[0]?.deliveries.pending === 0 ? true : undefined), { what: 'all to be delivered', within: 60_000 });
    const executions = await until(
      async () => {
        const found = await n8n.executions(edited);
        return found.flatMap((one) => one.items('End')).length >= sent.length ? found : undefined;
      },
      { what: `${sent.length} items`, within: 30_000 },
    );
    expect(new Set(executions.flatMap((one) => idsOf(one.items('End'))))).toEqual(new Set(sent));
  });

  test('gets all that came while n8n was down', async () => {
    const workflow = await create({ batchWait: 2_000 });
    await n8n.publish(workflow);
    await n8n.waitForWebhook(n8n.webhookUrl(workflow));
    const before = await send(5);
    await delivered(5);
    await n8n.stop();
    const meanwhile = await send(40);
    await until(async () => ((await attemptsAt(meanwhile[0] ?? '')).length > 0 ? true : undefined), { what: 'an attempt in vain', within: 15_000 });
    expect(await destinations()).toMatchObject([{ deliveries: { pending: 40, delivered: 5, dead: 0 } }]);
    await n8n.restart();
    const after = await send(3);
    await delivered(48);
    const executions = await until(
      async () => {
        const found = await n8n.executions(workflow);
        return found.flatMap((one) => one.items('End')).length >= 48 ? found : undefined;
      },
      { what: '48 items', within: 30_000 },
    );
    expect(idsOf(executions.flatMap((one) => one.items('End')))).toEqual([...before, ...meanwhile, ...after].sort());
    expect(executions.length).toBeLessThan(12);
  });

  test('gets one batch while it listens for a test event, apart from production', async () => {
    const workflow = await create();
    await n8n.publish(workflow);
    expect(await n8n.listen(workflow)).toEqual({ kind: 'listening' });
    expect((await destinations()).map(({ url }) => url).sort()).toEqual([n8n.testWebhookUrl(workflow), n8n.webhookUrl(workflow)].sort());
    await n8n.waitForWebhook(n8n.webhookUrl(workflow));
    await send(1);
    const executions = await n8n.expectExecutions(workflow, 2);
    expect(executions.map(({ mode }) => mode).sort()).toEqual(['manual', 'webhook']);
    const [left, ...others] = await until(async () => { const found = await destinations(); return found.length === 1 ? found : undefined; }, { what: 'the test destination to go', within: 15_000 });
    expect(others).toEqual([]);
    expect(left?.url).toBe(n8n.webhookUrl(workflow));
  });

  test('says why it can\'t be published, and leaves nothing behind', async () => {
    const workflow = await create({}, await n8n.createCredential('chathooksApi', fields({ adminToken: 'wrong' })));
    expect(await n8n.publish(workflow)).toEqual({ status: 'failed', message: expect.stringContaining('Check the admin token in the credential') });
    created.pop();
    const elsewhere = await create({}, await n8n.createCredential('chathooksApi', fields({ baseUrl: 'http://127.0.0.1:9' })));
    expect(await n8n.publish(elsewhere)).toEqual({ status: 'failed', message: expect.stringContaining('Check that the receiver runs') });
    created.pop();
    expect(await n8n.publish(await n8n.createWorkflow(workflowOf({ type: TYPE })))).toMatchObject({ status: 'refused', message: expect.stringContaining('Missing required credential: chathooksApi') });
  });

  async function attemptsAt(id: string): Promise<readonly Record<string, unknown>[]> {
    const { events } = await receiver.get<{ events: { key: string; event: NormalizedEvent }[] }>('/events?limit=500');
    const key = events.find(({ event }) => event.id === id)?.key ?? '';
    return (await receiver.get<{ attempts: Record<string, unknown>[] }>(`/events/${key}`)).attempts;
  }
});
