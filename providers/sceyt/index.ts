import type { Provider } from '../provider';
import { resolveEventName } from './aliases';
import { events } from './events';
import { freshen } from './freshen';
import { handshake } from './handshake';
import { read } from './read';

/**
 * Sceyt, a hosted chat API. Its page names the events and the fields of the dashboard, and nothing of what is on the
 * wire: what is read here is inferred from its SDK, its REST API and its peers (README.md).
 */
export const sceyt = {
  name: 'sceyt',
  title: 'Sceyt',
  family: 'chat',
  docs: 'https://docs.sceyt.com/chat/',
  auth: [
    {
      scheme: 'hmac',
      basis: 'inferred',
      note: 'Sceyt asks for a secret but publishes neither a signature header nor an algorithm. Its page follows GitHub\'s guide, so a hex HMAC of the body is the best guess; unverified.',
      headers: ['x-sceyt-signature', 'x-hub-signature-256', 'x-hub-signature', 'x-signature', 'x-webhook-signature'],
    },
    {
      scheme: 'header',
      basis: 'inferred',
      note: 'Nothing public says that the secret is sent verbatim, but many chat providers do that; unverified.',
    },
    {
      scheme: 'api-key',
      basis: 'inferred',
      note: 'Nothing public mentions it. In the query it works whatever Sceyt sends: put the key into the payload URL; unverified.',
    },
  ],
  events,
  resolveEventName,
  handshake,
  read,
  freshen,
} satisfies Provider;
