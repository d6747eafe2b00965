import type { EventCatalogue } from '../../provider';

/** Calls: ringing, and the session that follows an answer. */
export const calls = {
  call_initiated: {
    type: 'chat.call.initiated',
    title: 'Call initiated',
    group: 'Calls',
    description: 'A call rings at a user\'s or a group\'s devices.',
    basis: 'documented',
  },
  call_started: {
    type: 'chat.call.started',
    title: 'Call started',
    group: 'Calls',
    description: 'A call was answered and its session began.',
    basis: 'documented',
  },
  call_participant_joined: {
    type: 'chat.call.participant_joined',
    title: 'Call participant joined',
    group: 'Calls',
    description: 'Somebody entered the session of a call.',
    basis: 'documented',
  },
  call_participant_left: {
    type: 'chat.call.participant_left',
    title: 'Call participant left',
    group: 'Calls',
    description: 'Somebody left the session of a call.',
    basis: 'documented',
  },
  call_ended: {
    type: 'chat.call.ended',
    title: 'Call ended',
    group: 'Calls',
    description: 'The session of a call is over; lists everybody who took part.',
    basis: 'documented',
  },
  call_busy: {
    type: 'chat.call.busy',
    title: 'Call busy',
    group: 'Calls',
    description: 'The callee was in another call.',
    basis: 'documented',
  },
  call_cancelled: {
    type: 'chat.call.cancelled',
    title: 'Call cancelled',
    group: 'Calls',
    description: 'The caller gave up before anybody answered.',
    basis: 'documented',
  },
  call_rejected: {
    type: 'chat.call.rejected',
    title: 'Call rejected',
    group: 'Calls',
    description: 'The callee declined.',
    basis: 'documented',
  },
  call_unanswered: {
    type: 'chat.call.unanswered',
    title: 'Call unanswered',
    group: 'Calls',
    description: 'Nobody answered in time.',
    basis: 'documented',
  },
} as const satisfies EventCatalogue;
