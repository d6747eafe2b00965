import type { ICredentialDataDecryptedObject, ICredentialTestRequest, ICredentialType, IDataObject, IHttpRequestHelper, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';
import { fetchAccessToken, withAccessToken } from './client-credentials';

export class CidaasApi implements ICredentialType {
  name = 'cidaasApi';

  displayName = 'Cidaas API';

  icon = { light: 'file:cidaas.svg', dark: 'file:cidaas.dark.svg' } as const;

  documentationUrl = 'https://github.com/chathooks/n8n-nodes-chathooks#cidaas-trigger';

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
      placeholder: 'e.g. https://tenant.cidaas.de',
      description: 'The address of your tenant, without a path',
    },
    {
      displayName: 'Client ID',
      name: 'clientId',
      type: 'string',
      default: '',
      description: 'Of a client with the client credentials grant and the scopes cidaas:webhook_read, cidaas:webhook_write and cidaas:webhook_delete. Not needed for manual registration.',
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
      displayName: 'Delivery Secret',
      name: 'deliverySecret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'For manual registration: the API key or TOTP key that you enter at the webhook in the admin UI',
    },
    {
      displayName: 'Webhook Path',
      name: 'webhookPath',
      type: 'options',
      options: [
        { name: 'Singular', value: '/webhook-srv/webhook', description: '/webhook-srv/webhook, which cidaas\' own Terraform provider calls' },
        { name: 'Plural', value: '/webhook-srv/webhooks', description: '/webhook-srv/webhooks, which the newer API documentation has' },
      ],
      default: '/webhook-srv/webhook',
      description: 'Advanced: which generation of the API your tenant has. Change it when the default is answered 404.',
    },
  ];

  async preAuthentication(this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject): Promise<IDataObject> {
    return fetchAccessToken(this, credentials, 'cidaas', '');
  }

  async authenticate(credentials: ICredentialDataDecryptedObject, options: IHttpRequestOptions): Promise<IHttpRequestOptions> {
    return withAccessToken(credentials, options);
  }

  test: ICredentialTestRequest = {
    request: {
      baseURL: '={{ $credentials.baseUrl.trim().replace(/\\/+$/, "") }}',
      url: '/webhook-srv/eventdescriptions',
      qs: { category: 'webhook' },
    },
    rules: [
      { type: 'responseCode', properties: { value: 403, message: 'The client lacks the scope cidaas:webhook_read. Give it that one, cidaas:webhook_write and cidaas:webhook_delete.' } },
      { type: 'responseCode', properties: { value: 404, message: 'There is no cidaas tenant at this address. Check \'Base URL\': the address of the tenant, without a path.' } },
    ],
  };
}
