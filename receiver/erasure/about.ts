import { isRecord } from '../config/record';
import { isIdKey, namesPerson } from './person-keys';

/** A value of a body that is still to be looked at. */
interface Place {
  readonly value: unknown;
  /** Its key; for what stands in a list, that of the list. */
  readonly key: string;
  /** The nearest key above that has an object for its value. */
  readonly within: string;
}

/**
 * Whether an event is about a person, or by one: whether their id stands
 *
 * - where the common model has a person: actor, user (the email too), mentions, receipt, members, call participant, an
 *   identity event's object of kind `user`; or
 * - in `raw` as a whole value or as a key, wherever that is; also within JSON that a string holds. An id of nothing but
 *   digits is too short a word for that: there the key has to name a person (person-keys.ts).
 *
 * Letter for letter, and never as a part of a longer text: what others write about somebody names them in words.
 * @param event the event's JSON text.
 */
export function isAbout(event: string, id: string): boolean {
  const parsed: unknown = JSON.parse(event);
  const data = isRecord(parsed) && isRecord(parsed.data) ? parsed.data : {};
  return peopleOf(data).includes(id) || stands(id, data.raw);
}

function peopleOf({ actor, user, message, receipt, members, call, identity }: Readonly<Record<string, unknown>>): readonly unknown[] {
  const object = part(identity, 'object');
  return [
    part(actor, 'id'),
    part(user, 'id'),
    part(user, 'email'),
    part(part(receipt, 'by'), 'id'),
    part(part(call, 'participant'), 'id'),
    ...listOf(part(message, 'mentions')).map((mention) => part(mention, 'id')),
    ...listOf(members).map((member) => part(member, 'id')),
    ...(part(object, 'kind') === 'user' ? [part(object, 'id')] : []),
  ];
}

function part(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A list of what is left to do, and no recursion: a body may be nested deeper than a stack is. */
function stands(id: string, raw: unknown): boolean {
  const fits = /^\d+$/.test(id) ? isPersonsPlace : () => true;
  const places: Place[] = [{ value: raw, key: '', within: '' }];
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    if (isId(place.value, id) && fits(place)) return true;
    for (const inner of within(place, id)) places.push(inner);
  }
  return false;
}

/** Some bodies list people as `{ "<id>": {…} }`. */
function isId(value: unknown, id: string): boolean {
  if (typeof value === 'string' || typeof value === 'number') return String(value) === id;
  return isRecord(value) && Object.hasOwn(value, id);
}

function within({ value, key, within: above }: Place, id: string): readonly Place[] {
  if (Array.isArray(value)) return value.map((entry: unknown) => ({ value: entry, key, within: above }));
  if (isRecord(value)) return Object.entries(value).map(([name, entry]) => ({ value: entry, key: name, within: key }));
  const inner = typeof value === 'string' && value.includes(id) ? embedded(value) : undefined;
  return inner === undefined ? [] : [{ value: inner, key, within: above }];
}

function isPersonsPlace({ key, within }: Place): boolean {
  return namesPerson(key) || (isIdKey(key) && namesPerson(within));
}

/** What a string holds that is a JSON object or list itself. */
function embedded(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
