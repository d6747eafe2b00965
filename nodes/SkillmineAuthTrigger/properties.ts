import type { INodeProperties } from 'n8n-workflow';

type Option = Extract<NonNullable<INodeProperties['options']>[number], INodeProperties>;

const automatic = { show: { '/registration': ['automatic'] } };

/** Values of the webhook that Skillmine publishes no list of: what the console shows may be another spelling. */
export const kindOptions: readonly Option[] = [
  {
    displayName: 'Skillmine Authentication Type',
    name: 'authenticationType',
    type: 'string',
    default: '',
    placeholder: 'e.g. API_KEY',
    description: 'The authentication_type that the webhook is registered with. Skillmine publishes no list; empty for API_KEY, TOTP or OAUTH2, as chosen under Authentication.',
    displayOptions: automatic,
  },
  {
    displayName: 'Skillmine Hook Type',
    name: 'hookType',
    type: 'string',
    default: 'custom',
    description: 'The hook_type that the webhook is registered with. Skillmine publishes no list; its SDK asks for the custom ones.',
    displayOptions: automatic,
  },
  {
    displayName: 'Skillmine Notification Type',
    name: 'notificationType',
    type: 'string',
    default: 'REST',
    description: 'The notification_type that the webhook is registered with. Skillmine documents REST only.',
    displayOptions: automatic,
  },
];

/** Where Skillmine fetches the tokens of its deliveries, with the client in the credential. */
export const tokenUrlProperty: INodeProperties = {
  displayName: 'Token URL',
  name: 'oauthUrl',
  type: 'string',
  default: '',
  placeholder: 'e.g. https://tenant.example.com/token-srv/token',
  description: 'Where Skillmine Auth fetches the tokens of its deliveries, with the delivery client of the credential. Empty for the token URL of the tenant itself.',
  displayOptions: { show: { authentication: ['oauth2'], registration: ['automatic'] } },
};
