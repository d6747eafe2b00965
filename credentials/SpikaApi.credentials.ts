import type { ICredentialDataDecryptedObject, ICredentialTestRequest, ICredentialType, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';
import { isFor, textOf } from './target';

export class SpikaApi implements ICredentialType {
  name = 'spikaApi';

  displayName = 'Spika API';

  icon = { light: 'file:spika.svg', dark: 'file:spika.dark.svg' } as const;

  documentationUrl = 'https://github.com/chathooks/n8n-nodes-chathooks#spika-trigger';

  properties: INodeProperties[] = [
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. https://spika.example.com/api',
      description: 'Of your Spika server\'s API. To an address without a path, /api is added; the address of the web app will do as well.',
    },
    {
      displayName: 'Access Token',
      name: 'accessToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'For automatic registration and for calls back to Spika: 16 characters that the server issues at a login. In a browser that is logged in: developer tools > Application > Local Storage > access-token. It lives 30 days, and newer servers prolong it when it is used.',
    },
    {
      displayName: 'Verify Signature',
      name: 'signatureSecret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'For manual registration: the 16 characters that Spika shows below the webhook, in the settings of the room. With automatic registration the node gets them by itself.',
    },
  ];

  async authenticate(credentials: ICredentialDataDecryptedObject, options: IHttpRequestOptions): Promise<IHttpRequestOptions> {
    const { baseUrl, accessToken } = credentials;
    if (!isFor(baseUrl, options) || textOf(accessToken) === '') return options;
    return { ...options, headers: { ...options.headers, accesstoken: textOf(accessToken) } };
  }

  // Who the token belongs to; without one, whether there is a Spika server. Neither changes anything: server/services/messenger/route/me.ts and test.ts.
  test: ICredentialTestRequest = {
    request: {
      baseURL: '={{ $credentials.baseUrl.trim().replace(/\\/+$/, "").replace(/^(https?:\\/\\/[^/]+)(?:\\/messenger(?:\\/.*)?)?$/i, "$1/api") }}',
      url: '={{ $credentials.accessToken ? "/messenger/me" : "/messenger/test" }}',
    },
    // The web app answers every address with a page and 200.
    rules: [
      {
        type: 'responseSuccessBody',
        properties: { key: 'status', value: undefined, message: 'What answers at this base URL is not the API of a Spika server. Check its path, which is mostly /api.' },
      },
    ],
  };
}
