import type { Actor, Member } from '../event';
import { at, id, object, part, text } from '../fields';
import type { JsonObject, JsonValue } from '../json/json';

/** The uid under which CometChat itself acts: it sends the receipts of a whole group (older /webhooks-events page). */
export const SYSTEM_UID = 'app_system';

/** One user of a map of users. */
export interface Person {
  readonly uid: string;
  readonly user: JsonObject;
}

/**
 * Who did it.
 * @param uid what stands beside the user, who is often abridged: a message's `sender`.
 */
export function actorOf(user: JsonObject, uid?: JsonValue): Actor | undefined {
  const actorId = id(at(user, 'uid')) ?? id(uid);
  return part<Actor>({ id: actorId, name: text(at(user, 'name')), avatar: text(at(user, 'avatar')), kind: kindOf(actorId) });
}

function kindOf(uid: string | undefined): Actor['kind'] {
  if (uid === undefined) return undefined;
  return uid === SYSTEM_UID ? 'system' : 'user';
}

/** Members, blocked users and mentioned users are maps by uid, not lists. */
export function peopleAt(data: JsonObject, key: string): readonly Person[] {
  return Object.entries(object(data, key)).flatMap(([name, value]) => {
    const uid = id(at(value, 'uid')) ?? id(name);
    return uid === undefined ? [] : [{ uid, user: object(value) }];
  });
}

/** A member's `scope` is the role in the group; a user's `role` is the one in the whole app, so it is left out. */
export function memberOf({ uid, user }: Person): Member {
  const name = text(at(user, 'name'));
  const role = text(at(user, 'scope'));
  return { id: uid, ...(name === undefined ? {} : { name }), ...(role === undefined ? {} : { role }) };
}
