/*
 * The Sceyt Trigger in a real n8n: published by hand's rules, deliveries as Sceyt may send them.
 */
import { deliverSceyt } from '../fakes/sceyt';
import type { SceytOptions } from '../fakes/sceyt';
import type { Attempt } from '../fakes/send';
import { readSample } from '../support/samples';
import { describeWithN8n } from './support/suite';
import { workflowOf } from './support/workflow';
import type { Credential, Parameters, Workflow } from './support/workflow';

const TYPE = 'n8n-nodes-chathooks.sceytTrigger';
const SECRET = 'sceyt-secret';

describeWithN8n('the Sceyt Trigger', (n8n) => {
  const created: Workflow[] = [];

  afterEach(async () => {
    for (const workflow of created.splice(0)) await n8n.unpublish(workflow);
  });

  const credentialOf = (more: Parameters = {}): Promise<Credential> => n8n.createCredential('sceytWebhookApi', { verification: 'hmac', secret: SECRET, ...more });

  async function published(parameters: Parameters = {}, credential: Parameters = {}): Promise<Workflow> {
    const workflow = await n8n.createWorkflow(workflowOf({ type: TYPE, credentials: [await credentialOf(credential)], parameters }));
    created.push(workflow);
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    await n8n.waitForWebhook(n8n.webhookUrl(workflow));
    return workflow;
  }

  const sample = readSample('sceyt', 'message.sent');
  const send = (workflow: Workflow, { secret = SECRET, query = '', ...options }: SceytOptions & { secret?: string; query?: string } = {}): Promise<Attempt> =>
    deliverSceyt(`${n8n.webhookUrl(workflow)}${query}`, secret, 'message.sent', { body: sample.body, headers: { 'Content-Type': 'application/json', ...sample.headers }, ...options });

  test('is there with its credential, which is tested as far as it can be', async () => {
    expect(await n8n.nodeTypes()).toContainEqual(expect.objectContaining({ name: TYPE, displayName: 'Sceyt Trigger' }));
    expect(await n8n.testCredential('sceytWebhookApi', { verification: 'hmac', secret: SECRET })).toMatchObject({ status: 'OK' });
    expect(await n8n.testCredential('sceytWebhookApi', { verification: 'hmac', secret: '' })).toEqual({ status: 'Error', message: expect.stringContaining('The secret is empty') });
  });

  test('answers the ping, runs once for each signed delivery, and never for a forged one', async () => {
    const workflow = await published();
    for (const body of ['', {}, { event: 'ping' }, { zen: 'Keep it simple.', hook_id: 7, hook: {} }] as const) {
      expect(await deliverSceyt(n8n.webhookUrl(workflow), '', 'ping', { body, headers: { 'Content-Type': 'application/json' } })).toMatchObject({ status: 200 });
    }
    expect(await send(workflow, { secret: '' })).toMatchObject({ status: 401, body: expect.stringContaining('unauthenticated') });
    expect(await send(workflow, { secret: 'another' })).toMatchObject({ status: 401 });
    expect(await send(workflow, { tamper: (outgoing) => ({ ...outgoing, body: String(outgoing.body).replace('eli', 'eve') }) })).toMatchObject({ status: 401 });
    expect(await n8n.executions(workflow)).toEqual([]);

    expect(await send(workflow)).toMatchObject({ status: 200, body: expect.stringContaining('"duplicate":false') });
    expect(await send(workflow)).toMatchObject({ status: 200, body: expect.stringContaining('"duplicate":true') });
    const [execution] = await n8n.expectExecutions(workflow, 1);
    expect(execution).toMatchObject({ mode: 'webhook', status: 'success' });
    expect(execution?.items('End')[0]?.json).toMatchObject({
      specversion: '1.0', provider: 'sceyt', type: 'chat.message.sent', providerevent: 'message.sent', hook: 'Trigger',
      data: { actor: { id: 'eli' }, message: { id: '702113991216734208' }, raw: sample.body },
    });
  });

  test('works after a restart, and no more when it is unpublished', async () => {
    const workflow = await published();
    await n8n.restart();
    expect(await send(workflow)).toMatchObject({ status: 200 });
    await n8n.expectExecutions(workflow, 1);
    await n8n.unpublish(workflow);
    expect(await send(workflow)).toMatchObject({ status: 404 });
    await n8n.expectExecutions(workflow, 1);
  });

  test.each<readonly [string, Parameters, SceytOptions & { secret?: string; query?: string }]>([
    ['SHA-1 in GitHub\'s header', { algorithm: 'sha1' }, { algorithm: 'sha1', prefix: 'sha1=', signatureHeader: 'x-hub-signature' }],
    ['SHA-512 in base64', { algorithm: 'sha512', encoding: 'base64', headerName: 'x-mine' }, { algorithm: 'sha512', encoding: 'base64', signatureHeader: 'X-Mine' }],
    ['the secret in a header', { verification: 'header' }, { secret: '', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${SECRET}` } }],
    ['the secret in the URL', { verification: 'query', queryField: 'key' }, { secret: '', query: `?key=${SECRET}` }],
  ])('is satisfied by %s if told so, and by nothing else', async (_title, credential, options) => {
    const workflow = await published({}, credential);
    expect(await send(workflow, options)).toMatchObject({ status: 200 });
    expect(await send(workflow)).toMatchObject({ status: 401 });
    await n8n.expectExecutions(workflow, 1);
  });

  test('shows which headers Sceyt uses, when it is told to start on pings', async () => {
    const workflow = await published({ options: { emitPings: true, includeHeaders: true } }, { verification: 'none', secret: '' });
    expect(await deliverSceyt(n8n.webhookUrl(workflow), SECRET, 'ping', { signatureHeader: 'X-Unheard-Of-Signature' })).toMatchObject({ status: 200 });
    const [execution] = await n8n.expectExecutions(workflow, 1);
    expect(execution?.items('End')[0]?.json).toMatchObject({ providerevent: 'ping', headers: { 'x-unheard-of-signature': '[redacted]' } });
    expect(n8n.log()).toContain('asks nobody for anything');
  });

  test('can\'t be published with what could never work', async () => {
    const workflow = await n8n.createWorkflow(workflowOf({ type: TYPE, credentials: [await credentialOf({ secret: '' })] }));
    expect(await n8n.publish(workflow)).toEqual({ status: 'failed', message: expect.stringContaining('The secret is empty') });
  });
});
