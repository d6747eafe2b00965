import { isIdentitySecretKey } from '../identity/secrets';
import type { Provider } from '../provider';
import { events } from './events';
import { freshen } from './freshen';
import { resolveEventName } from './glued';
import { read } from './read';

/**
 * Skillmine Auth, an identity platform. Its page names the events and four keys of the envelope; what is inside them, and
 * how a delivery proves itself, is read off its npm packages (README.md).
 */
export const skillmine = {
  name: 'skillmine',
  title: 'Skillmine Auth',
  family: 'identity',
  docs: 'https://authdocs.skill-mine.com/licentio-documentation/settings/webhook-settings',
  auth: [
    {
      scheme: 'oauth2',
      basis: 'inferred',
      note: 'The setup has a token URL and a client, so Skillmine probably fetches a token from your issuer and sends it as Bearer; the page does not mention it.',
    },
    {
      scheme: 'totp',
      basis: 'inferred',
      note: 'The setup has a TOTP key; the vendor\'s own TOTP code takes base32, SHA-1, 6 digits and 30 seconds. That webhooks use it, and the name of the field, is not published.',
    },
    {
      scheme: 'api-key',
      basis: 'documented',
      note: 'The only scheme on Skillmine\'s page, which has the receiver check the key. The name of the header or query field is not published: x-api-key is the likeliest.',
      headers: ['x-api-key', 'api-key', 'apikey', 'api_key', 'authorization'],
      queryFields: ['api_key', 'apikey', 'api-key'],
    },
  ],
  events,
  resolveEventName,
  read,
  isSecretKey: isIdentitySecretKey,
  freshen,
} satisfies Provider;
