/*
 * The harness itself, on nodes that n8n brings along: what it says of them has to be true before it is asked of ours.
 */
import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findChromium } from './support/chromium';
import { deliver } from './support/deliver';
import { fakeProvider, type Answer, type Call, type FakeProvider } from './support/fake-provider';
import { ensureInstallation } from './support/installation';
import { lock } from './support/lock';
import type { N8n } from './support/n8n';
import { describeWithN8n, PUBLIC_URL, startAnotherN8n } from './support/suite';
import { until } from './support/until';
import { triggerOf, withParameters, workflowOf, type Credential, type WorkflowDraft } from './support/workflow';

interface Manifest {
  readonly name: string;
  readonly n8n: { readonly nodes: readonly string[]; readonly credentials: readonly string[] };
}

const manifest = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as Manifest;

const HOOK_ID = 4711;
const REPOSITORY = { owner: { __rl: true, mode: 'name', value: 'octo' }, repository: { __rl: true, mode: 'name', value: 'cat' } };

const webhookWorkflow = (path: string): WorkflowDraft =>
  workflowOf({ type: 'n8n-nodes-base.webhook', typeVersion: 2, parameters: { httpMethod: 'POST', path } });

const githubWorkflow = (credential: Credential, events: readonly string[] = ['push']): WorkflowDraft =>
  workflowOf({ type: 'n8n-nodes-base.githubTrigger', credentials: [credential], parameters: { ...REPOSITORY, events } });

const github = ({ method, path }: Call): Answer => {
  if (path === '/user') return { body: { login: 'octo' } };
  if (path.startsWith('/search/users?q=oct')) return { body: { items: [{ login: 'octo' }], total_count: 1 } };
  if (path === '/repos/octo/cat/hooks' && method === 'POST') return { status: 201, body: { id: HOOK_ID, active: true, events: ['push'] } };
  if (path === `/repos/octo/cat/hooks/${HOOK_ID}`) return method === 'DELETE' ? { status: 204 } : { body: { id: HOOK_ID } };
  return { status: 404, body: { message: 'Not Found' } };
};

interface Hook {
  readonly config: { readonly url: string; readonly secret: string };
  readonly events: readonly string[];
}

describe('an installation', () => {
  test('that is not possible, and a browser that is not there, are reasons, not exceptions', async () => {
    expect(await ensureInstallation({ cache: join(__filename, 'cache'), tell: () => undefined })).toEqual({ kind: 'unavailable', reason: expect.any(String) });
    expect(findChromium({ CHROMIUM_PATH: '/nowhere/chromium' })).toEqual({ kind: 'missing', reason: expect.stringContaining('/nowhere/chromium') });
  });

  test('waits for another one', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'chathooks-lock-')), 'lock');
    const order: string[] = [];
    const release = await lock(file, () => order.push('the first waits'));
    const second = lock(file, () => order.push('the second waits')).then((releaseSecond) => {
      order.push('the second has it');
      releaseSecond();
    });
    await until(async () => order[0], { what: 'the second to come', within: 2000 });
    order.push('the first is done');
    release();
    await second;
    expect(order).toEqual(['the second waits', 'the first is done', 'the second has it']);
    rmSync(dirname(file), { recursive: true });
  });
});

