import { at } from '../fields';
import type { JsonObject, JsonValue } from '../json/json';
import type { Freshness, Sample } from '../provider';
import { runNumber } from '../run-number';
import { read } from './read';

/** Samples are ours and flat; nothing deeper is looked into. */
const DEEPEST = 16;
const DELIVERY_HEADER = /^x-(?:.+-)?delivery(?:-id)?$/i;
/** Ids of the delivery, at the top of a body. */
const DELIVERY_FIELDS = ['id', 'event_id', 'hook_id'] as const;
const TIME_FIELD = /^(?:timestamp|time|eventTime|event_time|(?:created|updated|deleted|create)(?:At|_at)|lastActiveAt)$/;

/** A run may have ten million deliveries before it repeats itself. */
const SEQUENCES = 10_000_000n;

/** The same event happening anew: at another time, to another message, member, user or channel, in another delivery. */
export function freshen(sample: Sample, _event: string, freshness: Freshness): Sample {
  const ids = new Map(oldIds(sample, freshness.now).map((old) => [old, freshId(old, freshness)] as const));
  const body = freshValue(sample.body, '', { ids, now: freshness.now }, 0) as JsonObject;
  if (sample.headers === undefined) return { ...sample, body };
  const headers = Object.entries(sample.headers).map(([name, value]) => [name, ids.get(value) ?? value] as const);
  return { ...sample, headers: Object.fromEntries(headers), body };
}

/** The ids that make the sample this event and no other, as the reader finds them. */
function oldIds({ headers = {}, body }: Sample, now: Date): readonly string[] {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]] as const);
  const [{ data }] = read(body, { headers: new Map(entries), query: new Map(), body: new Uint8Array(), receivedAt: now });
  const objects = [data.message?.id, ...(data.receipt?.messageIds ?? []), ...(data.members ?? []).map(({ id }) => id), data.user?.id];
  const named = objects.filter((id) => id !== undefined);
  const delivery = Object.entries(headers).flatMap(([name, value]) => (DELIVERY_HEADER.test(name) ? [value] : []));
  const fields = DELIVERY_FIELDS.map((field) => at(body, field)).filter((value) => typeof value === 'string');
  // A channel is made anew only when the event is about the channel itself.
  return [...delivery, ...fields, ...(named.length > 0 || data.conversation?.id === undefined ? named : [data.conversation.id])];
}

interface Fresh {
  readonly ids: ReadonlyMap<string, string>;
  readonly now: Date;
}

function freshValue(value: JsonValue, key: string, fresh: Fresh, depth: number): JsonValue {
  if (TIME_FIELD.test(key)) return freshTime(value, fresh.now);
  if (typeof value === 'string') return fresh.ids.get(value) ?? value;
  if (typeof value !== 'object' || value === null || depth === DEEPEST) return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => freshValue(item, '', fresh, depth + 1));
  const entries = Object.entries(value as JsonObject).map(([name, item]) => [name, freshValue(item, name, fresh, depth + 1)] as const);
  return Object.fromEntries(entries);
}

/** In the unit in which the sample has it: seconds, milliseconds or ISO 8601. */
function freshTime(value: JsonValue, now: Date): JsonValue {
  if (typeof value === 'number') return value < 1e11 ? Math.floor(now.getTime() / 1000) : now.getTime();
  return typeof value === 'string' ? now.toISOString() : value;
}

/** Digits stay digits, beyond 2^53 as they are; anything else gets a suffix. */
function freshId(old: string, { nonce, sequence }: Freshness): string {
  if (!/^\d{1,30}$/.test(old)) return `${old}-${nonce}-${sequence}`;
  return String(BigInt(old) + BigInt(runNumber(nonce)) * SEQUENCES + (BigInt(sequence) % SEQUENCES));
}
