import type { ICredentialDataDecryptedObject, ICredentialTestRequest, ICredentialType, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';
import { isFor, textOf } from './target';

export class ChathooksApi implements ICredentialType {
  name = 'chathooksApi';

  displayName = 'Chathooks API';

  icon = { light: 'file:chathooks.svg', dark: 'file:chathooks.dark.svg' } as const;

  documentationUrl = 'https://github.com/chathooks/n8n-nodes-chathooks#chathooks-trigger';

  properties: INodeProperties[] = [
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      default: 'http://127.0.0.1:8080',
      required: true,
      placeholder: 'e.g. http://chathooks:8080',
      description: 'Where n8n reaches the receiver. In a container, 127.0.0.1 is the container itself: use the name of the receiver\'s.',
    },
    {
      displayName: 'Admin Token',
      name: 'adminToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      description: 'What stands under admin.token in the chathooks.yaml of the receiver',
    },
    {
      displayName: 'n8n URL',
      name: 'n8nUrl',
      type: 'string',
      default: '',
      placeholder: 'e.g. http://n8n:5678',
      description: 'Where the receiver reaches n8n, if not at n8n\'s own webhook URL: in another container, say. Takes the place of its scheme, host and port.',
    },
    {
      displayName: 'Signing Secret',
      name: 'signingSecret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'Signs what the receiver forwards. Empty for a secret that follows from the admin token, another one for each node. After a change, publish the workflow again.',
    },
    {
      displayName: 'Previous Signing Secret',
      name: 'previousSigningSecret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'While you change the signing secret: the old one, which is accepted until every workflow has been published again',
    },
  ];

  async authenticate(credentials: ICredentialDataDecryptedObject, options: IHttpRequestOptions): Promise<IHttpRequestOptions> {
    const { baseUrl, adminToken } = credentials;
    if (!isFor(baseUrl, options)) return options;
    return { ...options, headers: { ...options.headers, authorization: `Bearer ${textOf(adminToken)}` } };
  }

  test: ICredentialTestRequest = {
    request: { baseURL: '={{ $credentials.baseUrl.trim().replace(/\\/+$/, "") }}', url: '/api/sources' },
    // n8n takes each rule by its own type; its declaration wants all of one.
    rules: [
      {
        type: 'responseCode',
        properties: { value: 401, message: 'The receiver does not accept this admin token. It is what stands under admin.token in its chathooks.yaml.' },
      },
      {
        // A web page answers every address with 200, n8n's own among them.
        type: 'responseSuccessBody',
        properties: { key: 'sources', value: undefined, message: 'What answers there is no Chathooks receiver. Check the base URL.' },
      },
    ] as NonNullable<ICredentialTestRequest['rules']>,
  };
}

/** A pasted token often brings white space. */
