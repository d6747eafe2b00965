/*
 * What can happen to a valid signed delivery on its way, or at a sender that means it, and what the receiver answers then.
 * Where the content is another one it is signed again: that is the sender's doing. Where it is tampered with, it is not.
 */
import { text } from '../../../providers/fields';
import type { ProviderName } from '../../../providers';
import type { JsonObject, JsonValue } from '../../../providers/json/json';
import type { ConfiguredDoor } from './doors';
import { bodyOf, valueAt, withValueAt } from './parcels';
import { signed, withProof } from './sender';
import type { Request } from './sender';
import type { Parcel } from './subject';

export interface Mutation {
  readonly number: number;
  readonly name: string;
  readonly mutate: (material: Material) => Request;
  readonly expected: (door: ConfiguredDoor) => Expected;
}

export interface Material {
  readonly door: ConfiguredDoor;
  /** What has been delivered already. */
  readonly original: Parcel;
  /** The same with another value in it, `mark`. */
  readonly replaced: Parcel;
  /** One that has not been delivered, with `mark` in it. */
  readonly fresh: Parcel;
  readonly mark: string;
}

export type Expected =
  | { readonly kind: 'refused'; readonly status: number; readonly code: string }
  /** Acknowledged as a repeat of the original, which stays as it is. */
  | { readonly kind: 'repeat' }
  /** Acknowledged and kept as an event of its own. */
  | { readonly kind: 'event'; readonly isUnknown?: boolean; readonly issue?: string };

/** Where each provider's body has what is mutated. */
interface Places {
  /** Part of the provider's own key. */
  readonly id: readonly string[];
  /** What the event is called, or what tells it. */
  readonly name: readonly string[];
  /** Something that is in no key. */
  readonly other: readonly string[];
}

const places: Readonly<Record<ProviderName, Places>> = {
  cometchat: { id: ['data', 'message', 'id'], name: ['trigger'], other: ['region'] },
  sceyt: { id: ['data', 'id'], name: ['event'], other: ['channel', 'subject'] },
  spika: { id: ['message', 'id'], name: ['message'], other: ['room', 'name'] },
  skillmine: { id: ['current_context', 'x_request_id'], name: ['event_type'], other: ['data', 'provider_name'] },
  cidaas: { id: ['objectId'], name: ['eventtype'], other: ['metaData'] },
};

const LIMIT_BYTES = 1_048_576;

/** Sceyt sends no key that is known of, so that the bytes are the key; the others name the event, whatever else the body says. */
const another = ({ provider }: ConfiguredDoor): Expected => ({ kind: provider === 'sceyt' ? 'event' : 'repeat' });

const refusal = (status: number, code: string) => (): Expected => ({ kind: 'refused', status, code });
const unauthenticated = refusal(401, 'unauthenticated');

