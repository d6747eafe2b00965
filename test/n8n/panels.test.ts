/*
 * What a new user sees: the nodes found by search, a card for each event, each node's panel, each credential's form.
 * CHATHOOKS_SCREENSHOTS keeps the pictures.
 */
import { describeWithEditor } from './support/editor-suite';
import { workflowOf } from './support/workflow';

interface Shown {
  readonly node: string;
  /** As the node creator has it. */
  readonly title: string;
  readonly credential: string;
  /** Its type, and enough of it that the panel is not waiting for it. */
  readonly access: readonly [string, Readonly<Record<string, unknown>>];
  /** Sentences that have to be on the panel as it opens. */
  readonly panel: readonly string[];
  /** Cards that have to be among a node's. */
  readonly cards: readonly string[];
  /** Fields of the credential. */
  readonly fields: readonly string[];
}

const nodes: readonly Shown[] = [
  { node: 'cometChatTrigger', title: 'CometChat', credential: 'CometChat API', access: ['cometChatApi', { appId: '1234567890', region: 'eu', managementApiKey: 'key', managementSecret: 'secret' }], panel: ['Receive CometChat events', 'This node lets every event through', 'Registration'], cards: ['On message sent', 'On any event'], fields: ['App ID', 'Webhook Password'] },
  { node: 'spikaTrigger', title: 'Spika', credential: 'Spika API', access: ['spikaApi', { baseUrl: 'https://spika.example.com/api', accessToken: 'sixteencharacter' }], panel: ['Does this workflow post into the same room?', 'Room', 'Registration'], cards: ['On new message'], fields: ['Base URL', 'Access Token'] },
  { node: 'sceytTrigger', title: 'Sceyt', credential: 'Sceyt Webhook API', access: ['sceytWebhookApi', { secret: 'a-secret-for-sceyt' }], panel: ['Receive Sceyt events', 'Paste the production URL shown above as Payload URL', 'Sceyt publishes neither'], cards: ['On any event'], fields: ['Secret'] },
  { node: 'skillmineAuthTrigger', title: 'Skillmine Auth', credential: 'Skillmine Auth API', access: ['skillmineAuthApi', { baseUrl: 'https://auth.example.com', clientId: 'client', clientSecret: 'secret' }], panel: ['Receive Skillmine Auth events', 'This node lets every event through', 'Authentication'], cards: ['On any event'], fields: ['Client ID', 'Client Secret'] },
  { node: 'cidaasTrigger', title: 'Cidaas', credential: 'Cidaas API', access: ['cidaasApi', { baseUrl: 'https://tenant.cidaas.example', clientId: 'client', clientSecret: 'secret' }], panel: ['Receive cidaas events', 'This node lets every event through', 'Authentication'], cards: ['On any event'], fields: ['Client ID', 'Client Secret'] },
  { node: 'chathooksTrigger', title: 'Chathooks', credential: 'Chathooks API', access: ['chathooksApi', { baseUrl: 'http://127.0.0.1:9', adminToken: 'token' }], panel: ['Receive events from a Chathooks receiver', 'This node registers itself as a destination', 'Batch Size'], cards: ['On any event'], fields: ['Admin Token'] },
];

describeWithEditor('the editor of a new user', (editor, n8n) => {
  describe.each(nodes)('$title', ({ node, title, credential, access, panel, cards, fields }) => {
    test('is found by its name, with a card for each event', async () => {
      expect(await editor().searchTriggers(`${node}-search`, title)).toContain(title);
      expect(await editor().cards(`${node}-cards`, title)).toEqual(expect.arrayContaining([...cards]));
    });

    test('says on its panel what to do', async () => {
      const workflow = await n8n.createWorkflow(workflowOf({ type: `n8n-nodes-chathooks.${node}`, name: `${title} Trigger`, credentials: [await n8n.createCredential(...access)] }));
      const text = await editor().panel(`${node}-panel`, workflow);
      for (const sentence of panel) expect(text).toContain(sentence);
    });

    test('asks for its credential in the words of the provider', async () => {
      const text = await editor().credentialForm(`${node}-credential`, credential);
      for (const field of fields) expect(text).toContain(field);
    });
  });
});
