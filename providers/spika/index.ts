import type { Provider } from '../provider';
import { credentialInBody, isSecretKey } from './credential';
import { events } from './events';
import { freshen } from './freshen';
import { read } from './read';

/** Spika, a self-hosted team messenger: a room's webhook posts every new message of that room. */
export const spika = {
  name: 'spika',
  title: 'Spika',
  family: 'chat',
  docs: 'https://doc.spika.chat/docs/webhooks',
  auth: [
    {
      scheme: 'header',
      basis: 'source',
      note: 'The webhook\'s signature, 16 letters and digits that never change, verbatim in Verification-Signature; servers of 2022 and early 2023 put it into the body instead.',
    },
  ],
  retries: { lastAfterSeconds: 0, basis: 'source', note: 'At most once: the answer is ignored.' },
  events,
  // A reply holds the whole message that it answers, which may itself be a reply.
  unboundedNesting: 'referenceMessage',
  credentialInBody,
  read,
  isSecretKey,
  freshen,
} satisfies Provider;
