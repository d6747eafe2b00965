import type { CommonModel } from '../event';
import type { JsonObject } from '../json/json';
import type { Delivery, Reading } from '../provider';
import { dataOf, subjectOf } from './data';
import type { EventName } from './events';
import { events } from './events';
import { keyOf } from './key';
import type { Name } from './name';
import { namesOf } from './name';
import type { Topic } from './payload';
import { partsOf, topicOf } from './payload';
import { firstOf, idOf } from './vocabulary';
import { happenedAt } from './when';

/** Whether Sceyt retries is not published; a retry is expected within this time. */
const REPEAT_WINDOW_SECONDS = 300;

/** What can happen to one object only once: an equal body is a repeat, however late it comes. */
const ONCE = new Set<EventName | undefined>(['channel.created', 'channel.deleted', 'message.sent', 'message.deleted', 'message.received', 'message.seen']);

/** Reads any of the envelopes that Sceyt may send. Total; one reading for each delivery. */
export function read(body: JsonObject, delivery: Delivery): readonly [Reading, ...Reading[]] {
  const name: Name = namesOf(delivery, body)[0] ?? { sent: 'unknown', event: undefined };
  const { event } = name;
  const topic = topicOf(event);
  const parts = partsOf(body, topic);
  const data = event === undefined ? {} : dataOf(parts, topic, event);
  const time = happenedAt(parts, topic, event);
  const subject = subjectOf(data);
  const tenant = firstOf([body, parts.payload], (place) => idOf(place, 'app_id', 'appId', 'appID'));
  const key = keyOf(delivery, name, parts, { subject, time });
  const mayHappenAgain = key.includes(undefined) && time === undefined && !(ONCE.has(event) && isIdentified(data, topic));
  return [
    {
      type: event === undefined ? 'chat.unknown' : events[event].type,
      providerEvent: name.sent,
      key,
      ...(mayHappenAgain ? { repeatWindowSeconds: REPEAT_WINDOW_SECONDS } : {}),
      ...(time === undefined ? {} : { time }),
      ...(tenant === undefined ? {} : { tenant }),
      ...(subject === undefined ? {} : { subject }),
      data,
    },
  ];
}

/** True when it is known which channel or message it was. */
function isIdentified({ conversation, message, receipt }: CommonModel, topic: Topic): boolean {
  if (topic === 'receipt') return receipt !== undefined;
  return (topic === 'channel' ? conversation : message)?.id !== undefined;
}
