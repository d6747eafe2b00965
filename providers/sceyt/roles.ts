import type { Actor, Member } from '../event';
import { at, list, part } from '../fields';
import type { Parts } from './payload';
import { memberOf, personOf } from './people';
import { firstOf, idOf } from './vocabulary';

/** Who may be named as the one who did it. */
const ACTOR_FIELDS = ['actor', 'initiator', 'by', 'user', 'from', 'sender', 'author'] as const;
const ACTOR_ID_FIELDS = ['user_id', 'userId', 'username', 'from_id', 'fromId', 'sender_id', 'senderId'] as const;
const CREATOR_FIELDS = ['created_by', 'createdBy'] as const;

/** Who did it: named in the object itself, beside it or around it. */
export function actorOf({ subject, payload, body }: Parts): Actor | undefined {
  return firstOf([subject, payload, body], (place) => {
    return firstOf(ACTOR_FIELDS, (field) => personOf(at(place, field))) ?? part<Actor>({ id: idOf(place, ...ACTOR_ID_FIELDS) });
  });
}

/** Who created the channel, else who is named as the actor. */
export function creatorOf(parts: Parts): Actor | undefined {
  return firstOf(CREATOR_FIELDS, (field) => personOf(at(parts.subject, field))) ?? actorOf(parts);
}

/** Those whom a member event is about: `members`, else `member`, else `user`, else the user that the payload names. */
export function membersOf(parts: Parts): readonly Member[] {
  const named = namedMembers(parts);
  if (named.length > 0) return named;
  const user = firstOf([parts.payload, parts.body], (place) => memberOf(at(place, 'user'))[0]);
  if (user !== undefined) return [user];
  // Not by `id`, which may be the channel's.
  return memberOf({ ...parts.payload, id: null });
}

/** Who acted on the members. A `user` may be the member itself, and counts only where members are named besides. */
export function memberActorOf(parts: Parts): Actor | undefined {
  const fields = namedMembers(parts).length > 0 ? ACTOR_FIELDS : ACTOR_FIELDS.filter((field) => field !== 'user');
  return firstOf([parts.payload, parts.body], (place) => firstOf(fields, (field) => personOf(at(place, field))));
}

function namedMembers({ payload, body }: Parts): readonly Member[] {
  const several = firstOf([payload, body], (place) => {
    const found = list(place, 'members').flatMap(memberOf);
    return found.length === 0 ? undefined : found;
  });
  return several ?? [payload, body].flatMap((place) => memberOf(at(place, 'member'))).slice(0, 1);
}
