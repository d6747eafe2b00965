/*
 * The workflows of `examples/` in a real n8n: imported as they are, filled in as their notes say, published and fed.
 */
import { startFakeCidaas } from '../fakes/cidaas';
import { startFakeCometChat } from '../fakes/cometchat';
import { deliverSceyt } from '../fakes/sceyt';
import { startFakeSkillmine } from '../fakes/skillmine';
import { startFakeSpika } from '../fakes/spika';
import { SPIKA_TOKEN } from '../fakes/spika/world';
import { ADMIN_TOKEN, BASIC, BASIC_HEADER, running } from '../support/running';
import { readSample } from '../support/samples';
import { exampleNames, filledIn, nodeOf, readExample, webhookPath } from './examples/example';
import type { FillIn } from './examples/example';
import { faultsOf } from './examples/faults';
import { mailbox } from './examples/mailbox';
import { fakeProvider } from './support/fake-provider';
import { createRest } from './support/rest';
import { describeWithN8n } from './support/suite';
import type { Workflow } from './support/workflow';

const ROOM = { roomId: { __rl: true, mode: 'id', value: '42' } };
const SCEYT_SECRET = 'a-secret-of-the-tests';
const COMETCHAT_KEYS = { appId: '27318c05d9a4ef60', region: 'eu', apiKey: 'rest-key', managementApiKey: 'management-key', managementSecret: 'management-secret' };

