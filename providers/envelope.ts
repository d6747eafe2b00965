import { hash } from 'node:crypto';
import type { NormalizedEvent } from './event';
import type { JsonObject } from './json/json';
import type { Delivery, Provider, Reading } from './provider';
import type { AcceptedEvent } from './verdict';

/** A part of a key that is longer is unusable: it would make an id that nobody can store in a column. */
const LONGEST_KEY_PART = 256;

/** The whole name is in `raw`; the attribute is for filters and for people. */
const LONGEST_ATTRIBUTE = 512;

/** CloudEvents 1.0, "Type System": control characters and lone surrogates may not occur in a String attribute. */
const NOT_IN_AN_ATTRIBUTE = /[\u0000-\u001f\u007f-\u009f]|\p{Surrogate}/gu;

/** A quick look, since nearly no text needs more: half of a pair looks like a lone surrogate to it. */
const MAY_NEED_ESCAPING = /[\u0000-\u001f\u007f-\u009f\ud800-\udfff]/;

export interface Envelope {
  readonly provider: Provider;
  readonly hook: string;
  readonly delivery: Delivery;
  readonly raw: JsonObject;
}

/** Puts the CloudEvents envelope around what a provider read, in the order in which people read it. */
export function envelop(readings: readonly Reading[], envelope: Envelope): readonly AcceptedEvent[] {
  return readings.map((reading, index) => {
    const event = eventOf(reading, index, envelope);
    return reading.repeatWindowSeconds === undefined ? { event } : { event, repeatWindowSeconds: reading.repeatWindowSeconds };
  });
}

function eventOf(reading: Reading, index: number, { provider, hook, delivery, raw }: Envelope): NormalizedEvent {
  const receivedat = delivery.receivedAt.toISOString();
  return {
    specversion: '1.0',
    id: idOf(reading.key, index, delivery.body),
    source: `/${provider.name}/${uriPart(reading.tenant ?? hook)}`,
    type: reading.type,
    ...(reading.subject === undefined ? {} : { subject: attribute(reading.subject) }),
    time: reading.time ?? receivedat,
    datacontenttype: 'application/json',
    provider: provider.name,
    providerevent: attribute(reading.providerEvent),
    hook,
    receivedat,
    data: { ...reading.data, raw },
  };
}

/**
 * The provider's own key, its parts escaped before they are joined so that no two keys join to the same id; or, when a
 * part is missing or unusable, the SHA-256 of the body, which is the same on every retry too.
 */
function idOf(key: Reading['key'], index: number, body: Uint8Array): string {
  const usable = key.length > 0 && key.every((part) => part !== undefined && part.length <= LONGEST_KEY_PART);
  if (usable) return key.map((part) => escapePart(part ?? '')).join('|');
  const digest = hash('sha256', body);
  return index === 0 ? digest : `${digest}.${index}`;
}

function escapePart(part: string): string {
  return attribute(part.replace(/[%|]/g, percent), Infinity);
}

function attribute(text: string, longest = LONGEST_ATTRIBUTE): string {
  const cut = text.length > longest ? text.slice(0, longest) : text;
  return MAY_NEED_ESCAPING.test(cut) ? cut.replace(NOT_IN_AN_ATTRIBUTE, percent) : cut;
}

function percent(character: string): string {
  const code = character.charCodeAt(0);
  return code > 0xff ? `%u${code.toString(16).toUpperCase()}` : `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Total where encodeURIComponent is not: that one throws on a lone surrogate. */
function uriPart(text: string): string {
  return encodeURIComponent(text.slice(0, LONGEST_ATTRIBUTE).toWellFormed());
}
