import type { Evidence, Expected, Heard, Offered, Stored } from './evidence';

export type Rule =
  | 'an answered event is missing'
  | 'an event is stored twice'
  | 'an event is nobody\'s'
  | 'a stored event was not forwarded'
  | 'a forward is not marked as delivered'
  | 'a request has no webhook-id'
  | 'a request has no valid signature'
  | 'a webhook-id has two bodies'
  | 'a webhook-id went to two destinations'
  | 'an event came under two webhook-ids'
  | 'an event came that is not stored'
  | 'an event came to a destination that is not to get it'
  | 'an event came other than it is stored'
  | 'a conversation came out of order'
  | 'a sender got a wrong answer';

export interface Violation {
  readonly rule: Rule;
  /** What it happened to. */
  readonly what: string;
}

type Check = (evidence: Evidence) => readonly Violation[];

/** What of the promises was not kept: an empty list when all were. */
export function violations(evidence: Evidence): readonly Violation[] {
  return CHECKS.flatMap((check) => check(evidence));
}

/** The rules that were broken, each with how often and the first of its cases: what a test shows when it fails. */
export function summary(found: readonly Violation[]): readonly string[] {
  return [...Map.groupBy(found, ({ rule }) => rule)].map(([rule, cases]) => `${rule}: ${cases.length}, such as ${cases.slice(0, 3).map(({ what }) => what).join(', ')}`);
}

const CHECKS: readonly Check[] = [
  ({ offered, stored }) => {
    const ids = new Set(stored.map(({ id }) => id));
    return broken('an answered event is missing', [...offered.values()].flatMap(({ acknowledged }) => (acknowledged === undefined || ids.has(acknowledged) ? [] : [acknowledged])));
  },
  ({ stored }) => broken('an event is stored twice', twice(stored.map(({ id }) => id))),
  ({ offered, stored }) => broken('an event is nobody\'s', stored.filter(({ message, hook }) => offered.get(message)?.source !== hook).map(({ id }) => id)),
  ({ stored, destinations, heard }) => broken('a stored event was not forwarded', destinations.flatMap((destination) => {
    const arrived = new Set(at(destination, heard).flatMap(({ events }) => events.map(({ id }) => id)));
    return stored.filter((event) => isFor(destination, event) && !arrived.has(event.id)).map(({ id }) => `${id} to ${destination.id}`);
  })),
  ({ stored, destinations }) => broken('a forward is not marked as delivered', stored.flatMap((event) =>
    destinations.filter((destination) => isFor(destination, event) && !event.forwards.some((forward) => forward.destination === destination.id && forward.status === 'delivered')).map(({ id }) => `${event.id} to ${id}`))),
  ({ heard }) => broken('a request has no webhook-id', heard.filter(({ webhookId }) => webhookId === undefined).map(({ destination }) => destination)),
  ({ heard }) => broken('a request has no valid signature', heard.filter(({ signed }) => !signed).map(({ webhookId = 'none' }) => webhookId)),
  ({ heard }) => broken('a webhook-id has two bodies', ambiguous(heard, (request) => [[request.webhookId, request.digest]])),
  ({ heard }) => broken('a webhook-id went to two destinations', ambiguous(heard, (request) => [[request.webhookId, request.destination]])),
  ({ heard }) => broken('an event came under two webhook-ids', ambiguous(heard, ({ destination, webhookId, events }) => events.map(({ id }) => [`${id} to ${destination}`, webhookId]))),
  ({ heard, stored }) => {
    const ids = new Set(stored.map(({ id }) => id));
    return broken('an event came that is not stored', eventsOf(heard).filter(({ id }) => !ids.has(id)).map(({ id }) => id));
  },
  ({ heard, stored, destinations }) => {
    const kept = new Map(stored.map((event) => [event.id, event]));
    return broken('an event came to a destination that is not to get it', destinations.flatMap((destination) =>
      eventsOf(at(destination, heard)).map(({ id }) => kept.get(id)).filter((event) => event !== undefined && !isFor(destination, event)).map((event) => `${event?.id} to ${destination.id}`)));
  },
  ({ heard, stored }) => {
    const digests = new Map(stored.map(({ id, digest }) => [id, digest]));
    return broken('an event came other than it is stored', eventsOf(heard).filter(({ id, digest }) => (digests.get(id) ?? digest) !== digest).map(({ id }) => id));
  },
  disorder,
  ({ wrongAnswers }) => broken('a sender got a wrong answer', wrongAnswers),
];

/** The first time that each event came counts: a repeat may come whenever it does. */
function disorder({ heard, offered, destinations }: Evidence): readonly Violation[] {
  return destinations.filter(({ inOrder }) => inOrder).flatMap((destination) => {
    const came = new Map<string, number>();
    const accepted = new Map<string, number>();
    for (const request of at(destination, heard)) {
      for (const place of request.events.map(({ message }) => placeOf(offered.get(message)))) {
        came.set(place, Math.min(came.get(place) ?? Infinity, request.came));
        accepted.set(place, Math.min(accepted.get(place) ?? Infinity, request.accepted ?? Infinity));
      }
    }
    const early = [...offered.values()].filter((delivery) => {
      const before = delivery.position === 0 ? -1 : (accepted.get(placeOf(delivery, -1)) ?? Infinity);
      return (came.get(placeOf(delivery)) ?? Infinity) < before;
    });
    return broken('a conversation came out of order', early.map(({ message }) => `${message} to ${destination.id}`));
  });
}

function placeOf(delivery: Offered | undefined, further = 0): string {
  return delivery === undefined ? '' : `${delivery.conversation} ${delivery.position + further}`;
}

function broken(rule: Rule, cases: readonly string[]): readonly Violation[] {
  return cases.map((what) => ({ rule, what }));
}

function isFor({ sources }: Expected, { hook }: Stored): boolean {
  return sources?.includes(hook) !== false;
}

function at({ id }: Expected, heard: readonly Heard[]): readonly Heard[] {
  return heard.filter(({ destination }) => destination === id);
}

function eventsOf(heard: readonly Heard[]): readonly Heard['events'][number][] {
  return heard.flatMap(({ events }) => events);
}

function twice(values: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return values.filter((value) => seen.size === seen.add(value).size);
}

/** Names that are given to more than one thing. */
function ambiguous(heard: readonly Heard[], pairs: (request: Heard) => readonly (readonly [name: string | undefined, thing: string | undefined])[]): readonly string[] {
  const things = new Map<string, Set<string>>();
  for (const [name, thing] of heard.flatMap(pairs)) {
    if (name !== undefined && thing !== undefined) things.set(name, (things.get(name) ?? new Set()).add(thing));
  }
  return [...things].filter(([, named]) => named.size > 1).map(([name]) => name);
}
