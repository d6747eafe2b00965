import type { EventCatalogue } from '../../provider';

/** What users do to each other, and their connections. Mentions are among the messages. */
export const users = {
  user_blocked: {
    type: 'chat.user.blocked',
    title: 'User blocked',
    group: 'Users',
    description: 'A user blocked one user or more.',
    basis: 'documented',
  },
  user_unblocked: {
    type: 'chat.user.unblocked',
    title: 'User unblocked',
    group: 'Users',
    description: 'A user unblocked one user or more.',
    basis: 'documented',
  },
  user_connection_status_changed: {
    type: 'chat.user.connected',
    alsoTypes: ['chat.user.disconnected', 'chat.unknown'],
    title: 'User connection status changed',
    group: 'Users',
    description: 'A user\'s app opened or closed its connection.',
    basis: 'documented',
  },
} as const satisfies EventCatalogue;
