import type { ICredentialDataDecryptedObject, ICredentialTestRequest, ICredentialType, IDataObject, IHttpRequestHelper, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';
import { fetchAccessToken, withAccessToken } from './client-credentials';

export class SkillmineAuthApi implements ICredentialType {
  name = 'skillmineAuthApi';

  displayName = 'Skillmine Auth API';

  icon = { light: 'file:skillmine.svg', dark: 'file:skillmine.dark.svg' } as const;

  documentationUrl = 'https://github.com/chathooks/n8n-nodes-chathooks#skillmine-auth-trigger';

  properties: INodeProperties[] = [
    {
      displayName: 'Access Token',
      name: 'accessToken',
      type: 'hidden',
      typeOptions: { expirable: true, password: true },
      default: '',
    },
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. https://tenant.example.com',
      description: 'The address of your tenant, without a path',
    },
    {
      displayName: 'Client ID',
      name: 'clientId',
      type: 'string',
      default: '',
      description: 'Of a client that may use the client credentials grant and manage webhooks. Not needed for manual registration.',
    },
    {
      displayName: 'Client Secret',
      name: 'clientSecret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'The secret that belongs to the client. The keys of deliveries are derived from it: after a change, unpublish the workflows and publish them again.',
    },
    {
      displayName: 'Scope',
      name: 'scope',
      type: 'string',
      default: '',
      description: 'Scopes to ask for, separated by spaces. Their names are not published: see the client in the console, and leave this empty if it needs none.',
    },
    {
      displayName: 'Delivery Secret',
      name: 'deliverySecret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'For manual registration: the API key, or the key of one-time passwords, that you enter at the webhook in the console',
    },
    {
      displayName: 'Delivery Client ID',
      name: 'deliveryClientId',
      type: 'string',
      default: '',
      description: 'For OAuth2 deliveries: the client with which Skillmine Auth fetches their tokens. Empty for the client above.',
    },
    {
      displayName: 'Delivery Client Secret',
      name: 'deliveryClientSecret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'The secret that belongs to the delivery client',
    },
  ];

  async preAuthentication(this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject): Promise<IDataObject> {
    return fetchAccessToken(this, credentials, 'Skillmine Auth', typeof credentials['scope'] === 'string' ? credentials['scope'].trim() : '');
  }

  async authenticate(credentials: ICredentialDataDecryptedObject, options: IHttpRequestOptions): Promise<IHttpRequestOptions> {
    return withAccessToken(credentials, options);
  }

  test: ICredentialTestRequest = {
    request: {
      baseURL: '={{ $credentials.baseUrl.trim().replace(/\\/+$/, "") }}',
      url: '/webhook-srv/all',
      qs: { type: 'custom', active: true },
    },
    rules: [
      { type: 'responseCode', properties: { value: 403, message: 'The client may not manage webhooks. Give it the scopes for that, and enter them in \'Scope\'.' } },
      { type: 'responseCode', properties: { value: 404, message: 'There is no Skillmine Auth at this address. Check \'Base URL\': the address of the tenant, without a path.' } },
    ],
  };
}
