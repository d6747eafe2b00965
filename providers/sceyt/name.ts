import { at } from '../fields';
import type { JsonObject, JsonValue } from '../json/json';
import { isJsonObject } from '../json/json';
import type { Delivery } from '../provider';
import { findByBareWord, findByName } from './aliases';
import type { EventName } from './events';

/** Headers that may name the event, in the order in which they are asked. */
const NAME_HEADERS = ['x-sceyt-event', 'x-event', 'x-event-type', 'x-github-event'] as const;
/** Any other header of that form counts when the body names no event. */
const NAME_HEADER = /^x-(?:.+-)?event(?:-type)?$/;
/** Fields of the body that may name the event, in the order in which they are asked. */
const NAME_FIELDS = ['event', 'type', 'event_type', 'eventType', 'action', 'name'] as const;
/** The longest name that is known has 29 characters; a sender without credentials must not make us fold long ones. */
const LONGEST_NAME = 64;
const MOST_HEADER_NAMES = 4;
/** Fields that may say what an action is about: `{"category":"channel","action":"created"}`. */
const CATEGORY_FIELDS = ['category', 'entity', 'resource', 'object', 'group', 'type'] as const;

/** The name of an event: as it was sent, and what it means where that is known. */
export interface Name {
  readonly sent: string;
  readonly event: EventName | undefined;
}

/**
 * Every name that a delivery has, the one that counts first: a header, then the body, then any other header. A ping
 * that stands beside the name of a real event comes last.
 */
export function namesOf(delivery: Delivery, body: JsonObject): readonly Name[] {
  const names = [...headerNames(delivery, body, isListed), ...bodyNames(body), ...headerNames(delivery, body, (name) => !isListed(name))];
  const isReal = names.some(({ event }) => event !== undefined && event !== 'ping');
  return isReal ? [...names.filter(({ event }) => event !== 'ping'), ...names.filter(({ event }) => event === 'ping')] : names;
}

function isListed(header: string): boolean {
  return (NAME_HEADERS as readonly string[]).includes(header);
}

function headerNames({ headers }: Delivery, body: JsonObject, isAsked: (header: string) => boolean): readonly Name[] {
  const listed = NAME_HEADERS.filter((header) => headers.has(header));
  const others = [...headers.keys()].filter((header) => NAME_HEADER.test(header) && !isListed(header)).sort();
  const values = [...listed, ...others].filter(isAsked).flatMap((header) => headers.get(header) ?? []);
  return values.filter(isName).slice(0, MOST_HEADER_NAMES).map((value) => resolve(value, body, undefined));
}

function bodyNames(body: JsonObject): readonly Name[] {
  return NAME_FIELDS.flatMap((field) => {
    const sent = nameIn(at(body, field));
    return sent === undefined ? [] : [resolve(sent, body, field)];
  });
}

/** A name may be a string, or an object that has one. */
function nameIn(value: JsonValue | undefined): string | undefined {
  const candidates = isJsonObject(value) ? [at(value, 'type'), at(value, 'name')] : [value];
  return candidates.find(isName);
}

function isName(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value.length <= LONGEST_NAME && value.trim() !== '';
}

/** A whole name first; then one that a category, or an action, completes; and a bare word only when there is no category at all. */
function resolve(sent: string, body: JsonObject, field: string | undefined): Name {
  const categories = categoriesOf(body, field);
  const action = field === 'type' ? at(body, 'action') : undefined;
  const candidates = [sent, ...categories.map((category) => `${category}.${sent}`), ...(isName(action) ? [`${sent}.${action}`] : [])];
  for (const candidate of candidates) {
    const event = findByName(candidate);
    if (event !== undefined) return { sent: candidate, event };
  }
  const [category] = categories;
  if (category === undefined) return { sent, event: findByBareWord(sent) };
  return { sent: field === 'action' && category === at(body, 'category') ? `${category}.${sent}` : sent, event: undefined };
}

function categoriesOf(body: JsonObject, except: string | undefined): readonly string[] {
  return CATEGORY_FIELDS.filter((field) => field !== except)
    .map((field) => at(body, field))
    .filter(isName);
}
