import type { IHookFunctions, INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { skillmine } from '../../providers/skillmine';
import { authenticationProperties, totpOptions } from '../identity/properties';
import { assertReady } from '../identity/readiness';
import { receptionOf } from '../identity/reception';
import { isRegistered, register, unregister } from '../lifecycle/webhook';
import { customEventsProperty, EVENTS_SUBTITLE, eventsProperty } from '../parameters/events';
import { optionsProperty } from '../parameters/options';
import { outputProperty } from '../parameters/output';
import { registrationProperty } from '../parameters/registration';
import { outputsOf } from '../webhook/outputs';
import { receiveDelivery } from '../webhook/receive-delivery';
import { CREDENTIAL, credentialOf } from './credential';
import { manualKey, webhookOf } from './registration';
import { kindOptions, tokenUrlProperty } from './properties';

export class SkillmineAuthTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Skillmine Auth Trigger',
    name: 'skillmineAuthTrigger',
    icon: { light: 'file:skillmine.svg', dark: 'file:skillmine.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: EVENTS_SUBTITLE,
    description: 'Starts the workflow when something happens in Skillmine Auth: users, logins, invitations, roles, groups and configuration',
    defaults: { name: 'Skillmine Auth Trigger' },
    eventTriggerDescription: 'Waiting for Skillmine Auth to call the test URL',
    activationMessage: 'Published: Skillmine Auth events now start this workflow. With manual registration, paste the production URL of the node into the webhook settings of the console.',
    inputs: [],
    outputs: outputsOf(skillmine),
    credentials: [{ name: 'skillmineAuthApi', required: true }],
    webhooks: [
      {
        name: 'default',
        httpMethod: 'POST',
        // n8n answers after it has stored the run, with what the node gives.
        responseMode: 'onReceived',
        responseData: '',
        path: 'webhook',
        ndvHideUrl: '={{ $parameter["registration"] === "automatic" }}',
      },
    ],
    triggerPanel: {
      header: 'Receive Skillmine Auth events',
      executionsHelp: {
        inactive:
          'Click "Execute step", then do something in Skillmine Auth, such as changing a user. With manual registration, paste the test URL above into Settings > Webhook Settings first; Skillmine Auth then calls it while you listen.',
        active:
          'This workflow is published: each Skillmine Auth event starts it, and its executions are in the list. To see one here, click "Execute step" and do something in Skillmine Auth.',
      },
      activationHint: 'Publish the workflow, and it starts on every event without you listening.',
    },
    hints: [
      {
        message: 'This node lets every event through, each login and token included. Choose the ones that you need, or a busy tenant starts the workflow all the time.',
        type: 'info',
        location: 'ndv',
        whenToDisplay: 'beforeExecution',
        displayCondition: '={{ ($parameter["events"] ?? []).includes("*") }}',
      },
    ],
    properties: [
      registrationProperty('Skillmine Auth', 'needs a client with the client credentials grant that may manage webhooks'),
      {
        displayName:
          'In the Skillmine Auth console: 1. Open Settings > Webhook Settings and create a webhook. 2. Choose REST as its notification type. 3. Paste the production URL shown above. 4. Enter the delivery secret of your credential as its API key. 5. Choose the events and save. The console\'s Webhook Report lists what was sent',
        name: 'manualNotice',
        type: 'notice',
        default: '',
        displayOptions: { show: { registration: ['manual'] } },
      },
      eventsProperty(skillmine),
      customEventsProperty(skillmine),
      ...authenticationProperties({
        provider: 'Skillmine Auth',
        apiKeyName: '',
        totpName: 'x-otp',
        nameDescriptions: {
          'api-key': 'The name of the header or query field, which Skillmine does not publish. Empty for the usual ones, such as x-api-key and Authorization.',
          totp: 'The name of the header or query field, which Skillmine does not publish. Empty for x-otp.',
        },
        notes: {
          'api-key': 'A key in a header or in the URL. The only way that Skillmine documents.',
          oauth2: 'A token that Skillmine fetches from an issuer. Not documented by Skillmine; its SDK has the fields for it.',
          totp: 'A one-time password in a header or in the URL. Not documented by Skillmine; its SDK has the field for it.',
        },
      }),
      tokenUrlProperty,
      outputProperty,
      optionsProperty(['dedupe', 'ignoreActors', 'includeHeaders', 'splitOutputs'], [...totpOptions, ...kindOptions]),
    ],
    sensitiveOutputFields: ['headers.authorization'],
  };

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        assertReady(this, await manualKey(this));
        return isRegistered(this, await webhookOf(this));
      },
      async create(this: IHookFunctions): Promise<boolean> {
        await register(this, await webhookOf(this));
        return true;
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        await unregister(this, await webhookOf(this));
        return true;
      },
    },
  };

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return receiveDelivery(this, receptionOf(this, { provider: skillmine, credential: CREDENTIAL, read: credentialOf }));
  }
}
