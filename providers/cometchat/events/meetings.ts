import type { EventCatalogue } from '../../provider';

/** Meetings, which are sessions without ringing, and what is made of a session afterwards. */
export const meetings = {
  meeting_started: {
    type: 'chat.meeting.started',
    title: 'Meeting started',
    group: 'Meetings and recordings',
    description: 'A meeting, which is a session without ringing, began.',
    basis: 'documented',
  },
  meeting_participant_joined: {
    type: 'chat.meeting.participant_joined',
    title: 'Meeting participant joined',
    group: 'Meetings and recordings',
    description: 'Somebody entered a meeting.',
    basis: 'documented',
  },
  meeting_participant_left: {
    type: 'chat.meeting.participant_left',
    title: 'Meeting participant left',
    group: 'Meetings and recordings',
    description: 'Somebody left a meeting.',
    basis: 'documented',
  },
  meeting_ended: {
    type: 'chat.meeting.ended',
    title: 'Meeting ended',
    group: 'Meetings and recordings',
    description: 'A meeting is over; lists everybody who took part.',
    basis: 'documented',
  },
  recording_generated: {
    type: 'chat.recording.generated',
    title: 'Recording generated',
    group: 'Meetings and recordings',
    description: 'The recording of a call or a meeting is ready.',
    basis: 'documented',
  },
  transcription_generated: {
    type: 'chat.transcription.generated',
    title: 'Transcription generated',
    group: 'Meetings and recordings',
    description: 'The transcript of a call or a meeting is ready.',
    basis: 'documented',
  },
} as const satisfies EventCatalogue;
