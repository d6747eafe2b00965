import type { EventCatalogue } from '../provider';

/** The only event there is. No delivery names it, so the name is ours. */
export const events = {
  'message.new': {
    type: 'chat.message.sent',
    title: 'New message',
    group: 'Messages',
    description: 'A person or a bot posted a message in the room, or forwarded one into it.',
    basis: 'recorded',
  },
} as const satisfies EventCatalogue;
