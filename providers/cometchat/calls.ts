import type { Call, EventType } from '../event';
import { at, id, list, object, part, text, time } from '../fields';
import type { JsonObject, JsonValue } from '../json/json';
import { conversationOf } from './conversation';
import type { Finding, Reader } from './finding';
import { subjectOf } from './finding';
import { actorOf } from './person';

/** call_initiated, _busy, _cancelled, _rejected, _unanswered: a message of the category `call`. */
export const rung: Reader = (data, type) => {
  const call = object(data, 'call');
  const entities = object(call, 'data', 'entities');
  // Lower case i, unlike the sessions' (calls/webhooks-ringing); on call_initiated only.
  const sessionId = id(at(entities, 'on', 'entity', 'sessionid')) ?? id(at(entities, 'on', 'entity', 'sessionId'));
  const callId = id(at(call, 'id'));
  const kind = at(call, 'type');
  return {
    key: [callId, id(at(call, 'sentAt'))],
    time: time(at(call, 'sentAt')),
    subject: subjectOf('call', sessionId ?? callId),
    data: {
      actor: actorOf({ ...object(entities, 'sender', 'entity'), ...object(entities, 'by', 'entity') }, at(call, 'sender')),
      conversation: conversationOf(call),
      call: part<Call>({ id: callId, sessionId, kind: kind === 'audio' || kind === 'video' ? kind : undefined, status: statusOf(type) }),
    },
  };
};

/** call_started, meeting_started. */
export const started: Reader = (data, type) => session(data, type, 'created_at', { startedAt: time(at(data, 'created_at')) });

/** call_ended, meeting_ended. */
export const ended: Reader = (data, type) =>
  session(data, type, 'destroyed_at', {
    kind: kindOf(type, at(list(data, 'all_occupants')[0], 'audio_call')),
    startedAt: time(at(data, 'created_at')),
    endedAt: time(at(data, 'destroyed_at')),
  });

/** call_participant_joined, meeting_participant_joined. */
export const joined: Reader = (data, type) => occupied(data, type, 'joined_at');

/** call_participant_left, meeting_participant_left. */
export const left: Reader = (data, type) => occupied(data, type, 'left_at');

/** A participant has a name and no uid: two of them may move within one second, so the name is part of the key. */
function occupied(data: JsonObject, type: EventType, moment: string): Finding {
  const occupant = object(data, 'occupant');
  const found = session(data, type, moment, {
    kind: kindOf(type, at(occupant, 'audio_call')),
    participant: part<NonNullable<Call['participant']>>({ name: text(at(occupant, 'name')) }),
  });
  return {
    ...found,
    key: [id(at(data, 'sessionId')), id(at(occupant, moment)), id(at(occupant, 'name'))],
    time: time(at(occupant, moment)),
  };
}

function session(data: JsonObject, type: EventType, moment: string, call: { readonly [Field in keyof Call]: Call[Field] | undefined }): Finding {
  const sessionId = id(at(data, 'sessionId'));
  return {
    key: [sessionId, id(at(data, moment))],
    time: time(at(data, moment)),
    subject: subjectOf('call', sessionId),
    data: { call: part<Call>({ sessionId, kind: kindOf(type, undefined), status: statusOf(type), ...call }) },
  };
}

/** The booleans of a session are strings; what it is called is in its type. */
function kindOf(type: EventType, audio: JsonValue | undefined): Call['kind'] {
  if (type.startsWith('chat.meeting.')) return 'meeting';
  const word = text(audio);
  if (word === 'true') return 'audio';
  return word === 'false' ? 'video' : undefined;
}

/** `busy` of chat.call.busy: not every body repeats it. */
function statusOf(type: EventType): string {
  return type.slice(type.lastIndexOf('.') + 1);
}
