import { isIdentitySecretKey } from '../identity/secrets';
import type { Provider } from '../provider';
import { events } from './events';
import { freshen } from './freshen';
import { resolveEventName } from './name';
import { read } from './read';

/** cidaas, an identity platform: a tenant's webhooks call when accounts, logins, groups or its configuration change. */
export const cidaas = {
  name: 'cidaas',
  title: 'cidaas',
  family: 'identity',
  docs: 'https://docs.cidaas.com/guides/activity-management/webhook-management',
  auth: [
    {
      scheme: 'oauth2',
      basis: 'documented',
      note: 'CIDAAS_OAUTH2, rated high by cidaas: a client-credentials token of the tenant; the receiver sets the scopes. That it comes as Authorization: Bearer is inferred.',
    },
    {
      scheme: 'totp',
      basis: 'documented',
      note: 'TOTP, rated medium by cidaas: a one-time password in the header or query field that you name. Its digest, digits, period and key encoding are not published.',
    },
    {
      scheme: 'api-key',
      basis: 'documented',
      note: 'APIKEY, rated low by cidaas: the key itself in the header or query field that you name (lower-case letters and dashes).',
    },
  ],
  retries: { lastAfterSeconds: 960, basis: 'documented', note: 'Up to three repetitions, after 1, 5 and 10 minutes (API 3.102.5 and 4.0.4).' },
  events,
  resolveEventName,
  read,
  isSecretKey: isIdentitySecretKey,
  freshen,
} satisfies Provider;
