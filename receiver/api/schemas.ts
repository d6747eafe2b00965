/*
 * What the API answers with, as JSON Schema.
 */
import { diagnoses, refusals } from '../../providers/refusals';
import type { Issue } from '../../providers/verdict';
import type { Erased } from '../erasure/erase-person';
import type { ForwardStatus } from '../store/store';
import { problems } from './answer';
import { eventSchema } from './event-schema';
import { count, flag, list, number, object, objectOf, oneOf, schemaOf, text, time, told } from './json-schema';
import type { Schema } from './json-schema';
import type { SourceView } from './overview';

const key = { type: 'string', pattern: '^[0-9]+$' };
const next = told(text, 'Ask for the next page with before=<next>. Absent on the last page.');
const forwardStatus = oneOf('pending', 'delivered', 'dead') satisfies Schema<ForwardStatus>;

const ref = (name: string): Schema<unknown> => schemaOf({ $ref: `#/components/schemas/${name}` });

const event = { key, event: ref('Event'), deliveries: list(ref('DeliverySummary')) };

const attempt = {
  time,
  'status?': { type: 'integer', description: 'HTTP status of the answer; absent when there was none.' },
  latencyMs: number,
  'error?': told(text, 'Why there was no answer, in a stable code.'),
  'answer?': told(text, 'The beginning of the answer; with address_refused, which address it was and what to write.'),
};

const destination = {
  id: text,
  url: told(text, 'Values in its query are not shown.'),
  secrets: told(count, 'How many there are. They are never shown.'),
  events: list(text),
  'sources?': list(text),
  concurrency: count,
  batch: object({ max: count, waitMs: count }),
  timeoutMs: count,
  order: oneOf('none', 'conversation'),
  retry: object({ attempts: count }),
  origin: oneOf('configured', 'registered'),
  circuit: { enum: ['closed', 'open', 'half_open'], description: 'open: it is down, nothing is sent, events wait. half_open: one request finds out whether it is back. Of the receiver that answers.' },
  'disabledAt?': told(time, 'Set since it answered 410.'),
};

/** Each by the name under which the description refers to it. */
export const schemas: Readonly<Record<string, object>> = {
  Event: eventSchema,
  DeliverySummary: object({ destination: text, status: forwardStatus, attempts: count }),
  EventPage: object({ events: list(object(event)), 'next?': next }),
  EventDetail: object({
    ...event,
    receivedAt: time,
    headers: list(object({ name: text, value: text })),
    body: told(text, 'As received, or without its secrets when bodyRedacted is true.'),
    bodyEncoding: oneOf('utf8', 'base64'),
    bodyRedacted: flag,
    issues: list(objectOf<Issue>({ code: oneOf('duplicate_key', 'schema', 'unreadable'), path: text, message: text })),
    attempts: list(object({ destination: text, webhookId: text, ...attempt })),
  }),
  Attempt: object(attempt),
  DeliveryPage: object({
    deliveries: list(object({ key, type: text, id: text, source: text, destination: text, status: forwardStatus, attempts: count, 'lastAttempt?': ref('Attempt') })),
    'next?': next,
  }),
  Replayed: object({ replayed: count, destinations: list(text) }),
  Erased: objectOf<Erased & { dryRun: boolean }>({
    dryRun: flag,
    matched: told(count, 'Events that are about the person.'),
    erased: told(count, 'Events that were removed: with each one the whole delivery that it came in. As many fingerprints are left of them.'),
    complete: told(flag, 'False: further events came in while these were removed. Ask again.'),
  }),
  SourceList: object({
    sources: list(objectOf<SourceView>({
      id: text, provider: text, title: text, scheme: schemaOf<SourceView['scheme']>(text), url: text,
      validation: oneOf('off', 'report', 'strict'), pings: flag, redact: flag,
    })),
  }),
  Destination: object(destination),
  DestinationList: object({ destinations: list(schemaOf({ allOf: [ref('Destination'), object({ deliveries: objectOf<Record<ForwardStatus, number>>({ pending: count, delivered: count, dead: count }) })] })) }),
  Deleted: object({ deleted: flag }),
  Enabled: object({ enabled: flag }),
  RefusalList: object({
    refusals: list(object({
      time,
      source: told(text, 'Empty when the URL named no source.'),
      status: { type: 'integer' },
      code: oneOf(...Object.keys(refusals)),
      message: text,
      'diagnosis?': oneOf(...Object.keys(diagnoses)),
      'explanation?': text,
    })),
  }),
  Receipt: object({ received: flag, events: list(object({ id: text, type: text, duplicate: flag })) }),
  Problem: object({ error: object({ code: oneOf(...new Set([...Object.keys(problems), ...Object.keys(refusals)])), message: text }) }),
  Description: { type: 'object', description: 'OpenAPI 3.1.' },
};
