import type {
  ICredentialsDecrypted,
  ICredentialTestFunctions,
  IHookFunctions,
  INodeCredentialTestResult,
  INodeType,
  INodeTypeDescription,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow';
import { sceyt } from '../../providers/sceyt';
import { readCredential } from '../lifecycle/credential';
import { customEventsProperty, EVENTS_SUBTITLE, eventsProperty } from '../parameters/events';
import { optionsProperty } from '../parameters/options';
import { outputProperty } from '../parameters/output';
import { outputsOf } from '../webhook/outputs';
import { receiveDelivery } from '../webhook/receive-delivery';
import { checkSettings } from './check-settings';
import { CREDENTIAL, faultOf, guardOf } from './credential';

export class SceytTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Sceyt Trigger',
    name: 'sceytTrigger',
    icon: { light: 'file:sceyt.svg', dark: 'file:sceyt.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: EVENTS_SUBTITLE,
    description: 'Starts the workflow when something happens in a Sceyt app: messages, reactions, channels, members and presence',
    defaults: { name: 'Sceyt Trigger' },
    eventTriggerDescription: 'Waiting for Sceyt to call the test URL',
    activationMessage: 'Published: Sceyt events now start this workflow, once the production URL of the node stands in the Sceyt dashboard under Settings > Webhooks.',
    inputs: [],
    outputs: outputsOf(sceyt),
    credentials: [{ name: 'sceytWebhookApi', required: true, testedBy: 'sceytWebhookTest' }],
    // n8n answers after it has stored the run, with what the node gives.
    webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', responseData: '', path: 'webhook' }],
    triggerPanel: {
      header: 'Receive Sceyt events',
      executionsHelp: {
        inactive:
          'Click "Execute step", then create a webhook with the test URL above in the Sceyt dashboard, under Settings > Webhooks, and do something in your app, such as sending a message. Sceyt\'s first call is a ping, which is answered and starts nothing.',
        active:
          'This workflow is published: each Sceyt event starts it, and its executions are in the list. To see one here, click "Execute step", create a webhook with the test URL in the Sceyt dashboard, and do something in your app.',
      },
      activationHint: 'Publish the workflow, and put the production URL into the Sceyt dashboard: then it starts on every event without you listening.',
    },
    hints: [
      {
        message: 'Sceyt publishes neither what it sends nor how it signs it. What this node expects is inferred and can be set in the credential. If deliveries are refused, see the README for how to find out what Sceyt sends.',
        type: 'warning',
        location: 'ndv',
        whenToDisplay: 'beforeExecution',
      },
    ],
    properties: [
      {
        displayName:
          '1. Publish this workflow, so that it answers the ping that Sceyt sends in step 5. 2. In the Sceyt dashboard, open Settings > Webhooks > Create webhook. 3. Paste the production URL shown above as Payload URL, and enter the secret of your credential. 4. Choose all events or the ones that you need. 5. Create it. More in the <a href="https://docs.sceyt.com/chat/" target="_blank">documentation of Sceyt</a>',
        name: 'manualNotice',
        type: 'notice',
        default: '',
      },
      { ...eventsProperty(sceyt), description: 'What starts the workflow. Choose the same in the Sceyt dashboard: others that arrive all the same are dropped.' },
      customEventsProperty(sceyt),
      outputProperty,
      optionsProperty(['dedupe', 'ignoreActors', 'includeHeaders', 'splitOutputs'], [
        {
          displayName: 'Emit Pings',
          name: 'emitPings',
          type: 'boolean',
          default: false,
          description: 'Whether the ping that Sceyt sends when a webhook is created starts the workflow too. With Include Headers it shows which headers Sceyt uses. Needs [All] under Events, or ping under Custom Events.',
        },
      ]),
    ],
    sensitiveOutputFields: ['headers.authorization'],
  };

  methods = {
    credentialTest: {
      /** Sceyt has no call that a webhook secret could be tried with: what is looked at is whether it can work at all. */
      async sceytWebhookTest(this: ICredentialTestFunctions, { data }: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
        const fault = faultOf(data ?? {});
        if (fault !== undefined) return { status: 'Error', message: fault };
        return { status: 'OK', message: 'The settings are complete. Whether they are Sceyt\'s shows with its first delivery.' };
      },
    },
  };

  /** Sceyt has no API for webhooks: the user registers the URL in the dashboard. All that can be told is what can't work. */
  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        checkSettings(this, await this.getCredentials(CREDENTIAL));
        return true;
      },
      async create(this: IHookFunctions): Promise<boolean> {
        checkSettings(this, await this.getCredentials(CREDENTIAL));
        return true;
      },
      async delete(): Promise<boolean> {
        return true;
      },
    },
  };

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return receiveDelivery(this, { provider: sceyt, guard: guardOf(await readCredential(this, CREDENTIAL)) });
  }
}
