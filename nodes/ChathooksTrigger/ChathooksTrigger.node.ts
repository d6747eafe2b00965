import type {
  IHookFunctions,
  ILoadOptionsFunctions,
  INodePropertyOptions,
  INodeType,
  INodeTypeDescription,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { isRegistered, register, unregister } from '../lifecycle/webhook';
import { EVENTS_SUBTITLE } from '../parameters/events';
import { optionsProperty } from '../parameters/options';
import { outputProperty } from '../parameters/output';
import { acceptedSecretsOf } from './credential';
import { customEventsProperty, eventsProperty } from './events';
import { receiveForward } from './receive-forward';
import { sourceOptions } from './sources';
import { destinationOf } from './wanted';

export class ChathooksTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Chathooks Trigger',
    name: 'chathooksTrigger',
    icon: { light: 'file:chathooks.svg', dark: 'file:chathooks.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: EVENTS_SUBTITLE,
    description: 'Starts the workflow with events from a Chathooks receiver, which takes in the webhooks of every provider, keeps them and forwards them in batches',
    defaults: { name: 'Chathooks Trigger' },
    eventTriggerDescription: 'Waiting for the receiver to forward an event',
    activationMessage: 'Published: the receiver now forwards events to this workflow. What it takes in while n8n is down, it forwards later.',
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'chathooksApi', required: true }],
    webhooks: [
      {
        name: 'default',
        httpMethod: 'POST',
        // n8n answers after it has stored the run, with what the node gives.
        responseMode: 'onReceived',
        responseData: '',
        path: 'webhook',
        ndvHideUrl: true,
      },
    ],
    triggerPanel: {
      header: 'Receive events from a Chathooks receiver',
      executionsHelp: {
        inactive:
          'Click "Execute step", and this node registers itself with the receiver. Then let a provider send something, or run "npx chathooks send cometchat message_sent --source ID" where the receiver runs. Nothing has to be pasted anywhere.',
        active:
          'This workflow is published: the receiver forwards its events here, and the executions are in the list. To see some here, click "Execute step", and let a provider send something.',
      },
      activationHint: 'Publish the workflow, and the receiver forwards every event without you listening.',
    },
    hints: [
      {
        message: 'One execution gets a whole batch of events, one item for each. Nodes run once for each item, unless they say otherwise.',
        type: 'info',
        location: 'ndv',
        whenToDisplay: 'beforeExecution',
      },
    ],
    properties: [
      {
        displayName:
          'This node registers itself as a destination of the receiver when the workflow is published, and removes itself when it is unpublished. The receiver has to reach n8n; where it needs another address than n8n\'s own, fill in the n8n URL in the credential',
        name: 'registrationNotice',
        type: 'notice',
        default: '',
      },
      eventsProperty,
      customEventsProperty,
      {
        displayName: 'Source Names or IDs',
        name: 'sources',
        type: 'multiOptions',
        typeOptions: { loadOptionsMethod: 'getSources' },
        default: [],
        description: 'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
        hint: 'Choose none for events of every source of the receiver',
      },
      {
        displayName: 'Batch Size',
        name: 'batchSize',
        type: 'number',
        typeOptions: { minValue: 1, maxValue: 1000 },
        default: 100,
        description: 'How many events start the workflow together at most. With 1, each event has an execution of its own.',
      },
      {
        displayName: 'Batch Wait (Milliseconds)',
        name: 'batchWait',
        type: 'number',
        typeOptions: { minValue: 0, maxValue: 60000 },
        default: 50,
        description: 'How long the receiver waits for a batch to fill. Longer makes fewer and larger executions; a batch that is full goes at once.',
      },
      outputProperty,
      optionsProperty(['dedupe', 'ignoreActors', 'includeHeaders'], [
        {
          displayName: 'Concurrent Requests',
          name: 'concurrency',
          type: 'number',
          typeOptions: { minValue: 1, maxValue: 256 },
          default: 4,
          description: 'How many batches the receiver sends at once at most. With 1 there is never a second one before n8n has stored the first.',
        },
      ]),
    ],
    sensitiveOutputFields: ['headers.webhook-signature'],
  };

  methods = {
    loadOptions: {
      async getSources(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
        return sourceOptions(this);
      },
    },
  };

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        return isRegistered(this, await destinationOf(this));
      },
      async create(this: IHookFunctions): Promise<boolean> {
        await register(this, await destinationOf(this));
        return true;
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        await unregister(this, await destinationOf(this));
        return true;
      },
    },
  };

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return receiveForward(this, acceptedSecretsOf(this));
  }
}
