import type { EventName } from './events';
import { events } from './events';

/**
 * Names that say by themselves which event they mean: the dashboard's labels, the names in Sceyt's client SDK
 * (sceyt/sceyt-chat-react-uikit, src/store/channel/constants.ts), and the synonyms a webhook might use. Whether it uses
 * any is not published.
 */
const aliases: Readonly<Record<EventName, readonly string[]>> = {
  'channel.created': ['channel_create', 'create_channel'],
  'channel.edited': ['channel_updated', 'channel_update', 'update_channel', 'channel_edit', 'edit_channel'],
  'channel.deleted': ['channel_delete', 'delete_channel'],
  'member.updated': ['member_update', 'update_member', 'members_updated', 'change_role', 'role_changed', 'member_role_changed'],
  'member.kicked': ['member_kick', 'members_kicked', 'kick_member', 'kick_members'],
  'member.kicked_and_blocked': ['members_kicked_and_blocked', 'member_blocked', 'members_blocked', 'member_block', 'block_member', 'block_members'],
  'member.joined': ['member_join', 'members_joined', 'channel_join', 'member_added', 'members_added', 'add_member', 'add_members'],
  'member.left': ['member_leave', 'members_left', 'channel_leave'],
  'message.sent': ['message_send', 'send_message', 'message_new', 'new_message', 'message_created', 'message_create', 'message_message', 'channel_message'],
  'message.received': ['message_delivered', 'message_receive', 'marker_received', 'message_marker_received'],
  'message.seen': ['message_displayed', 'message_read', 'marker_displayed', 'message_marker_displayed'],
  'message.edited': ['message_edit', 'edit_message', 'message_updated', 'message_update'],
  'message.deleted': ['message_delete', 'delete_message'],
  'message.reaction_added': ['reaction_added', 'reaction_add', 'add_reaction', 'message_added', 'reaction_created'],
  'message.reaction_removed': ['reaction_removed', 'reaction_remove', 'remove_reaction', 'reaction_deleted', 'reaction_delete', 'message_removed'],
  'user.connected': ['user_connect', 'user_online', 'presence_online'],
  'user.disconnected': ['user_disconnect', 'user_offline', 'presence_offline'],
  ping: ['webhook_ping', 'ping_event'],
};

/** Words of the client SDK that mean one event in its own context: they count only when no category says otherwise. */
const bareWords: Readonly<Record<string, EventName>> = {
  create: 'channel.created',
  delete: 'channel.deleted',
  join: 'member.joined',
  leave: 'member.left',
  message: 'message.sent',
  delivered: 'message.received',
  received: 'message.received',
  displayed: 'message.seen',
  read: 'message.seen',
  online: 'user.connected',
  offline: 'user.disconnected',
};

const byAlias = new Map<string, EventName>(
  (Object.keys(events) as EventName[]).flatMap((name) => [name, ...aliases[name]].map((alias): [string, EventName] => [fold(alias), name])),
);
const byBareWord = new Map(Object.entries(bareWords));

/** What an event's name means by itself, whatever its spelling: `Channel: Created`, `CHANNEL_CREATED`, `ChannelCreated`. */
export function findByName(name: string): EventName | undefined {
  return byAlias.get(fold(name));
}

/** What a single word means when nothing says what it is about. */
export function findByBareWord(word: string): EventName | undefined {
  return byBareWord.get(fold(word));
}

/** The catalogue's name for any of its spellings, or undefined. */
export function resolveEventName(name: string): EventName | undefined {
  return findByName(name) ?? findByBareWord(name);
}

/** Lower case, and nothing but letters and digits: a name without separators (`ChannelCreated`) is then the same name. */
function fold(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '');
}
