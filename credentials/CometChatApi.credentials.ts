import type { ICredentialDataDecryptedObject, ICredentialTestRequest, ICredentialType, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';
import { credentialHeaders } from '../providers/cometchat/access';
import { targetOf } from './target';

export class CometChatApi implements ICredentialType {
  name = 'cometChatApi';

  displayName = 'CometChat API';

  icon = { light: 'file:cometchat.svg', dark: 'file:cometchat.dark.svg' } as const;

  documentationUrl = 'https://github.com/chathooks/n8n-nodes-chathooks#cometchat-trigger';

  properties: INodeProperties[] = [
    {
      displayName: 'App ID',
      name: 'appId',
      type: 'string',
      default: '',
      required: true,
      description: 'In the dashboard: your app > API & Auth Keys',
    },
    {
      displayName: 'Region',
      name: 'region',
      type: 'options',
      options: [
        { name: 'EU', value: 'eu' },
        { name: 'India', value: 'in' },
        { name: 'US', value: 'us' },
      ],
      default: 'us',
      description: 'The region that the app was created in',
    },
    {
      displayName: 'REST API Key',
      name: 'apiKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'In the dashboard: your app > API & Auth Keys. For calls back to CometChat and for downloading media.',
    },
    {
      displayName: 'Management API Key',
      name: 'managementApiKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'For automatic registration. CometChat issues key and secret on multi-tenancy plans; without them, leave both empty and choose manual registration in the node.',
    },
    {
      displayName: 'Management Secret',
      name: 'managementSecret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'The secret that belongs to the management API key',
    },
    {
      displayName: 'Webhook Username',
      name: 'webhookUsername',
      type: 'string',
      default: '',
      description: 'For manual registration: the username that you enter at the webhook in the dashboard. Letters and digits, at most 50.',
    },
    {
      displayName: 'Webhook Password',
      name: 'webhookPassword',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'For manual registration: the password that you enter at the webhook in the dashboard. Letters and digits, at most 100.',
    },
    {
      displayName: 'Management API Base URL',
      name: 'baseUrl',
      type: 'string',
      default: 'https://apimgmt.cometchat.io',
      description: 'Another one only for dedicated clusters and on-premise installations',
    },
    {
      displayName: 'App API Base URL',
      name: 'apiBaseUrl',
      type: 'string',
      default: '',
      placeholder: 'e.g. https://1234567890.api-us.cometchat.io/v3',
      description: 'Empty for CometChat\'s own, which follows from app ID and region',
    },
  ];

  async authenticate(credentials: ICredentialDataDecryptedObject, options: IHttpRequestOptions): Promise<IHttpRequestOptions> {
    return { ...options, headers: { ...options.headers, ...credentialHeaders(credentials, targetOf(options)?.href ?? '') } };
  }

  test: ICredentialTestRequest = {
    request: {
      baseURL: '={{ $credentials.managementApiKey ? ($credentials.baseUrl || "https://apimgmt.cometchat.io").trim().replace(/\\/+$/, "") : ($credentials.apiBaseUrl || "").trim().replace(/\\/+$/, "") || "https://" + $credentials.appId + ".api-" + $credentials.region + ".cometchat.io/v3" }}',
      url: '={{ $credentials.managementApiKey ? "/apps/" + encodeURIComponent($credentials.appId) + "/webhooks" : "/users" }}',
      qs: { perPage: 1 },
      headers: { 'X-Webhook-Version': '2' },
    },
  };
}
