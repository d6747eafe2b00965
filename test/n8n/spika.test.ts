/*
 * The Spika Trigger in a real n8n, against a server that has Spika's API and calls the webhook of a room as Spika does.
 */
import { startFakeSpika } from '../fakes/spika';
import type { FakeSpika } from '../fakes/spika';
import { SPIKA_TOKEN } from '../fakes/spika/world';
import type { Delivered, Tamper } from '../fakes/send';
import { readSample } from '../support/samples';
import { describeWithN8n, PUBLIC_URL } from './support/suite';
import { triggerOf, withParameters, workflowOf } from './support/workflow';
import type { Credential, Parameters, Workflow, WorkflowDraft } from './support/workflow';

const TYPE = 'n8n-nodes-chathooks.spikaTrigger';
const FILE = Buffer.from('a picture, as it were');

describeWithN8n('the Spika Trigger', (n8n) => {
  let spika: FakeSpika;
  let credential: Credential;
  const created: Workflow[] = [];

  beforeAll(async () => {
    spika = await startFakeSpika({ resolve: () => n8n.url, files: [{ id: 310, fileName: 'gauge.jpg', clientId: '7d10c4e8-gauge', bytes: FILE }] });
    credential = await n8n.createCredential('spikaApi', { baseUrl: spika.url, accessToken: SPIKA_TOKEN, signatureSecret: '' });
  });
  afterEach(async () => {
    for (const workflow of created.splice(0)) await n8n.unpublish(workflow);
    const left = spika.hooks;
    // Or one failed test would fail the others.
    for (const { id } of left) await manage('DELETE', `/webhooks/${id}`);
    expect(left).toEqual([]);
  });
  afterAll(() => spika.close());

  const draft = (parameters: Parameters = {}, used = credential): WorkflowDraft =>
    workflowOf({ type: TYPE, credentials: [used], parameters: { roomId: room('42'), options: {}, ...parameters } });
  const create = async (parameters: Parameters = {}, used = credential): Promise<Workflow> => {
    const workflow = await n8n.createWorkflow(draft(parameters, used));
    created.push(workflow);
    return workflow;
  };
  const publicUrl = (workflow: Workflow): string => `${PUBLIC_URL}webhook/${triggerOf(workflow).webhookId}/webhook`;
  const post = async (body: object, tamper?: Tamper, server = spika): Promise<Delivered | undefined> => (await server.deliver('message.new', body, tamper))[0];
  const calls = (): readonly string[] => spika.requests.map(({ method, path }) => `${method} ${path}`);

  test('is there with its credential, which is tested, and lists the rooms', async () => {
    expect(await n8n.nodeTypes()).toContainEqual(expect.objectContaining({ name: TYPE, displayName: 'Spika Trigger' }));
    expect(await n8n.testCredential('spikaApi', { baseUrl: `${spika.url}/api/`, accessToken: SPIKA_TOKEN })).toMatchObject({ status: 'OK' });
    expect(calls().at(-1)).toBe('GET /api/messenger/me');
    expect(await n8n.testCredential('spikaApi', { baseUrl: spika.url, accessToken: 'another' })).toMatchObject({ status: 'Error' });
    spika.failNext({ path: /\/test$/, status: 200, body: { status: 'success', data: 'test' } });
    expect(await n8n.testCredential('spikaApi', { baseUrl: `${spika.url}/messenger/rooms/42`, accessToken: '' })).toMatchObject({ status: 'OK' });
    spika.failNext({ status: 200, body: '<!doctype html><title>Spika</title>' });
    expect(await n8n.testCredential('spikaApi', { baseUrl: `${spika.url}/elsewhere`, accessToken: SPIKA_TOKEN })).toEqual({ status: 'Error', message: expect.stringContaining('not the API of a Spika server') });

    spika.failNext({ path: /\/rooms$/, status: 200, body: { status: 'success', data: { list: [{ id: 42, name: 'Night shift', users: [] }], count: 1, limit: 10 } } });
    expect(await n8n.searchList({ type: TYPE, method: 'searchRooms', path: 'roomId', credentials: [credential] })).toEqual([expect.objectContaining({ name: 'Night shift', value: '42' })]);

    const incomplete = await create({ roomId: { __rl: true, mode: 'list', value: '' } });
    expect(await n8n.publish(incomplete)).toEqual({ status: 'refused', message: expect.stringMatching(/required parameters: .*[Rr]oom/) });
  });

  test('runs once for each message of its room, until it is unpublished', async () => {
    const workflow = await create();
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    expect(spika.hooks).toMatchObject([{ roomId: 42, url: publicUrl(workflow) }]);
    const signature = spika.hooks[0]?.verifySignature ?? '';

    const first = message();
    expect(await post(first)).toMatchObject({ status: 200, body: expect.stringContaining('"type":"chat.message.sent","duplicate":false') });
    expect(await post(first)).toMatchObject({ status: 200, body: expect.stringContaining('"duplicate":true') });
    expect(await post(message(), forged)).toMatchObject({ status: 401, body: expect.stringContaining('unauthenticated') });
    expect(await post(message(), ({ headers, ...rest }) => ({ ...rest, headers: without(headers, 'Verification-Signature') }))).toMatchObject({ status: 401 });
    expect(await post(message(), (delivery) => ({ ...delivery, body: '[]' }))).toMatchObject({ status: 400 });
    expect(await post(message(), (delivery) => ({ ...delivery, body: '' }))).toMatchObject({ status: 400 });
    const [execution] = await n8n.expectExecutions(workflow, 1);
    expect(execution).toMatchObject({ mode: 'webhook', status: 'success' });
    expect(execution?.items('End').map(({ json }) => json)).toMatchObject([
      {
        specversion: '1.0', provider: 'spika', type: 'chat.message.sent', providerevent: 'message.new', hook: 'Trigger', subject: 'conversation/42',
        data: { actor: { id: '23', name: 'Mara Lindqvist' }, conversation: { id: '42', name: 'Night shift' }, message: { text: 'The pumps are running again.' }, raw: first },
      },
    ]);

    const before = calls().length;
    await n8n.restart();
    await n8n.waitForWebhook(publicUrl(workflow));
    expect(await post(message())).toMatchObject({ status: 200 });
    await n8n.expectExecutions(workflow, 2);
    // Nothing was asked of Spika for it: the signature outlasts the restart.
    expect(calls().slice(before)).toEqual([]);
    expect(spika.hooks).toMatchObject([{ verifySignature: signature }]);

    expect(await n8n.unpublish(workflow)).toEqual({ status: 'not_published' });
    expect(spika.hooks).toEqual([]);
    expect(await n8n.webhookMethods(publicUrl(workflow))).toEqual([]);
  });

  test('moves to another room, in place of the one it had', async () => {
    const workflow = await create();
    await n8n.publish(workflow);
    const moved = await n8n.edit(workflow, withParameters(workflow, { roomId: { __rl: true, mode: 'url', value: 'https://spika.example.com/messenger/rooms/44' } }));
    expect(await n8n.publish(moved)).toEqual({ status: 'published' });
    expect(spika.hooks).toMatchObject([{ roomId: 44, url: publicUrl(workflow) }]);
    expect(await post(message({ roomId: 42 }))).toBeUndefined();
    expect(await post(message({ roomId: 44 }))).toMatchObject({ status: 200 });
    const [execution] = await n8n.expectExecutions(moved, 1);
    expect(execution?.items('End')[0]?.json).toMatchObject({ subject: 'conversation/44' });
  });

  test('finds the new signature when its webhook was made anew by hand, and takes the old one no longer', async () => {
    const workflow = await create();
    await n8n.publish(workflow);
    const [{ id, verifySignature: old } = { id: 0, verifySignature: '' }] = spika.hooks;
    await manage('DELETE', `/webhooks/${id}`);
    await manage('POST', '/webhooks/roomId/42', { url: publicUrl(workflow) });
    expect(await post(message())).toMatchObject({ status: 200 });
    expect(await post(message(), (delivery) => ({ ...delivery, headers: { ...delivery.headers, 'Verification-Signature': old } }))).toMatchObject({ status: 401 });
    await n8n.expectExecutions(workflow, 1);
  });

  test('listens for a test event, but not beside the published workflow: the room has one webhook that works', async () => {
    const workflow = await create();
    expect(await n8n.listen(workflow)).toEqual({ kind: 'listening' });
    expect(spika.hooks).toMatchObject([{ url: publicUrl(workflow).replace('/webhook/', '/webhook-test/') }]);
    expect(await post(message())).toMatchObject({ status: 200 });
    const [execution] = await n8n.expectExecutions(workflow, 1);
    expect(execution).toMatchObject({ mode: 'manual', status: 'success' });
    expect(spika.hooks).toEqual([]);

    await n8n.publish(workflow);
    expect(await n8n.listen(workflow)).toEqual({ kind: 'refused', message: expect.stringMatching(/one webhook of a room only.*room 42 is in use by the published workflow\. Unpublish the workflow while you listen/) });
    expect(spika.hooks).toMatchObject([{ url: publicUrl(workflow) }]);
    expect(await post(message())).toMatchObject({ status: 200 });
    await n8n.expectExecutions(workflow, 2);
  });

  test('leaves the webhook of somebody else alone, and says what is in the way', async () => {
    await manage('POST', '/webhooks/roomId/42', { url: 'https://hooks.example.org/spika' });
    const workflow = await create();
    expect(await n8n.publish(workflow)).toEqual({ status: 'failed', message: expect.stringMatching(/number \d+, which calls https:\/\/hooks\.example\.org\. If it is no longer needed, remove it in Spika/) });
    expect(spika.hooks).toMatchObject([{ url: 'https://hooks.example.org/spika' }]);
    await manage('DELETE', `/webhooks/${spika.hooks[0]?.id}`);
  });

  test('says what to do about a token that has expired', async () => {
    const expired = await n8n.createCredential('spikaApi', { baseUrl: `${spika.url}/api`, accessToken: 'expired' });
    const workflow = await create({}, expired);
    expect(await n8n.publish(workflow)).toEqual({ status: 'failed', message: expect.stringContaining('Get a new access token and put it into the credential') });
  });

  test('takes a webhook that was made by hand, with the signature in the credential', async () => {
    const byHand = await n8n.createCredential('spikaApi', { baseUrl: spika.url, accessToken: '', signatureSecret: 'Zq7Lw2Xn9Vb4Ks1T' });
    const workflow = await create({ registration: 'manual', roomId: { __rl: true, mode: 'list', value: '' } }, byHand);
    const before = calls().length;
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    await manage('POST', '/webhooks/roomId/42', { url: publicUrl(workflow) });
    expect(await post(message())).toMatchObject({ status: 401 });
    expect(await post(message(), (delivery) => ({ ...delivery, headers: { ...delivery.headers, 'Verification-Signature': 'Zq7Lw2Xn9Vb4Ks1T' } }))).toMatchObject({ status: 200 });
    await n8n.expectExecutions(workflow, 1);
    await n8n.unpublish(workflow);
    expect(calls().slice(before)).toEqual(['POST /api/messenger/webhooks/roomId/42']);
    await manage('DELETE', `/webhooks/${spika.hooks[0]?.id}`);
  });

  test('gives the file of a message as binary data', async () => {
    const workflow = await create({ options: { downloadMedia: true } });
    await n8n.publish(workflow);
    expect(await post(message({}, 'message.new.image'))).toMatchObject({ status: 200 });
    const [execution] = await n8n.expectExecutions(workflow, 1);
    const [item] = execution?.items('End') ?? [];
    expect(item?.json['media']).toEqual([{ id: '310', name: 'gauge.jpg', binary: 'attachment_0' }]);
    expect(item?.binary).toMatchObject({ attachment_0: { fileName: 'gauge.jpg', mimeType: 'image/jpeg', fileExtension: 'jpg' } });
    const asked = spika.requests.find(({ path }) => path === '/api/upload/files/310');
    expect(asked?.status).toBe(200);
    expect(asked?.headers).not.toHaveProperty('accesstoken');
  });

  test('takes what the oldest servers send, whose signature is in the body', async () => {
    const oldest = await startFakeSpika({ generation: 'A', resolve: () => n8n.url });
    try {
      const workflow = await create({}, await n8n.createCredential('spikaApi', { baseUrl: oldest.url, accessToken: SPIKA_TOKEN }));
      expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
      const { data } = message({}, 'message.new.generation-a') as { readonly data: object };
      expect(await post(data, undefined, oldest)).toMatchObject({ status: 200 });
      expect(await post(data, (delivery) => ({ ...delivery, body: String(delivery.body).replace(/"Verification-Signature":"[^"]*"/, '"Verification-Signature":"AAAAAAAAAAAAAAAA"') }), oldest)).toMatchObject({ status: 401 });
      const [execution] = await n8n.expectExecutions(workflow, 1);
      expect(execution?.items('End')[0]?.json).toMatchObject({ type: 'chat.message.sent', subject: 'conversation/42' });
      expect(JSON.stringify(execution?.items('End'))).not.toContain(oldest.hooks[0]?.verifySignature);
      await n8n.unpublish(workflow);
      expect(oldest.hooks).toEqual([]);
    } finally {
      await oldest.close();
    }
  });

  /** What somebody does in Spika by hand. */
  async function manage(method: string, path: string, body?: object): Promise<void> {
    const answer = await fetch(`${spika.url}/api/messenger${path}`, { method, headers: { accesstoken: SPIKA_TOKEN, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    expect(answer.status).toBe(200);
  }
});

function room(value: string): object {
  return { __rl: true, mode: 'id', value };
}

/** A message that nobody has sent yet. */
function message(fields: object = {}, sample = 'message.new'): object {
  nextId += 1;
  const { body } = readSample('spika', sample);
  const root = 'data' in body ? (body['data'] as Readonly<Record<string, object>>) : (body as Readonly<Record<string, object>>);
  const fresh = { ...root, message: { ...root['message'], id: nextId, ...fields } };
  return 'data' in body ? { ...body, data: fresh } : fresh;
}
let nextId = 10_000;

const forged: Tamper = (delivery) => ({ ...delivery, headers: { ...delivery.headers, 'Verification-Signature': 'AAAAAAAAAAAAAAAA' } });

function without(headers: Readonly<Record<string, string>>, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}
