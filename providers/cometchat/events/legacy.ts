import type { EventCatalogue } from '../../provider';

/** The older webhooks, no longer maintained. Their two receipts share the names of today's, and are told apart by shape. */
export const legacy = {
  before_message: {
    type: 'chat.unknown',
    title: 'Before message (legacy)',
    group: 'Legacy',
    description: 'A message is under way. CometChat waits for the answer, which could alter or drop the message; the answer here leaves it alone. Use after_message.',
    basis: 'documented',
    deprecated: true,
  },
  after_message: {
    type: 'chat.message.sent',
    alsoTypes: ['chat.message.edited', 'chat.message.deleted'],
    title: 'Message (legacy)',
    group: 'Legacy',
    description: 'A message was sent; also fires for the action messages that tell of an edit or a deletion.',
    basis: 'documented',
    deprecated: true,
  },
  after_connection_status_changed: {
    type: 'chat.user.connected',
    alsoTypes: ['chat.user.disconnected', 'chat.unknown'],
    title: 'Connection status changed (legacy)',
    group: 'Legacy',
    description: 'A user came online or went offline.',
    basis: 'documented',
    deprecated: true,
  },
} as const satisfies EventCatalogue;
