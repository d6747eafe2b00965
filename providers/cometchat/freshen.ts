import { at, id, number, object } from '../fields';
import type { JsonObject, JsonValue } from '../json/json';
import { isJsonObject } from '../json/json';
import type { Freshness, Sample } from '../provider';
import { runNumber } from '../run-number';

/** Where the id of what an event is about stands in `data`; a body has one of them or two. */
const ID_PATHS: readonly (readonly string[])[] = [
  ['message', 'id'],
  ['resource', 'id'],
  ['call', 'id'],
  ['reaction', 'id'],
  ['body', 'messageId'],
  ['messageId'],
  ['id'],
  ['muid'],
  ['sessionId'],
  ['campaignId'],
  ['notificationId'],
  ['pushNotificationId'],
  ['group', 'guid'],
  ['user', 'uid'],
  ['conversation', 'conversationId'],
];

/** sentAt, joined_at, startTime, timestamp, event.at: all moments, in the unit that the sample has. */
const MOMENT = /(?:At|_at|Time|^timestamp|^uts|^at)$/;

/** 2026-11-21: recordingDate, transcriptDate. */
const DAY = /^\d{4}-\d\d-\d\d$/;

/** Below this a number counts seconds, above it milliseconds. */
const MOST_SECONDS = 1e11;

/** Room for a million deliveries in one run before the next run's ids begin. */
const SEQUENCES = 1_000_000;

interface Change {
  readonly ids: ReadonlyMap<string, string>;
  /** What all moments are moved by, so that they keep their order and distances. */
  readonly milliseconds: number;
  readonly today: string;
}

/** The same event happening anew: the thing that it is about has another id, wherever it is named, and the latest moment is now. */
export function freshen(sample: Sample, _event: string, freshness: Freshness): Sample {
  const { now } = freshness;
  const change: Change = {
    ids: freshIds(object(sample.body, 'data'), freshness),
    milliseconds: now.getTime() - Math.max(...moments(sample.body, ''), 0),
    today: now.toISOString().slice(0, 10),
  };
  return { ...sample, body: freshObject(sample.body, change) };
}

function freshIds(data: JsonObject, freshness: Freshness): ReadonlyMap<string, string> {
  const blocked = Object.keys(object(data, 'users'))[0];
  const found = [...ID_PATHS.map((path) => id(at(data, ...path))), blocked].filter((value) => value !== undefined);
  return new Map(found.map((value) => [value, freshId(value, freshness)]));
}

/** Ids of messages are digits. */
function freshId(old: string, { sequence, nonce }: Freshness): string {
  if (/^\d+$/.test(old)) return String(runNumber(nonce) * SEQUENCES + (sequence % SEQUENCES));
  return `${old}-${nonce}-${sequence}`;
}

function freshObject(source: JsonObject, change: Change): JsonObject {
  const entries = Object.entries(source).map(([key, value]): [string, JsonValue] => [change.ids.get(key) ?? key, freshValue(value, key, change)]);
  return Object.fromEntries(entries);
}

function freshValue(value: JsonValue, key: string, change: Change): JsonValue {
  if (isJsonObject(value)) return freshObject(value, change);
  if (typeof value === 'object' && value !== null) return value.map((item) => freshValue(item, '', change));
  const moment = momentOf(value, key);
  if (moment !== undefined) return movedMoment(value, moment + change.milliseconds);
  return typeof value === 'string' ? freshText(value, change) : value;
}

/** In the unit and the type of the old one. */
function movedMoment(old: JsonValue, milliseconds: number): JsonValue {
  const inUnit = (number(old) ?? 0) < MOST_SECONDS ? Math.floor(milliseconds / 1000) : milliseconds;
  return typeof old === 'string' ? String(inUnit) : inUnit;
}

function freshText(value: string, { ids, today }: Change): string {
  if (DAY.test(value)) return today;
  // A group's conversation is named after its guid.
  const guid = value.startsWith('group_') ? ids.get(value.slice('group_'.length)) : undefined;
  return ids.get(value) ?? (guid === undefined ? value : `group_${guid}`);
}

function moments(value: JsonValue, key: string): readonly number[] {
  if (typeof value === 'object' && value !== null) return Object.entries(value as JsonObject).flatMap(([name, item]) => moments(item, name));
  const moment = momentOf(value, key);
  return moment === undefined ? [] : [moment];
}

/** As milliseconds, or undefined: `timeoutMs` is none, and a moment that has not come yet is null. */
function momentOf(value: JsonValue, key: string): number | undefined {
  const found = MOMENT.test(key) ? number(value) : undefined;
  if (found === undefined || found <= 0) return undefined;
  return found < MOST_SECONDS ? found * 1000 : found;
}
