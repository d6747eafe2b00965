import type { Actor, Member, Mention, User } from '../event';
import { at, id, part, text } from '../fields';
import type { JsonObject, JsonValue } from '../json/json';
import { isJsonObject } from '../json/json';
import { firstOf, idOf, listOf, objectOf, textOf } from './vocabulary';

/** An object, as the SDK has it, or a bare id, as `from` is in the REST API. No kind: neither says who is a bot. */
export function personOf(value: JsonValue | undefined): Actor | undefined {
  if (!isJsonObject(value)) return part<Actor>({ id: id(value) });
  return part<Actor>({
    // The SDK keys users by `id`, the REST API by `username`.
    id: idOf(value, 'id', 'user_id', 'userId', 'username'),
    name: nameOf(value),
    avatar: textOf(value, 'avatarUrl', 'avatar_url', 'avatar'),
  });
}

/** A member, which may hold the user in an object of its own; none without an id. */
export function memberOf(value: JsonValue | undefined): readonly Member[] {
  if (!isJsonObject(value)) return identified(part<Member>({ id: id(value) }));
  const nested = objectOf(value, 'user', 'member');
  return identified(
    part<Member>({
      id: idOf(value, 'id', 'member_id', 'memberId', 'user_id', 'userId', 'username') ?? personOf(nested)?.id,
      name: nameOf(value) ?? nameOf(nested),
      role: textOf(value, 'role', 'userRole', 'user_role') ?? textOf(objectOf(value, 'role'), 'name'),
    }),
  );
}

/** The users that a message names. */
export function mentionsOf(message: JsonObject): readonly Mention[] {
  return listOf(message, 'mentionedUsers', 'mentioned_users').flatMap((value) => {
    const person = personOf(value);
    return identified(part<Mention>({ id: person?.id, name: person?.name }));
  });
}

/** The user whose presence changed. */
export function userOf(source: JsonObject): User | undefined {
  return part<User>({
    id: personOf(source)?.id,
    name: nameOf(source),
    email: textOf(source, 'email'),
    // The SDK's presence.state is the presence, its presence.status the user's own words; REST's `status` is the account's.
    status: textOf(objectOf(source, 'presence'), 'state') ?? textOf(source, 'presence_status', 'presenceStatus'),
  });
}

function nameOf(source: JsonObject): string | undefined {
  const names = [textOf(source, 'firstName', 'first_name'), textOf(source, 'lastName', 'last_name')];
  const whole = names.filter((name) => name !== undefined).join(' ');
  return whole === '' ? firstOf(['displayName', 'display_name', 'name'], (key) => text(at(source, key))) : whole;
}

function identified<T extends { readonly id: string }>(found: Partial<T> | undefined): readonly T[] {
  return found?.id === undefined ? [] : [found as T];
}
