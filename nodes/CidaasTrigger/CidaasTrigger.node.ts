import type { IHookFunctions, ILoadOptionsFunctions, INodePropertyOptions, INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { cidaas } from '../../providers/cidaas';
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
import { rememberId } from './known-id';
import { liveEventOptions } from './live-events';
import { CREDENTIAL, credentialOf } from './credential';
import { manualKey, webhookOf } from './registration';

export class CidaasTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Cidaas Trigger',
    name: 'cidaasTrigger',
    icon: { light: 'file:cidaas.svg', dark: 'file:cidaas.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: EVENTS_SUBTITLE,
    description: 'Starts the workflow when something happens in a cidaas tenant: accounts, logins, groups, verification and configuration',
    defaults: { name: 'Cidaas Trigger' },
    eventTriggerDescription: 'Waiting for cidaas to call the test URL',
    activationMessage: 'Published: cidaas events now start this workflow. With manual registration, paste the production URL of the node into the cidaas admin UI.',
    inputs: [],
    outputs: outputsOf(cidaas),
    credentials: [{ name: 'cidaasApi', required: true }],
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
      header: 'Receive cidaas events',
      executionsHelp: {
        inactive:
          'Click "Execute step", then do something in your tenant, such as changing an account. With manual registration, paste the test URL above into a webhook in the cidaas admin UI first; cidaas then calls it while you listen.',
        active:
          'This workflow is published: each cidaas event starts it, and its executions are in the list. To see one here, click "Execute step" and do something in your tenant.',
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
      registrationProperty('cidaas', 'needs a client with the client credentials grant and the scopes cidaas:webhook_read, cidaas:webhook_write and cidaas:webhook_delete'),
      {
        displayName:
          'In the <a href="https://docs.cidaas.com/guides/activity-management/webhook-management" target="_blank">cidaas admin UI</a>: 1. Open the webhooks of your tenant and create one. 2. Paste the production URL shown above. 3. Choose the same authentication, placement and name as below. 4. Enter the delivery secret of your credential as its key. 5. Choose the events and save',
        name: 'manualNotice',
        type: 'notice',
        default: '',
        displayOptions: { show: { registration: ['manual'] } },
      },
      // Both on purpose: n8n's node creator makes its cards of the options, and its editor shows what the tenant has.
      { ...eventsProperty(cidaas), typeOptions: { loadOptionsMethod: 'getEvents' } },
      customEventsProperty(cidaas),
      ...authenticationProperties({
        provider: 'cidaas',
        apiKeyName: 'x-api-key',
        totpName: 'x-otp',
        nameDescriptions: {
          'api-key': 'The name of the header or query field. Lower-case letters and dashes only.',
          totp: 'The name of the header or query field. Lower-case letters and dashes only.',
        },
        notes: {
          'api-key': 'A key in a header or in the URL. Rated low by cidaas.',
          oauth2: 'A token that the tenant issues. Rated high by cidaas.',
          totp: 'A one-time password in a header or in the URL. Rated medium by cidaas.',
        },
      }),
      {
        displayName: 'Client ID for Deliveries',
        name: 'deliveryClientId',
        type: 'string',
        default: '',
        description: 'The client that cidaas issues the tokens of its deliveries for. Empty for the client of the credential.',
        displayOptions: { show: { authentication: ['oauth2'], registration: ['automatic'] } },
      },
      outputProperty,
      optionsProperty(['dedupe', 'ignoreActors', 'includeHeaders', 'splitOutputs'], totpOptions),
    ],
    sensitiveOutputFields: ['headers.authorization'],
  };

  methods = {
    loadOptions: {
      async getEvents(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
        return liveEventOptions(this);
      },
    },
  };

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        assertReady(this, await manualKey(this));
        return isRegistered(this, await webhookOf(this));
      },
      async create(this: IHookFunctions): Promise<boolean> {
        const registered = await register(this, await webhookOf(this));
        rememberId(this, registered?.id);
        return true;
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        await unregister(this, await webhookOf(this));
        rememberId(this, undefined);
        return true;
      },
    },
  };

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return receiveDelivery(this, receptionOf(this, { provider: cidaas, credential: CREDENTIAL, read: credentialOf }));
  }
}
