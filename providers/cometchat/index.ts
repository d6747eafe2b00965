import type { Provider } from '../provider';
import { events } from './events';
import { freshen } from './freshen';
import { read } from './read';

/** CometChat, hosted chat and calling: an app's webhooks post what happens in the app. */
export const cometchat = {
  name: 'cometchat',
  title: 'CometChat',
  family: 'chat',
  docs: 'https://www.cometchat.com/docs/fundamentals/webhooks',
  auth: [
    {
      scheme: 'basic',
      basis: 'documented',
      note: 'The username and password of the webhook, alphanumeric, when "Use Basic Auth" is on for it. CometChat signs nothing, so that a body can be forged by whoever knows them.',
    },
  ],
  retries: { lastAfterSeconds: 40, basis: 'documented', note: 'With retryOnFailure after 10 and 30 seconds, from what each is counted is unknown; without it never.' },
  events,
  read,
  freshen,
} satisfies Provider;
