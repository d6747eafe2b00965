import type { EventCatalogue } from '../../provider';

/** What the moderation rules, and the people behind them, decided. */
export const moderation = {
  moderation_engine_approved: {
    type: 'chat.moderation.approved',
    title: 'Moderation engine approved',
    group: 'Moderation',
    description: 'The moderation rules let a message pass.',
    basis: 'documented',
  },
  moderation_engine_blocked: {
    type: 'chat.moderation.blocked',
    title: 'Moderation engine blocked',
    group: 'Moderation',
    description: 'The moderation rules stopped a message.',
    basis: 'documented',
  },
  moderation_manual_approved: {
    type: 'chat.moderation.manually_approved',
    title: 'Moderation manual approved',
    group: 'Moderation',
    description: 'A moderator released a message that the rules had stopped.',
    basis: 'documented',
  },
  moderation_engine_failed: {
    type: 'chat.moderation.failed',
    title: 'Moderation engine failed',
    group: 'Moderation',
    description: 'A moderation rule could not be checked. Holds the failures, and what was decided all the same.',
    basis: 'documented',
  },
} as const satisfies EventCatalogue;