describeWithN8n('the examples', (n8n) => {
  const rest = createRest(n8n.url, n8n.cookie);
  const resolve = (): string => n8n.url;
  const open: { close(): Promise<unknown> }[] = [];
  const opened = async <Server extends { close(): Promise<unknown> }>(starting: Promise<Server>): Promise<Server> => {
    const server = await starting;
    open.push(server);
    return server;
  };
  afterEach(async () => void (await Promise.all(open.splice(0).map((server) => server.close()))));

  test.each(exampleNames)('%s holds nothing that n8n does not know', async (name) => {
    expect(faultsOf(readExample(name), await n8n.nodeTypes())).toEqual([]);
  });

  test('are all imported below', () => {
    expect([...exampleNames].sort()).toEqual([
      'all-chats-in-one-workflow',
      'all-chats-through-the-receiver',
      'greet-a-new-identity-user',
      'reply-to-a-cometchat-message',
      'spika-messages-to-a-sheet',
    ]);
  });

  test('a CometChat message to the bot is answered where it was written, and the answer is not', async () => {
    const cometchat = await opened(startFakeCometChat({ resolve }));
    const api = await opened(fakeProvider(() => ({ body: { data: { id: '1' } } })));
    const credential = await n8n.createCredential('cometChatApi', { ...COMETCHAT_KEYS, baseUrl: cometchat.url, apiBaseUrl: `${api.url}/v3` });
    const workflow = await published('reply-to-a-cometchat-message', {
      credentials: { 'CometChat Trigger': [credential], 'Send the Reply': [credential] },
      parameters: { 'Send the Reply': { url: `={{ $json.url.replace(/^https:\\/\\/[^/]+/, '${api.url}') }}` } },
    });
    const say = (message: Message): Promise<unknown> => accepted(cometchat.deliver('message_sent', cometchatMessage(message)));

    await say({ id: '1', sample: 'message_sent.group', text: 'Can somebody HELP me?' });
    const [first] = await n8n.expectExecutions(workflow, 1);
    expect(first?.items('Write the Reply')[0]?.json).toMatchObject({ url: 'https://27318c05d9a4ef60.api-eu.cometchat.io/v3/messages' });
    const text = 'Hello Amara Okafor, thank you for your message. Somebody will be with you soon.';
    expect(api.calls).toMatchObject([
      {
        method: 'POST',
        path: '/v3/messages',
        headers: { onbehalfof: 'support-bot', appid: '27318c05d9a4ef60', apikey: 'rest-key', 'content-type': 'application/json' },
        body: { receiver: 'berth-planning', receiverType: 'group', category: 'message', type: 'text', data: { text } },
      },
    ]);
    expect(api.calls[0]?.headers).not.toHaveProperty('secret');

    await say({ id: '2', sample: 'message_sent.group', text: 'What do you think, <@uid:support-bot>?' });
    await n8n.expectExecutions(workflow, 2);
    await say({ id: '3', sample: 'message_sent', text: 'Hi!', receiver: 'support-bot', conversationId: 'ines-duarte_user_support-bot' });
    await n8n.expectExecutions(workflow, 3);
    expect(api.calls.slice(1).map(({ body }) => body)).toMatchObject([{ receiver: 'berth-planning', receiverType: 'group' }, { receiver: 'ines-duarte', receiverType: 'user' }]);

    // Between two others, in a group but not for the bot, and a picture without a text.
    await say({ id: '4', sample: 'message_sent', text: 'help' });
    await say({ id: '5', sample: 'message_sent.group', text: 'Pilot confirmed' });
    await accepted(cometchat.deliver('message_sent', readSample('cometchat', 'message_sent.image').body));
    const executions = await n8n.expectExecutions(workflow, 6);
    expect(executions.map(({ status }) => status)).toEqual(Array(6).fill('success'));
    // What CometChat sends of the answers: by the bot, and with the word that would be answered.
    await say({ id: '6', sample: 'message_sent.group', text: `${text} Say help for help.`, sender: 'support-bot' });
    await say({ id: '7', sample: 'message_sent', text, sender: 'support-bot', receiver: 'ines-duarte', conversationId: 'ines-duarte_user_support-bot' });
    await n8n.expectExecutions(workflow, 6);
    expect(api.calls).toHaveLength(3);
    await n8n.unpublish(workflow);
  });

  test('a new user of either identity platform gets one mail, at the address that the event or cidaas tells', async () => {
    const [skillmine, cidaas, mails] = await Promise.all([opened(startFakeSkillmine({ resolve })), opened(startFakeCidaas({ resolve })), opened(mailbox())]);
    const scim = /^\/user-scim-srv\//;
    const user = { id: 'cf1e6169-fd36-43cd-b30a-25ed5a3bd3d6', name: { givenName: 'Maren' }, emails: [{ value: 'old@example.org' }, { value: 'maren@example.org', primary: true }] };
    cidaas.failNext({ path: scim, status: 404, body: { detail: 'Not found' } });
    cidaas.failNext({ path: scim, status: 200, body: user, headers: { 'content-type': 'application/scim+json' } });
    const client = { clientId: 'cidaas-client', clientSecret: 'cidaas-secret' };
    const cidaasApi = await n8n.createCredential('cidaasApi', { baseUrl: cidaas.url, ...client });
    const ask = nodeOf(readExample('greet-a-new-identity-user'), 'Ask cidaas').parameters['url'];
    const workflow = await published('greet-a-new-identity-user', {
      credentials: {
        'Skillmine Auth Trigger': [await n8n.createCredential('skillmineAuthApi', { baseUrl: skillmine.url, clientId: 'skillmine-client', clientSecret: 'skillmine-secret' })],
        'Cidaas Trigger': [cidaasApi],
        'Ask cidaas': [cidaasApi],
        'Send the Greeting': [await n8n.createCredential('smtp', { host: '127.0.0.1', port: mails.port, secure: false, disableStartTls: true })],
      },
      parameters: { 'Ask cidaas': { url: String(ask).replace('https://tenant.example.com', cidaas.url) } },
    });
    expect([...skillmine.hooks, ...cidaas.hooks].map(({ events }) => events)).toEqual([
      ['USER_CREATED', 'USER_CREATED_WITH_INVITE'],
      ['ACCOUNT_CREATED_WITH_CIDAAS_IDENTITY', 'ACCOUNT_CREATED_WITH_SOCIAL_IDENTITY'],
    ]);

    const { body } = readSample('skillmine', 'USER_CREATED');
    await accepted(skillmine.deliver('USER_CREATED', body));
    await n8n.expectExecutions(workflow, 1);
    expect(mails.mails).toEqual([{ from: 'hello@example.com', to: ['per.lindqvist@example.org'], content: expect.stringMatching(/^Subject: Welcome$[^]*^Hello Per,$/m) }]);

    await accepted(cidaas.deliver('ACCOUNT_CREATED_WITH_CIDAAS_IDENTITY', readSample('cidaas', 'ACCOUNT_CREATED_WITH_CIDAAS_IDENTITY').body));
    const [, second] = await n8n.expectExecutions(workflow, 2);
    expect(second?.items('A New User?')[0]?.json).toMatchObject({ type: 'identity.user.created', provider: 'cidaas' });
    // A moment after its creation the user is not to be found yet: it is asked for twice.
    const asked = cidaas.requests.filter(({ path }) => path.startsWith("/user-scim-srv/"));
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(Array(2).fill(`GET /user-scim-srv/v2/Users/${user.id}`));
    expect(asked[1]?.headers).toMatchObject({ authorization: expect.stringMatching(/^Bearer ./), accept: 'application/scim+json' });
    expect(mails.mails.slice(1)).toEqual([{ from: 'hello@example.com', to: ['maren@example.org'], content: expect.stringMatching(/^Hello Maren,$/m) }]);

    // No address, and one that would be two.
    await accepted(skillmine.deliver('USER_CREATED', { ...body, event_time: '2026-01-12T05:00:00.000Z', data: { ref_id: 'u1' } }));
    await accepted(skillmine.deliver('USER_CREATED', { ...body, event_time: '2026-01-12T06:00:00.000Z', data: { user: { id: 'u2', email: 'one@example.org, two@example.org' } } }));
    const [, , third, fourth] = await n8n.expectExecutions(workflow, 4);
    expect(third?.items('No Address')).toMatchObject([{ json: { userId: 'u1', provider: 'skillmine' } }]);
    expect(fourth).toMatchObject({ status: 'success' });
    expect(mails.mails).toHaveLength(2);
    await n8n.unpublish(workflow);
  });

  test('a message in a Spika room becomes a row', async () => {
    const spika = await opened(startFakeSpika({ resolve }));
    const credentials = {
      'Spika Trigger': [await n8n.createCredential('spikaApi', { baseUrl: spika.url, accessToken: SPIKA_TOKEN })],
      'Append to the Sheet': [await n8n.createCredential('googleSheetsOAuth2Api', { clientId: 'an-id', clientSecret: 'a-secret' })],
    };
    const parameters = { 'Spika Trigger': ROOM, 'Append to the Sheet': { documentId: { __rl: true, mode: 'id', value: 'a-document' } } };
    const complete = await published('spika-messages-to-a-sheet', { credentials, parameters });
    // Google's address is fixed, so what the node would write is seen at the node, switched off.
    const workflow = await n8n.edit(complete, { nodes: filledIn(complete, { credentials, off: ['Append to the Sheet'] }) });
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });

    await accepted(spika.deliver('message.new', readSample('spika', 'message.new').body));
    await accepted(spika.deliver('message.new', readSample('spika', 'message.new.audio').body));
    const executions = await n8n.expectExecutions(workflow, 2);
    const rows = executions.map((execution) => execution.items('Append to the Sheet')[0]?.json);
    expect(rows).toEqual([
      { Time: expect.stringMatching(/^2026-.*Z$/), Room: 'Night shift', From: 'Mara Lindqvist', Kind: 'text', Text: 'The pumps are running again.', Files: '', 'Message ID': expect.stringMatching(/^\d+$/) },
      { Time: '2026-03-03T09:06:06.000Z', Room: 'Night shift', From: 'Mara Lindqvist', Kind: 'audio', Text: '', Files: 'memo.m4a', 'Message ID': '5023' },
    ]);
    await n8n.unpublish(workflow);
  });

  test('messages of three chats end up in one table, once each', async () => {
    const [cometchat, spika] = await Promise.all([opened(startFakeCometChat({ resolve })), opened(startFakeSpika({ resolve }))]);
    const workflow = await published('all-chats-in-one-workflow', {
      credentials: {
        'CometChat Trigger': [await n8n.createCredential('cometChatApi', { ...COMETCHAT_KEYS, baseUrl: cometchat.url })],
        'Sceyt Trigger': [await n8n.createCredential('sceytWebhookApi', { verification: 'hmac', secret: SCEYT_SECRET })],
        'Spika Trigger': [await n8n.createCredential('spikaApi', { baseUrl: spika.url, accessToken: SPIKA_TOKEN })],
      },
      parameters: { 'Spika Trigger': ROOM },
    });
    await makeTable(workflow);
    const sceyt = readSample('sceyt', 'message.sent');
    const sceytUrl = n8n.local(webhookPath(workflow, 'Sceyt Trigger'));

    await accepted(cometchat.deliver('message_sent', readSample('cometchat', 'message_sent').body));
    await accepted(deliverSceyt(sceytUrl, SCEYT_SECRET, 'message.sent', { body: sceyt.body, headers: { 'x-sceyt-event': 'message.sent' } }));
    await accepted(spika.deliver('message.new', readSample('spika', 'message.new').body));
    expect(await deliverSceyt(sceytUrl, 'another secret', 'message.sent', { body: sceyt.body })).toMatchObject({ status: 401 });
    const executions = await n8n.expectExecutions(workflow, 4);
    expect(executions.map(({ status }) => status)).toEqual(Array(4).fill('success'));
    // The three run at the same time: their rows are in the order in which they ended.
    expect((await rowsOf('chat_log')).toSorted((one, other) => one['source']?.localeCompare(other['source'] ?? '') ?? 0)).toEqual([
      { source: '/cometchat/27318c05d9a4ef60', messageId: '48213', provider: 'cometchat', conversation: 'ines-duarte_user_tomasz-wilk', sender: 'Inês Duarte', text: 'The Callisto berths at 14:20, not at noon. Can you move the crane crew?', sentAt: '2026-03-04T07:41:12.000Z' },
      { source: '/sceyt/9x4shop', messageId: '702113991216734208', provider: 'sceyt', conversation: 'Orders', sender: 'Eli Brandt', text: 'Here is the label, @Nora 📦', sentAt: '2026-03-02T08:21:40.123Z' },
      expect.objectContaining({ source: '/spika/Spika%20Trigger', provider: 'spika', conversation: 'Night shift', sender: 'Mara Lindqvist', text: 'The pumps are running again.' }),
    ]);
    await n8n.unpublish(workflow);
  });

  test('what a receiver takes in follows in batches: sent, edited and deleted messages in one table', async () => {
    const sceytAuth = { scheme: 'hmac', secret: SCEYT_SECRET, header: 'x-sceyt-signature', algorithm: 'sha256', encoding: 'hex' };
    const receiver = await opened(running({ sources: [{ id: 'app', provider: 'cometchat', auth: BASIC }, { id: 'shop', provider: 'sceyt', auth: sceytAuth }] }));
    const credential = await n8n.createCredential('chathooksApi', { baseUrl: receiver.url, adminToken: ADMIN_TOKEN, n8nUrl: n8n.url });
    const workflow = await published('all-chats-through-the-receiver', {
      credentials: { 'Chathooks Trigger': [credential] },
      // Three deliveries have to be in before the first of them leaves, also on a busy machine.
      parameters: { 'Chathooks Trigger': { batchWait: 5_000 } },
    });
    await makeTable(workflow);
    const cometchat = async (sample: string, changes: object = {}): Promise<void> => {
      const { body } = readSample('cometchat', sample);
      expect((await receiver.post('/hooks/app', { ...body, ...changes }, { authorization: BASIC_HEADER })).status).toBe(200);
    };

    await cometchat('message_sent', cometchatMessage({ id: '51069', sample: 'message_sent', text: 'Invoice 2026-0388: 1 420.05 EUR' }));
    await cometchat('message_sent', cometchatMessage({ id: '51098', sample: 'message_sent', text: 'Oops' }));
    const sceyt = readSample('sceyt', 'message.sent');
    await accepted(deliverSceyt(`${receiver.url}/hooks/shop`, SCEYT_SECRET, 'message.sent', { body: sceyt.body }));
    const [, first] = await n8n.expectExecutions(workflow, 2);
    expect(first?.items('Chathooks Trigger').map(({ json }) => json['type'])).toEqual(Array(3).fill('chat.message.sent'));

    await cometchat('message_edited');
    await cometchat('message_deleted');
    await cometchat('message_read_receipt');
    // Nothing of a group is asked for.
    await cometchat('group_created');
    const [, , second] = await n8n.expectExecutions(workflow, 3);
    expect(second?.items('Chathooks Trigger')).toHaveLength(3);
    expect(second?.items('Everything Else').map(({ json }) => json['type'])).toEqual(['chat.message.read']);
    expect(await rowsOf('chat_messages')).toMatchObject([
      { messageId: '51069', provider: 'cometchat', sender: 'Inês Duarte', text: 'Invoice 2026-0388 is corrected: 1 420.50 EUR', status: 'edited' },
      { messageId: '51098', provider: 'cometchat', text: '', status: 'deleted' },
      { messageId: '702113991216734208', provider: 'sceyt', sender: 'Eli Brandt', status: 'sent' },
    ]);
    await n8n.unpublish(workflow);
    expect(await receiver.get('/destinations')).toMatchObject({ destinations: [] });
  });

  /** Imports an example, as it is and then filled in, and publishes it. */
  async function published(name: string, change: FillIn): Promise<Workflow> {
    const imported = await n8n.createWorkflow(readExample(name));
    expect(await n8n.publish(imported)).toEqual({ status: 'refused', message: expect.stringContaining('Missing required credential') });
    const workflow = await n8n.edit(imported, { nodes: filledIn(imported, change) });
    expect(await n8n.publish(workflow)).toEqual({ status: 'published' });
    return workflow;
  }

  /** "Execute workflow" at the trigger that makes the table. */
  async function makeTable(workflow: Workflow): Promise<void> {
    await rest.post(`workflows/${workflow.id}/run`, { triggerToStartFrom: { name: 'Run This Once' } });
    const [execution] = await n8n.expectExecutions(workflow, 1);
    expect(execution).toMatchObject({ mode: 'manual', status: 'success' });
  }

  /** What a data table holds, without the columns that n8n itself keeps. */
  async function rowsOf(table: string): Promise<readonly Readonly<Record<string, string>>[]> {
    const { data: tables } = await rest.get<{ data: readonly { id: string; name: string; projectId: string }[] }>('data-tables-global');
    const found = tables.find(({ name }) => name === table);
    const { data: rows } = await rest.get<{ data: readonly Readonly<Record<string, string>>[] }>(`projects/${found?.projectId}/data-tables/${found?.id}/rows`);
    return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !['id', 'createdAt', 'updatedAt'].includes(column))));
  }
});

interface Message {
  readonly id: string;
  readonly sample: 'message_sent' | 'message_sent.group';
  readonly text: string;
  readonly sender?: string;
  readonly receiver?: string;
  readonly conversationId?: string;
}

/** A published message, told anew. */
function cometchatMessage({ sample, text, sender, ...fields }: Message): object {
  const envelope = structuredClone(readSample('cometchat', sample).body) as unknown as { readonly data: { readonly message: CometChatMessage } };
  const { message } = envelope.data;
  Object.assign(message, fields, sender === undefined ? {} : { sender });
  message.data.text = text;
  if (sender !== undefined) Object.assign(message.data.entities.sender.entity, { uid: sender, name: sender });
  return envelope;
}

interface CometChatMessage {
  readonly data: { text: string; readonly entities: { readonly sender: { readonly entity: object } } };
}

/** One delivery or more, each answered 200. */
async function accepted(delivering: Promise<{ readonly status: number } | readonly { readonly status: number }[]>): Promise<void> {
  expect([await delivering].flat().map(({ status }) => status)).toEqual([200]);
}
