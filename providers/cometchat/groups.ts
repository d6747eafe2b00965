import type { EventType, User } from '../event';
import { at, id, object, part, time } from '../fields';
import type { JsonObject } from '../json/json';
import { groupConversation } from './conversation';
import type { Finding, Reader } from './finding';
import { NO_KEY, subjectOf } from './finding';
import { actorOf, memberOf, peopleAt } from './person';

/** group_created. Who created it is not said: a server can create a group in a user's name. */
export const created: Reader = (data) => {
  const group = object(data, 'group');
  return {
    ...about(group),
    key: [id(at(group, 'guid')), id(at(group, 'createdAt'))],
    time: time(at(group, 'createdAt')),
    data: { conversation: groupConversation(group), members: peopleAt(data, 'members').map(memberOf) },
  };
};

/** group_updated. */
export const updated: Reader = (data) => {
  const group = object(data, 'group');
  return { ...changed(group), data: { actor: actorOf({}, at(group, 'updatedBy')), conversation: groupConversation(group) } };
};

/** group_deleted. No actor: `updatedBy` is who changed it last, and whether that includes the deletion is not published. */
export const deletedGroup: Reader = (data) => {
  const group = object(data, 'group');
  return { ...changed(group), data: { conversation: groupConversation(group) } };
};

/** group_owner_transferred: `user` is the new owner. */
export const ownerTransferred: Reader = (data) => {
  const group = object(data, 'group');
  return {
    ...changed(group),
    key: [id(at(group, 'guid')), id(at(group, 'owner')), id(at(group, 'updatedAt'))],
    data: {
      actor: actorOf({}, at(group, 'updatedBy')),
      conversation: groupConversation(group),
      user: part<User>({ id: id(at(group, 'owner')) }),
    },
  };
};

/** group_member_joined, group_member_left: whoever comes or goes is who acts. */
export const movedBySelf: Reader = (data, type) => {
  const people = peopleAt(data, 'members');
  const only = people.length === 1 ? people[0] : undefined;
  const found = moved(data, type);
  return { ...found, data: { actor: only === undefined ? undefined : actorOf(only.user, only.uid), ...found.data } };
};

/** The other member events: somebody acts on others. A member's `scope` is the new role when roles change. */
export const movedByOther: Reader = (data, type) => {
  const found = moved(data, type);
  return { ...found, data: { actor: actorOf(object(data, 'by')), ...found.data } };
};

/**
 * The group's `updatedAt` is not the time: it is older than the event in the published bodies of group_member_unbanned
 * and group_member_scope_changed, and absent from group_member_added. So the same may happen twice with the same body.
 */
function moved(data: JsonObject, type: EventType): Finding {
  const group = object(data, 'group');
  const people = peopleAt(data, 'members');
  const entered = type === 'chat.member.joined' || type === 'chat.member.added';
  return {
    ...about(group),
    key: NO_KEY,
    // Not in the published bodies; the chat API's members have it.
    time: entered ? time(at(people[0]?.user, 'joinedAt')) : undefined,
    data: { conversation: groupConversation(group), members: people.map(memberOf) },
  };
}

function changed(group: JsonObject): Pick<Finding, 'key' | 'time' | 'subject'> {
  return { ...about(group), key: [id(at(group, 'guid')), id(at(group, 'updatedAt'))], time: time(at(group, 'updatedAt')) };
}

function about(group: JsonObject): Pick<Finding, 'subject'> {
  return { subject: subjectOf('conversation', groupConversation(group)?.id) };
}
