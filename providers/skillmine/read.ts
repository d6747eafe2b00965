import type { CommonModel, Identity, User } from '../event';
import { at, id, part, text, time } from '../fields';
import { firstId, sentName } from '../identity/read';
import { objectKindOf, typeOf } from '../identity/vocabulary';
import type { JsonObject } from '../json/json';
import type { Reading } from '../provider';
import { partsOf } from './glued';

/** Skillmine's own key first. The others are those of its peers: the page has no sample, so none of this is certain. */
const NAME_KEYS = ['event_type', 'eventtype', 'eventType', 'event'] as const;
const TIME_KEYS = ['event_time', 'createTime', 'eventTime'] as const;

/** How often and how long Skillmine repeats a delivery is not published; an hour covers what its peers do. */
const REPEAT_WINDOW_SECONDS = 3_600;

/** One reading for each event that the body's name stands for: several when the name is glued. */
export function read(body: JsonObject): readonly [Reading, ...Reading[]] {
  const sent = sentName(body, NAME_KEYS);
  const [first, ...others] = partsOf(sent ?? 'unknown');
  const readingOf = (name: string): Reading => readAs(name, sent, body);
  return [readingOf(first), ...others.map(readingOf)];
}

function readAs(name: string, sent: string | undefined, body: JsonObject): Reading {
  const type = typeOf(name);
  const kind = objectKindOf(type);
  const about = aboutOf(kind, body);
  const subject = about === undefined ? undefined : `${about.kind}/${about.id}`;
  const actor = firstId(at(body, 'data', 'action_by'), at(body, 'current_context', 'user', 'sub'));
  const tenant = id(at(body, 'current_context', 'tenant_key'));
  const requestId = id(at(body, 'current_context', 'x_request_id'));
  const sentTime = firstId(...TIME_KEYS.map((key) => at(body, key)));
  const event = sent === undefined ? undefined : name;
  return {
    type,
    providerEvent: sent ?? 'unknown',
    // One request can raise several events, so that its id alone is no key.
    key: requestId === undefined ? [event, sentTime, subject, actor] : [event, sentTime, requestId],
    ...part<Pick<Reading, 'time' | 'tenant' | 'subject' | 'repeatWindowSeconds'>>({
      time: time(sentTime),
      tenant,
      subject,
      repeatWindowSeconds: sentTime === undefined && requestId === undefined ? REPEAT_WINDOW_SECONDS : undefined,
    }),
    data: part<CommonModel>({
      actor: part({ id: actor }),
      user: userOf(about, body),
      identity: part<Identity>({
        object: about ?? (kind === 'unknown' ? undefined : { kind }),
        client: id(at(body, 'current_context', 'client_id')),
        tenant,
        requestId,
      }),
    }) ?? {},
  };
}

interface About {
  readonly kind: string;
  readonly id: string;
}

/**
 * What the event is about. `ref_id` is an object's id of whatever kind; the rest are users'. The user of the request is
 * the last resort, and only where the event is about a user at all: a role is created by somebody, not about them.
 */
function aboutOf(kind: string, body: JsonObject): About | undefined {
  const user = affectedUser(body);
  const object = id(at(body, 'data', 'ref_id'));
  const isAboutUser = kind === 'user' || kind === 'unknown';
  if (object !== undefined && (!isAboutUser || user === undefined)) return { kind, id: object };
  const found = user ?? (isAboutUser ? id(at(body, 'current_context', 'user', 'sub')) : undefined);
  return found === undefined ? undefined : { kind: 'user', id: found };
}

function affectedUser(body: JsonObject): string | undefined {
  const ofUser = ['sub', '_id', 'id'].map((key) => at(body, 'data', 'user', key));
  return firstId(at(body, 'sub'), at(body, 'data', 'sub'), ...ofUser);
}

function userOf(about: About | undefined, body: JsonObject): User | undefined {
  return part<User>({
    id: affectedUser(body) ?? (about?.kind === 'user' ? about.id : undefined),
    name: text(at(body, 'data', 'user', 'name')),
    email: text(at(body, 'data', 'user', 'email')),
  });
}
