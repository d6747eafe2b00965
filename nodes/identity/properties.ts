import type { INodeProperties } from 'n8n-workflow';

/** What the texts and defaults of one platform's node say. */
export interface AuthenticationTexts {
  /** As people read it. */
  readonly provider: string;
  /** Where the key is looked for when nobody says: the defaults of the fields, and what an empty field means. */
  readonly apiKeyName: string;
  readonly totpName: string;
  readonly nameDescriptions: Readonly<Record<'api-key' | 'totp', string>>;
  /** What the platform thinks or says of each scheme. */
  readonly notes: Readonly<Record<'api-key' | 'oauth2' | 'totp', string>>;
}

type Option = Extract<NonNullable<INodeProperties['options']>[number], INodeProperties>;

/** How deliveries prove themselves, and where. */
export function authenticationProperties({ provider, apiKeyName, totpName, nameDescriptions, notes }: AuthenticationTexts): INodeProperties[] {
  return [
    {
      displayName: 'Authentication',
      name: 'authentication',
      type: 'options',
      options: [
        { name: 'API Key', value: 'api-key', description: notes['api-key'] },
        { name: 'OAuth2', value: 'oauth2', description: notes.oauth2 },
        { name: 'TOTP', value: 'totp', description: notes.totp },
      ],
      default: 'api-key',
      description: `How ${provider} proves that a delivery comes from it`,
    },
    {
      displayName: 'Key Placement',
      name: 'keyPlacement',
      type: 'options',
      options: [
        { name: 'Header', value: 'header' },
        { name: 'Query', value: 'query', description: 'In the URL, where proxies write it to their logs' },
      ],
      default: 'header',
      description: 'Where a delivery carries the key or the one-time password',
      displayOptions: { show: { authentication: ['api-key', 'totp'] } },
    },
    nameProperty('api-key', apiKeyName, nameDescriptions['api-key']),
    nameProperty('totp', totpName, nameDescriptions.totp),
    {
      displayName: 'Scopes',
      name: 'scopes',
      type: 'string',
      default: '',
      placeholder: 'e.g. n8n:webhook',
      description: 'Scopes that a token needs to have, separated by spaces. Fill in Scopes or Audience: without either, the token of any user who signs in would do, so that nothing is let in.',
      displayOptions: { show: { authentication: ['oauth2'] } },
    },
    {
      displayName: 'Audience',
      name: 'audience',
      type: 'string',
      default: '',
      placeholder: 'e.g. the client ID that tokens are issued for',
      description: 'What a token has to name as its audience',
      displayOptions: { show: { authentication: ['oauth2'] } },
    },
    {
      displayName: 'Issuer',
      name: 'issuer',
      type: 'string',
      default: '',
      placeholder: 'e.g. https://tenant.example.com',
      description: 'Who issues the tokens, exactly as they name it. Empty for the base URL of the credential.',
      displayOptions: { show: { authentication: ['oauth2'] } },
    },
  ];
}

/** What of TOTP is nowhere published, with the values of nearly every implementation as defaults. */
export const totpOptions: readonly Option[] = [
  {
    displayName: 'TOTP Algorithm',
    name: 'totpAlgorithm',
    type: 'options',
    options: [
      { name: 'SHA-1', value: 'sha1' },
      { name: 'SHA-256', value: 'sha256' },
      { name: 'SHA-512', value: 'sha512' },
    ],
    default: 'sha1',
    displayOptions: { show: { '/authentication': ['totp'] } },
  },
  {
    displayName: 'TOTP Digits',
    name: 'totpDigits',
    type: 'options',
    options: [
      { name: '6', value: 6 },
      { name: '8', value: 8 },
    ],
    default: 6,
    displayOptions: { show: { '/authentication': ['totp'] } },
  },
  {
    displayName: 'TOTP Key Encoding',
    name: 'totpEncoding',
    type: 'options',
    options: [
      { name: 'Automatic', value: 'auto', description: 'Base32 where the key looks like it, else its characters' },
      { name: 'Base32', value: 'base32' },
      { name: 'Characters', value: 'ascii', description: 'The key as it is written' },
      { name: 'Hexadecimal', value: 'hex' },
    ],
    default: 'auto',
    description: 'How the key is read. Try Characters when every delivery is refused.',
    displayOptions: { show: { '/authentication': ['totp'] } },
  },
  {
    displayName: 'TOTP Period',
    name: 'totpPeriod',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 30,
    description: 'Seconds for which a one-time password is good. The one before and the one after are accepted as well.',
    displayOptions: { show: { '/authentication': ['totp'] } },
  },
];

function nameProperty(scheme: 'api-key' | 'totp', name: string, description: string): INodeProperties {
  return {
    displayName: 'Header or Field Name',
    name: 'keyName',
    type: 'string',
    default: name,
    placeholder: `e.g. ${scheme === 'totp' ? 'x-otp' : 'x-api-key'}`,
    description,
    displayOptions: { show: { authentication: [scheme] } },
  };
}