export const mutations: readonly Mutation[] = [
  { number: 1, name: 'a field is missing', mutate: at('other', () => undefined), expected: another },
  { number: 2, name: 'a value is another', mutate: ({ door, replaced }) => signed(door, replaced), expected: another },
  { number: 3, name: 'a value is of another type', mutate: at('other', () => [1, { a: null }]), expected: another },
  { number: 4, name: 'there is one more field', mutate: ({ door, replaced }) => signed(door, { ...replaced, body: bytes({ ...bodyOf(replaced), added: { since: 'today' } }) }), expected: another },
  { number: 5, name: 'the id is another', mutate: at('id', (id) => (typeof id === 'number' ? id + 5_000_000_000 : `${text(id) ?? ''}7`)), expected: () => ({ kind: 'event' }) },
  { number: 6, name: 'the type of the event is another', mutate: renamed, expected: () => ({ kind: 'event', isUnknown: true }) },
  { number: 7, name: 'the end is missing', mutate: respelled((json) => json.slice(0, -2)), expected: refusal(400, 'invalid_json') },
  { number: 8, name: 'it is not JSON', mutate: respelled((json) => json.replaceAll('"', "'")), expected: refusal(400, 'invalid_json') },
  { number: 9, name: 'it is not UTF-8', mutate: ({ door, fresh }) => signed(door, { ...fresh, body: notUtf8(fresh.body) }), expected: refusal(400, 'invalid_utf8') },
  { number: 10, name: 'a key is there twice', mutate: respelled((json, mark) => json.replace('{', `{"conformance":"first-${mark}",`)), expected: () => ({ kind: 'event', issue: 'duplicate_key' }) },
  { number: 11, name: 'the content type is another', mutate: retyped, expected: refusal(415, 'unsupported_media_type') },
  { number: 12, name: 'it is altered after it was signed', mutate: ({ door, original, replaced }) => withProof(door, replaced, door.prove(original.body)), expected: (door) => (door.signsBody ? unauthenticated() : another(door)) },
  { number: 13, name: 'the credentials are old', mutate: old, expected: ({ ages }) => (ages === undefined ? { kind: 'repeat' } : unauthenticated()) },
  { number: 14, name: 'the key is a wrong one', mutate: ({ door, fresh }) => signed(door, fresh, { key: 'wrong' }), expected: unauthenticated },
  { number: 15, name: 'the credentials are missing', mutate: ({ door, fresh }) => withProof(door, fresh), expected: unauthenticated },
  { number: 16, name: 'the credentials are malformed', mutate: cutCredentials, expected: unauthenticated },
  { number: 17, name: 'it is too large', mutate: ({ door, fresh }) => signed(door, { ...fresh, body: bytes({ ...bodyOf(fresh), padding: 'x'.repeat(LIMIT_BYTES) }) }), expected: refusal(413, 'body_too_large') },
];

/** Another value at one of a provider's places, signed again. */
function at(place: keyof Places, value: (old: JsonValue) => JsonValue | undefined): Mutation['mutate'] {
  return ({ door, replaced }) => {
    const path = places[door.provider][place];
    const body = bodyOf(replaced);
    return signed(door, { ...replaced, body: bytes(withValueAt(body, path, value(valueAt(body, path))) as JsonObject) });
  };
}

/** The text of a fresh delivery changed, signed again. */
function respelled(change: (json: string, mark: string) => string): Mutation['mutate'] {
  return ({ door, fresh, mark }) => signed(door, { ...fresh, body: Buffer.from(change(Buffer.from(fresh.body).toString('utf8'), mark)) });
}

/** Spika's event has no name: it is the message that tells it. */
function renamed({ door, replaced }: Material): Request {
  const { name } = places[door.provider];
  const headers = Object.fromEntries(Object.keys(replaced.headers).map((header) => [header, 'something_new']));
  return signed(door, { headers, body: bytes(withValueAt(bodyOf(replaced), name, door.provider === 'spika' ? undefined : 'something_new') as JsonObject) });
}

function retyped({ door, fresh }: Material): Request {
  return signed(door, { ...fresh, headers: { ...fresh.headers, 'content-type': 'application/x-www-form-urlencoded' } });
}

/** Where nothing has a time, what is old is the delivery: a replay. */
function old({ door, original, fresh }: Material): Request {
  const [age] = door.ages?.bad ?? [];
  return age === undefined ? signed(door, original) : signed(door, fresh, { at: new Date(Date.now() + age) });
}

/** Half of each. */
function cutCredentials({ door, fresh }: Material): Request {
  const { headers, query } = door.prove(fresh.body);
  const cut = (values: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.slice(0, value.length / 2)]));
  return withProof(door, fresh, { headers: cut(headers), query: cut(query) });
}

function notUtf8(body: Uint8Array): Uint8Array {
  return Buffer.concat([body.subarray(0, -2), Buffer.from([0xc3, 0x28]), body.subarray(-2)]);
}

function bytes(body: JsonObject): Uint8Array {
  return Buffer.from(JSON.stringify(body));
}
