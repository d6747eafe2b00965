/*
 * What the API answers with, as JSON Schema.
 */
import { diagnoses, refusals } from '../../providers/refusals';
import { problems } from './answer';
import { eventSchema } from './event-schema';

type Properties = Readonly<Record<string, object>>;

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const flag = { type: 'boolean' };
const time = { type: 'string', format: 'date-time' };
const key = { type: 'string', pattern: '^[0-9]+$' };
const next = { type: 'string', description: 'Ask for the next page with before=<next>. Absent on the last page.' };
const forwardStatus = { type: 'string', enum: ['pending', 'delivered', 'dead'] };

const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const list = (items: object): object => ({ type: 'array', items });

/** An object of which all but the named properties are always there. */
function object(properties: Properties, ...optional: readonly string[]): object {
  return { type: 'object', required: Object.keys(properties).filter((name) => !optional.includes(name)), properties };
}

const event = { key, event: ref('Event'), deliveries: list(ref('DeliverySummary')) };

const attempt = {
  time,
  status: { type: 'integer', description: 'HTTP status of the answer; absent when there was none.' },
  latencyMs: { type: 'number' },
  error: { type: 'string', description: 'Why there was no answer, in a stable code.' },
  answer: { type: 'string', description: 'The beginning of the answer.' },
};

const destination = {
  id: text,
  url: { type: 'string', description: 'Values in its query are not shown.' },
  secrets: { type: 'integer', minimum: 0, description: 'How many there are. They are never shown.' },
  events: list(text),
  sources: list(text),
  concurrency: count,
  batch: object({ max: count, waitMs: count }),
  timeoutMs: count,
  retry: object({ attempts: count }),
  origin: { type: 'string', enum: ['configured', 'registered'] },
  disabledAt: { ...time, description: 'Set since it answered 410.' },
};

export const schemas: Properties = {
  Event: eventSchema,
  DeliverySummary: object({ destination: text, status: forwardStatus, attempts: count }),
  EventPage: object({ events: list(object(event)), next }, 'next'),
  EventDetail: object({
    ...event,
    receivedAt: time,
    headers: list(object({ name: text, value: text })),
    body: { type: 'string', description: 'As received, or without its secrets when bodyRedacted is true.' },
    bodyEncoding: { type: 'string', enum: ['utf8', 'base64'] },
    bodyRedacted: flag,
    issues: list(object({ code: { type: 'string', enum: ['duplicate_key', 'schema'] }, path: text, message: text })),
    attempts: list(object({ destination: text, webhookId: text, ...attempt }, 'status', 'error', 'answer')),
  }),
  Attempt: object(attempt, 'status', 'error', 'answer'),
  DeliveryPage: object({
    deliveries: list(object({ key, type: text, id: text, source: text, destination: text, status: forwardStatus, attempts: count, lastAttempt: ref('Attempt') }, 'lastAttempt')),
    next,
  }, 'next'),
  Replayed: object({ replayed: count, destinations: list(text) }),
  SourceList: object({
    sources: list(object({
      id: text, provider: text, title: text, scheme: text, url: text,
      validation: { type: 'string', enum: ['off', 'report', 'strict'] }, pings: flag, redact: flag,
    })),
  }),
  Destination: object(destination, 'sources', 'disabledAt'),
  DestinationList: object({ destinations: list({ allOf: [ref('Destination'), object({ deliveries: object({ pending: count, delivered: count, dead: count }) })] }) }),
  Deleted: object({ deleted: flag }),
  Enabled: object({ enabled: flag }),
  RefusalList: object({
    refusals: list(object({
      time,
      source: { type: 'string', description: 'Empty when the URL named no source.' },
      status: { type: 'integer' },
      code: { type: 'string', enum: Object.keys(refusals) },
      message: text,
      diagnosis: { type: 'string', enum: Object.keys(diagnoses) },
      explanation: text,
      remoteAddress: text,
    }, 'diagnosis', 'explanation', 'remoteAddress')),
  }),
  Receipt: object({ received: flag, events: list(object({ id: text, type: text, duplicate: flag })) }),
  Problem: object({ error: object({ code: { type: 'string', enum: [...new Set([...Object.keys(problems), ...Object.keys(refusals)])] }, message: text }) }),
  Description: { type: 'object', description: 'OpenAPI 3.1.' },
};
