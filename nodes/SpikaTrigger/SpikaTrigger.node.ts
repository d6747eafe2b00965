import type { IHookFunctions, ILoadOptionsFunctions, INodeListSearchResult, INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { spika } from '../../providers/spika';
import { isRegistered, register, unregister } from '../lifecycle/webhook';
import { customEventsProperty, EVENTS_SUBTITLE, eventsProperty } from '../parameters/events';
import { optionsProperty } from '../parameters/options';
import { outputProperty } from '../parameters/output';
import { registrationProperty } from '../parameters/registration';
import { outputsOf } from '../webhook/outputs';
import { receiveDelivery } from '../webhook/receive-delivery';
import { keepSignature } from './kept-signature';
import { receptionOf } from './reception';
import { assertReady, webhookOf } from './registration';
import { roomProperty, searchRooms } from './room';

export class SpikaTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Spika Trigger',
    name: 'spikaTrigger',
    icon: { light: 'file:spika.svg', dark: 'file:spika.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: EVENTS_SUBTITLE,
    description: 'Starts the workflow when a message is posted in a room of Spika, the self-hosted team messenger',
    defaults: { name: 'Spika Trigger' },
    eventTriggerDescription: 'Waiting for a message in the Spika room',
    activationMessage: 'Published: each message in the room now starts this workflow. With manual registration, paste the production URL of the node into the settings of the room.',
    inputs: [],
    outputs: outputsOf(spika),
    credentials: [{ name: 'spikaApi', required: true }],
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
      header: 'Receive the messages of a Spika room',
      executionsHelp: {
        inactive:
          'Click "Execute step", then post a message in the room. With manual registration, paste the test URL above into the settings of the room first.',
        active:
          'This workflow is published: each message in the room starts it, and its executions are in the list. Spika calls one webhook of a room only: to listen for a test event, unpublish the workflow or choose another room.',
      },
      activationHint: 'Publish the workflow, and it starts on every message without you listening.',
    },
    hints: [
      {
        message: 'Does this workflow post into the same room? Then put the ID of the user or bot that it posts as into \'Ignore Actors\', or its own messages start it again.',
        type: 'info',
        location: 'ndv',
        whenToDisplay: 'beforeExecution',
        displayCondition: '={{ !($parameter["options"] ?? {})["ignoreActors"] }}',
      },
    ],
    properties: [
      registrationProperty('Spika', 'needs an access token of an admin of the room'),
      roomProperty,
      {
        displayName:
          'In Spika\'s web app, as an admin of the room: 1. Open the room, then its side bar, then Settings. 2. Paste the production URL shown above under Webhook and create it. 3. Copy the "Verify signature" that appears below into the credential. A room can have one webhook that works',
        name: 'manualNotice',
        type: 'notice',
        default: '',
        displayOptions: { show: { registration: ['manual'] } },
      },
      eventsProperty(spika),
      customEventsProperty(spika),
      outputProperty,
      optionsProperty(['dedupe', 'downloadMedia', 'ignoreActors', 'includeHeaders', 'splitOutputs']),
    ],
    sensitiveOutputFields: ['headers.verification-signature'],
  };

  methods = {
    listSearch: {
      async searchRooms(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string): Promise<INodeListSearchResult> {
        return searchRooms(this, filter, paginationToken);
      },
    },
  };

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        await assertReady(this);
        return isRegistered(this, await webhookOf(this));
      },
      async create(this: IHookFunctions): Promise<boolean> {
        const registered = await register(this, await webhookOf(this));
        keepSignature(this, registered?.secret);
        return true;
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        await unregister(this, await webhookOf(this));
        keepSignature(this, undefined);
        return true;
      },
    },
  };

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return receiveDelivery(this, receptionOf(this));
  }
}