describeWithN8n('a real n8n', (n8n) => {
  let provider: FakeProvider;
  let credential: Credential;
  let another: Promise<N8n>;

  const githubCredential = (instance: N8n): Promise<Credential> =>
    instance.createCredential('githubApi', { server: provider.url, user: 'octo', accessToken: 'a-token' });

  beforeAll(async () => {
    // Only the last test waits for it: it starts meanwhile.
    another = startAnotherN8n();
    another.catch(() => undefined);
    provider = await fakeProvider(github);
    credential = await githubCredential(n8n);
  });
  beforeEach(() => {
    provider.forget();
    provider.answer(github);
  });
  afterAll(async () => {
    await Promise.all([provider.close(), another.then((other) => other.stop())]);
  });

  test('has loaded the package as it ships, each node and each credential', async () => {
    expect(existsSync(join(n8n.folder, '.n8n/nodes/node_modules', manifest.name, 'package.json'))).toBe(true);
    const types = [...(await n8n.nodeTypes()), ...(await n8n.credentialTypes())].map(({ name }) => name);
    expect(types).toEqual(expect.arrayContaining(['n8n-nodes-base.githubTrigger', 'githubApi']));
    expect(types).toEqual(expect.arrayContaining(manifest.n8n.nodes.map((file) => `${manifest.name}.${nameIn(file)}`)));
    expect(types).toEqual(expect.arrayContaining(manifest.n8n.credentials.map(nameIn)));
  });

  test('runs a published workflow for each delivery, a restart later too, until it is unpublished', async () => {
    const workflow = await n8n.createWorkflow(webhookWorkflow('harness/life'));
    const url = n8n.local('/webhook/harness/life');
    expect((await deliver(url, { body: {} })).status).toBe(404);

    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    await n8n.waitForWebhook(url);
    expect(await deliver(url, { body: { text: 'Grüße' }, headers: { 'x-marker': 'one' } })).toMatchObject({ status: 200 });
    const [first] = await n8n.expectExecutions(workflow, 1);
    expect(first).toMatchObject({ mode: 'webhook', status: 'success' });
    expect(first?.items('End').map(({ json }) => json['body'])).toEqual([{ text: 'Grüße' }]);
    expect(first?.items('Trigger')[0]?.json['headers']).toMatchObject({ 'x-marker': 'one', 'content-type': 'application/json' });

    const starts = (): number => n8n.log().split('n8n ready on').length;
    const before = starts();
    await n8n.restart();
    expect(starts()).toBe(before + 1);
    expect(await deliver(url, { rawBody: 'plain', headers: { 'content-type': 'text/plain' } })).toMatchObject({ status: 200 });
    const [, second] = await n8n.expectExecutions(workflow, 2);
    expect(second?.items('End')[0]?.json['body']).toBe('plain');

    expect(await n8n.unpublish(workflow)).toEqual({ status: 'not_published' });
    expect(await n8n.webhookMethods(url)).toEqual([]);
    expect((await deliver(url, { body: {} })).status).toBe(404);
    await n8n.expectExecutions(workflow, 2);
  });

  test('lets a trigger register itself under the public address, and leads its deliveries here', async () => {
    const workflow = await n8n.createWorkflow(githubWorkflow(credential));
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    expect(provider.lines()).toEqual(['POST /repos/octo/cat/hooks']);
    const { config } = provider.calls[0]?.body as Hook;
    expect(config.url).toBe(`${PUBLIC_URL}webhook/${triggerOf(workflow).webhookId}/webhook`);
    expect(n8n.local(config.url)).toBe(n8n.webhookUrl(workflow));

    const signed = signedBy(config.secret);
    expect((await deliver(n8n.local(config.url), signed('{"zen":"Keep it small"}'))).status).toBe(200);
    expect((await deliver(n8n.local(config.url), { ...signed('{"zen":"Keep it small"}'), rawBody: '{"zen":"Keep it great"}' })).status).toBe(401);
    const [execution] = await n8n.expectExecutions(workflow, 1);
    expect(execution?.items('Trigger')[0]?.json['body']).toEqual({ zen: 'Keep it small' });

    provider.forget();
    const edited = await n8n.edit(workflow, withParameters(workflow, { events: ['issues'] }));
    expect(await n8n.publish(edited)).toEqual({ status: 'published' });
    expect(provider.lines()).toEqual([`DELETE /repos/octo/cat/hooks/${HOOK_ID}`, 'POST /repos/octo/cat/hooks']);
    expect(provider.calls[1]?.body).toMatchObject({ events: ['issues'] });

    provider.forget();
    expect(await n8n.unpublish(edited)).toEqual({ status: 'not_published' });
    expect(provider.lines()).toEqual([`DELETE /repos/octo/cat/hooks/${HOOK_ID}`]);
  });

  test('listens for a test event, and for no second one', async () => {
    const workflow = await n8n.createWorkflow(githubWorkflow(credential));
    expect(await n8n.listen(workflow)).toEqual({ kind: 'listening' });
    const { config } = provider.calls[0]?.body as Hook;
    expect(n8n.local(config.url)).toBe(n8n.testWebhookUrl(workflow));
    const signed = signedBy(config.secret);
    expect((await deliver(n8n.testWebhookUrl(workflow), signed('{"zen":"once"}'))).status).toBe(200);
    const [execution] = await n8n.expectExecutions(workflow, 1);
    expect(execution).toMatchObject({ mode: 'manual', status: 'success' });
    expect((await deliver(n8n.testWebhookUrl(workflow), signed('{"zen":"twice"}'))).status).toBe(404);

    await n8n.listen(workflow);
    await n8n.stopListening(workflow);
    expect(provider.lines().filter((line) => line.startsWith('DELETE'))).toHaveLength(2);

    provider.answer(() => ({ status: 403, body: { message: 'No admin' } }));
    expect(await n8n.listen(workflow)).toEqual({ kind: 'refused', message: expect.stringContaining('Forbidden') });
  });

  test('tests credentials, loads lists and refuses what is incomplete, in the words of its editor', async () => {
    expect(await n8n.testCredential('githubApi', { server: provider.url, user: 'octo', accessToken: 'a-token' })).toMatchObject({ status: 'OK' });
    expect(provider.calls[0]?.headers).toMatchObject({ authorization: 'token a-token' });
    expect(await n8n.testCredential('githubApi', { server: `${provider.url}/elsewhere`, user: 'octo', accessToken: 'a-token' })).toMatchObject({ status: 'Error' });
    const users = { type: 'n8n-nodes-base.githubTrigger', method: 'getUsers', parameters: { authentication: 'accessToken' }, credentials: [credential], filter: 'oct' };
    expect(await n8n.searchList(users)).toEqual([expect.objectContaining({ name: 'octo', value: 'octo' })]);
    const mattermost = await n8n.createCredential('mattermostApi', { baseUrl: provider.url, accessToken: 'a-token' });
    provider.answer(({ path }) => ({ body: path.includes('?page=0&') ? [{ id: 't1', delete_at: 0, display_name: 'The team' }] : [] }));
    const teams = { type: 'n8n-nodes-base.mattermost', method: 'getTeams', credentials: [mattermost] };
    expect(await n8n.loadOptions(teams)).toEqual([{ name: 'The team (private)', value: 't1' }]);

    const incomplete = await n8n.createWorkflow(workflowOf({ type: 'n8n-nodes-base.githubTrigger', parameters: REPOSITORY }));
    expect(await n8n.publish(incomplete)).toEqual({ status: 'refused', message: expect.stringMatching(/Missing required credential: githubApi\n.*required parameters: events/) });
    await expect(n8n.createCredential('unknownApi', {})).rejects.toMatchObject({ status: 400, said: 'Unrecognized credential type: unknownApi' });
  });

  test('notices an execution too many or too few, and tells failed ones', async () => {
    const { nodes, ...draft } = webhookWorkflow('harness/many');
    const stopping = nodes.map((node) => (node.name === 'End' ? { ...node, type: 'n8n-nodes-base.stopAndError', parameters: { errorMessage: 'Enough' } } : node));
    const workflow = await n8n.createWorkflow({ ...draft, nodes: stopping });
    await n8n.publish(workflow);
    await n8n.expectExecutions(workflow, 0, { settle: 0 });
    await deliver(n8n.local('/webhook/harness/many'), { body: {} });
    const verdict = expect(n8n.expectExecutions(workflow, 1)).rejects.toThrow(/Expected 1 executions .* there are 2: \d+ \(webhook, error: Enough\)/);
    await sleep(400);
    await deliver(n8n.local('/webhook/harness/many'), { body: {} });
    await verdict;
    await expect(n8n.expectExecutions(workflow, 3, { within: 300 })).rejects.toThrow(/3 executions .* There are 2: \d+ \(webhook, error\)/);
  });

  test('runs beside another n8n, and says why a trigger could not be published there', async () => {
    const other = await another;
    const workflow = await other.createWorkflow(githubWorkflow(await githubCredential(other)));
    expect(await other.publish(workflow)).toEqual({ status: 'failed', message: expect.stringContaining('can not work on "localhost"') });
    expect(await other.unpublish(workflow)).toEqual({ status: 'not_published' });
    expect(provider.lines()).toEqual([]);
    await other.stop();
    await expect(other.nodeTypes()).rejects.toThrow('fetch failed');
    expect(other.log()).toContain('can not work on "localhost"');
  });
});

/** A node or credential is named after its file: CometChatTrigger.node.js holds cometChatTrigger. */
function nameIn(file: string): string {
  const stem = basename(file).split('.')[0] ?? '';
  return stem.charAt(0).toLowerCase() + stem.slice(1);
}

/** A delivery as GitHub signs it. */
function signedBy(secret: string): (body: string) => { readonly rawBody: string; readonly headers: Readonly<Record<string, string>> } {
  return (rawBody) => ({
    rawBody,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(rawBody).digest('hex')}`,
    },
  });
}
