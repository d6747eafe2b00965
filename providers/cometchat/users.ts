import type { EventType, User } from '../event';
import { at, id, object, part, text, time } from '../fields';
import type { JsonValue } from '../json/json';
import type { Reader } from './finding';
import { NO_KEY, subjectOf } from './finding';
import { actorOf, memberOf, peopleAt } from './person';

/**
 * user_blocked, user_unblocked. `user` is the first of the users; when there are several, `members` has them all. The
 * body has no time.
 */
export const blocked: Reader = (data) => {
  const users = peopleAt(data, 'users').map(memberOf);
  const first = users[0];
  return {
    key: NO_KEY,
    subject: subjectOf('user', first?.id),
    data: {
      actor: actorOf(object(data, 'by')),
      members: users.length > 1 ? users : undefined,
      user: first === undefined ? undefined : part<User>({ id: first.id, name: first.name }),
    },
  };
};

/** user_connection_status_changed. Its times are milliseconds, unlike all others. */
export const connection: Reader = (data) => {
  const user = object(data, 'user');
  const action = at(data, 'currentConnection', 'action');
  const status = at(data, 'status') ?? at(user, 'status');
  const uid = id(at(user, 'uid'));
  return {
    key: [uid, id(action), id(at(data, 'currentConnection', 'connectedAt')), id(at(data, 'timestamp'))],
    type: connectionType(status, action),
    time: time(at(data, 'timestamp')),
    subject: subjectOf('user', uid),
    data: { actor: actorOf(user), user: part<User>({ id: uid, name: text(at(user, 'name')), status: text(status) }) },
  };
};

/** after_connection_status_changed, of the legacy webhooks (fundamentals/webhooks-legacy-events): milliseconds too. */
export const legacyConnection: Reader = (data) => {
  const user = object(data, 'user');
  const event = object(data, 'event');
  const status = at(user, 'status');
  const uid = id(at(user, 'uid'));
  return {
    key: [uid, id(at(event, 'type')), id(at(event, 'event_for', 'connected_at')), id(at(event, 'at'))],
    type: connectionType(status, at(event, 'type')),
    time: time(at(event, 'at')) ?? time(at(user, 'status_updated_at')),
    subject: subjectOf('user', uid),
    data: { actor: actorOf(user), user: part<User>({ id: uid, name: text(at(user, 'name')), status: text(status) }) },
  };
};

/** The user's status decides: somebody with two devices who closes one is still online. Then what the connection did. */
function connectionType(status: JsonValue | undefined, action: JsonValue | undefined): EventType {
  for (const word of [status, action]) {
    if (word === 'online' || word === 'available' || word === 'connected') return 'chat.user.connected';
    if (word === 'offline' || word === 'disconnected') return 'chat.user.disconnected';
  }
  return 'chat.unknown';
}
