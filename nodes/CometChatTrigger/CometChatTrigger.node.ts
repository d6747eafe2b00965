import type { IHookFunctions, INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { cometchat } from '../../providers/cometchat';
import { isRegistered, register, unregister } from '../lifecycle/webhook';
import { customEventsProperty, EVENTS_SUBTITLE, eventsProperty } from '../parameters/events';
import { optionsProperty } from '../parameters/options';
import { outputProperty } from '../parameters/output';
import { registrationProperty } from '../parameters/registration';
import { outputsOf } from '../webhook/outputs';
import { receiveDelivery } from '../webhook/receive-delivery';
import { receptionOf } from './reception';
import { assertReady, webhookOf } from './registration';

export class CometChatTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'CometChat Trigger',
    name: 'cometChatTrigger',
    icon: { light: 'file:cometchat.svg', dark: 'file:cometchat.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: EVENTS_SUBTITLE,
    description: 'Starts the workflow when something happens in a CometChat app: messages, groups, calls, moderation and more',
    defaults: { name: 'CometChat Trigger' },
    eventTriggerDescription: 'Waiting for CometChat to call the test URL',
    activationMessage: 'Published: CometChat events now start this workflow. With manual registration, paste the production URL of the node into the CometChat dashboard.',
    inputs: [],
    outputs: outputsOf(cometchat),
    credentials: [{ name: 'cometChatApi', required: true }],
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
      header: 'Receive CometChat events',
      executionsHelp: {
        inactive:
          'Click "Execute step", then do something in your CometChat app, such as sending a message. With manual registration, paste the test URL above into Dashboard > your app > Webhooks first; CometChat then calls it while you listen.',
        active:
          'This workflow is published: each CometChat event starts it, and its executions are in the list. To see one here, click "Execute step" and do something in your CometChat app.',
      },
      activationHint: 'Publish the workflow, and it starts on every event without you listening.',
    },
    hints: [
      {
        message: 'This node lets every event through, receipts and connection changes included. Choose the ones that you need, or a busy app starts the workflow all the time.',
        type: 'info',
        location: 'ndv',
        whenToDisplay: 'beforeExecution',
        displayCondition: '={{ ($parameter["events"] ?? []).includes("*") }}',
      },
    ],
    properties: [
      registrationProperty('CometChat', 'needs a management API key and secret, which CometChat issues on multi-tenancy plans'),
      {
        displayName:
          'In the <a href="https://app.cometchat.com" target="_blank">CometChat dashboard</a>: 1. Open your app, then Webhooks, and add a webhook. 2. Paste the production URL shown above. 3. Switch on basic authentication and enter the webhook username and password of your credential. 4. Add a trigger for each event. 5. Switch on retries and enable the webhook',
        name: 'manualNotice',
        type: 'notice',
        default: '',
        displayOptions: { show: { registration: ['manual'] } },
      },
      eventsProperty(cometchat),
      customEventsProperty(cometchat),
      outputProperty,
      optionsProperty(['dedupe', 'downloadMedia', 'ignoreActors', 'includeHeaders', 'splitOutputs']),
    ],
    sensitiveOutputFields: ['headers.authorization'],
  };

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        await assertReady(this);
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
    return receiveDelivery(this, receptionOf(this));
  }
}
