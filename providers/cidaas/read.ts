import type { CommonModel, Identity } from '../event';
import { at, id, part, text, time } from '../fields';
import { cleanName, firstId, sentName } from '../identity/read';
import { objectKindOf, singularKind, typeOf } from '../identity/vocabulary';
import type { JsonObject, JsonValue } from '../json/json';
import type { Reading } from '../provider';

/** cidaas' own key first, then those of its peers and of the pipelines that wrap its events. */
const NAME_KEYS = ['eventtype', 'event_type', 'eventType', 'event'] as const;
const TIME_KEYS = ['createTime', 'event_time', 'eventTime'] as const;

/** The last repetition comes after 16 minutes (1, 5 and 10 between them: docs.cidaas.com/openapi/webhooks/webhooks-api). */
const REPEAT_WINDOW_SECONDS = 1_200;

/** A delivery is one event. */
export function read(body: JsonObject): readonly [Reading] {
  const sent = sentName(body, NAME_KEYS);
  const name = sent === undefined ? undefined : cleanName(sent);
  const type = typeOf(name ?? '');
  const about = aboutOf(objectKindOf(type), body);
  const tenant = id(at(body, 'tenantKey'));
  const sentTime = firstId(...TIME_KEYS.map((key) => at(body, key)));
  return [
    {
      type,
      providerEvent: sent ?? 'unknown',
      key: [name, sentTime, id(at(body, 'objectId')), idOrEmpty(at(body, 'actorId')), idOrEmpty(at(body, 'client_id'))],
      ...part<Pick<Reading, 'time' | 'tenant' | 'subject' | 'repeatWindowSeconds'>>({
        time: time(sentTime),
        tenant,
        subject: about?.id === undefined ? undefined : `${about.kind}/${about.id}`,
        repeatWindowSeconds: sentTime === undefined ? REPEAT_WINDOW_SECONDS : undefined,
      }),
      data: part<CommonModel>({
        actor: part({ id: id(at(body, 'actorId')) }),
        user: about?.kind === 'user' ? part({ id: about.id }) : undefined,
        identity: part<Identity>({ object: about, client: id(at(body, 'client_id')), tenant }),
      }) ?? {},
    },
  ];
}

/**
 * What the event is about: the object, of the kind that `objectType` names (in the plural) or else the event's type. A
 * pipeline's event has no object but the user's own record in `data` (README.md).
 */
function aboutOf(kindOfType: string, body: JsonObject): Identity['object'] {
  const found = id(at(body, 'objectId'));
  const user = id(at(body, 'data', 'userInfo', 'identity', 'sub'));
  if (found === undefined && user !== undefined) return { kind: 'user', id: user };
  const objectType = text(id(at(body, 'objectType'))?.trim());
  const kind = objectType === undefined ? kindOfType : singularKind(objectType);
  if (found !== undefined) return { kind, id: found };
  return kind === 'unknown' ? undefined : { kind };
}

/** `""` is what cidaas writes where there is no actor or no client, and so is a value like any other in a key. */
function idOrEmpty(value: JsonValue | undefined): string | undefined {
  return value === '' ? '' : id(value);
}
