import type { Conversation } from '../event';
import { at, id, part } from '../fields';
import type { JsonObject } from '../json/json';
import type { Parts } from './payload';
import { firstOf, idOf, objectOf, textOf } from './vocabulary';

/** Sceyt's web client treats private channels as groups and public ones as broadcasts (sceyt/sceyt-chat-react-uikit). */
const KINDS = new Map<string | undefined, NonNullable<Conversation['kind']>>([
  ['direct', 'direct'],
  ['group', 'group'],
  ['private', 'group'],
  ['channel', 'channel'],
  ['broadcast', 'channel'],
  ['public', 'channel'],
]);

/** A channel, in either vocabulary. Its id is the conversation's in channel, member and message events alike. */
export function conversationOf(channel: JsonObject): Conversation | undefined {
  return part<Conversation>({
    id: idOf(channel, 'id', 'channel_id', 'channelId'),
    kind: KINDS.get(textOf(channel, 'type', 'channel_type', 'channelType')?.toLowerCase()),
    name: textOf(channel, 'subject', 'name'),
  });
}

/** The channel in which something happened: an object or an id, beside the thing, around it or in it. */
export function conversationAround({ subject, payload, body }: Parts): Conversation | undefined {
  const places = [payload, body, subject];
  const channel = firstOf(places, (place) => conversationOf(objectOf(place, 'channel')));
  if (channel?.id !== undefined) return channel;
  const channelId = firstOf(places, (place) => idOf(place, 'channel_id', 'channelId') ?? id(at(place, 'channel')));
  return part<Conversation>({ id: channelId, kind: channel?.kind, name: channel?.name });
}
