import type { Call, Recording } from '../event';
import { at, id, number, part, text, time } from '../fields';
import type { JsonObject } from '../json/json';
import type { Finding, Reader } from './finding';
import { subjectOf } from './finding';

/** recording_generated. `startTime` and `duration` are strings. */
export const recorded: Reader = (data) =>
  made(data, id(at(data, 'startTime')), {
    url: text(at(data, 'recording_url')),
    startedAt: time(at(data, 'startTime')),
    durationSeconds: notNegative(number(at(data, 'duration'))),
  });

/** transcription_generated. */
export const transcribed: Reader = (data) =>
  made(data, id(at(data, 'tid')), {
    url: text(at(data, 'transcript_url')),
    startedAt: time(at(data, 'startTime')),
    durationSeconds: secondsBetween(time(at(data, 'startTime')), time(at(data, 'endTime'))),
  });

/** No time: the body says when the recording began, not when it was ready. */
function made(data: JsonObject, key: string | undefined, recording: { readonly [Field in keyof Recording]: Recording[Field] | undefined }): Finding {
  const sessionId = id(at(data, 'sessionId'));
  return {
    key: [sessionId, key],
    subject: subjectOf('recording', sessionId),
    data: { call: part<Call>({ sessionId }), recording: part<Recording>(recording) },
  };
}

function secondsBetween(start: string | undefined, end: string | undefined): number | undefined {
  return start === undefined || end === undefined ? undefined : notNegative((Date.parse(end) - Date.parse(start)) / 1000);
}

function notNegative(value: number | undefined): number | undefined {
  return value === undefined || value < 0 ? undefined : value;
}
