import type { ICredentialDataDecryptedObject, ICredentialType, IHttpRequestOptions, INodeProperties } from 'n8n-workflow';
import { isFor, textOf } from './target';

export class SceytWebhookApi implements ICredentialType {
  name = 'sceytWebhookApi';

  displayName = 'Sceyt Webhook API';

  icon = { light: 'file:sceyt.svg', dark: 'file:sceyt.dark.svg' } as const;

  documentationUrl = 'https://github.com/chathooks/n8n-nodes-chathooks#sceyt-trigger';

  properties: INodeProperties[] = [
    {
      displayName: 'Sceyt does not publish how it proves who sends a delivery. The settings below are inferred, and unverified: start with the defaults, and see the documentation when deliveries are refused',
      name: 'unverifiedNotice',
      type: 'notice',
      default: '',
    },
    {
      displayName: 'Verification',
      name: 'verification',
      type: 'options',
      options: [
        { name: 'Key in the Payload URL', value: 'query', description: 'The payload URL that you enter in the dashboard carries a secret, as in ?secret=…: works whatever Sceyt sends' },
        { name: 'None', value: 'none', description: 'Anybody who knows the URL can start the workflow. Only to find out what Sceyt sends.' },
        { name: 'Secret in a Header', value: 'header', description: 'Each delivery carries the secret itself. Unverified.' },
        { name: 'Signature (HMAC)', value: 'hmac', description: 'Each delivery carries a signature of its body, made with the secret. Unverified, and the best guess.' },
      ],
      default: 'hmac',
      description: 'How a delivery has to prove that it comes from Sceyt',
    },
    {
      displayName: 'Without verification, anybody who knows the URL of the node can start the workflow with made-up events. Choose this only to find out what Sceyt sends, and keep the URL to yourself',
      name: 'noneNotice',
      type: 'notice',
      default: '',
      displayOptions: { show: { verification: ['none'] } },
    },
    {
      displayName: 'Secret',
      name: 'secret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'What you enter as secret at the webhook in the Sceyt dashboard, or as value in the payload URL. Any text that nobody can guess.',
      displayOptions: { hide: { verification: ['none'] } },
    },
    {
      displayName: 'Previous Secret',
      name: 'previousSecret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'While you change the secret: the old one, which is accepted beside it',
      displayOptions: { hide: { verification: ['none'] } },
    },
    {
      displayName: 'Header Name',
      name: 'headerName',
      type: 'string',
      default: '',
      placeholder: 'e.g. x-sceyt-signature',
      description: 'The header that carries the signature or the secret. Empty to look into the usual ones; see the documentation for how to find out its name.',
      displayOptions: { show: { verification: ['header', 'hmac'] } },
    },
    {
      displayName: 'Query Field',
      name: 'queryField',
      type: 'string',
      default: 'secret',
      description: 'The field of the payload URL that carries the secret: with secret, the URL ends in ?secret=…',
      displayOptions: { show: { verification: ['query'] } },
    },
    {
      displayName: 'Algorithm',
      name: 'algorithm',
      type: 'options',
      options: [
        { name: 'SHA-1', value: 'sha1' },
        { name: 'SHA-256', value: 'sha256' },
        { name: 'SHA-512', value: 'sha512' },
      ],
      default: 'sha256',
      description: 'The hash that the signature is made with. A signature that names another one is refused.',
      displayOptions: { show: { verification: ['hmac'] } },
    },
    {
      displayName: 'Encoding',
      name: 'encoding',
      type: 'options',
      options: [
        { name: 'Automatic', value: 'auto', description: 'Told by the length of the signature' },
        { name: 'Base64', value: 'base64' },
        { name: 'Hexadecimal', value: 'hex' },
      ],
      default: 'auto',
      description: 'How the signature is written',
      displayOptions: { show: { verification: ['hmac'] } },
    },
    {
      displayName: 'Prefix',
      name: 'prefix',
      type: 'string',
      default: '',
      placeholder: 'e.g. v1=',
      description: 'What stands before the signature in the header. The name of the algorithm, as in sha256=, is understood without.',
      displayOptions: { show: { verification: ['hmac'] } },
    },
    {
      displayName: 'Use for Calls to the Platform API',
      name: 'platformApi',
      type: 'boolean',
      default: false,
      description: 'Whether HTTP Request nodes may call Sceyt\'s Platform API with this credential. The trigger itself never does.',
    },
    {
      displayName: 'Platform API Base URL',
      name: 'baseUrl',
      type: 'string',
      default: '',
      placeholder: 'e.g. https://us-ohio-api.sceyt.com/v1/your-app-id',
      description: 'The API URL of your app, and its app ID: https://…/v1/…. It differs from app to app, so that there is no default. The key is sent to this host only.',
      displayOptions: { show: { platformApi: [true] } },
    },
    {
      displayName: 'Platform API Key',
      name: 'apiKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'In the dashboard: Settings > API Keys. Bound to an IP address, and shown once.',
      displayOptions: { show: { platformApi: [true] } },
    },
    {
      displayName: 'Platform API Header',
      name: 'platformHeader',
      type: 'string',
      default: '',
      description: 'The header that carries the key. Sceyt does not publish its name: ask its support.',
      displayOptions: { show: { platformApi: [true] } },
    },
  ];

  async authenticate(credentials: ICredentialDataDecryptedObject, options: IHttpRequestOptions): Promise<IHttpRequestOptions> {
    const { platformApi, baseUrl, apiKey, platformHeader } = credentials;
    if (platformApi !== true || !isFor(baseUrl, options) || textOf(apiKey) === '' || textOf(platformHeader) === '') return options;
    return { ...options, headers: { ...options.headers, [textOf(platformHeader)]: textOf(apiKey) } };
  }
}
