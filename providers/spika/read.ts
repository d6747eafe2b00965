import type { Actor, CommonModel, Conversation } from '../event';
import { at, id, object, part, text, time } from '../fields';
import type { JsonObject } from '../json/json';
import { isJsonObject } from '../json/json';
import type { Reading } from '../provider';
import { messageOf } from './message';

/** Another feature, whose deliveries nothing signs: cloverstudio/Spika3, branch work/main. */
const BOT_EVENTS = new Set(['load', 'newUser', 'newRoom', 'newMessage']);

/** Spika never repeats a delivery; this is for proxies that do. */
const REPEAT_WINDOW_SECONDS = 300;

/** Reads all three generations of the body: flat, or wrapped in `data`. Total. */
export function read(body: JsonObject): readonly [Reading, ...Reading[]] {
  // Asked first: their `data` may hold something called a message that is none of ours.
  if (isBotDelivery(body)) return [unknown(text(body['event']) ?? 'unknown')];
  const root = rootOf(body);
  return [root === undefined ? unknown('unknown') : newMessage(root)];
}

function isBotDelivery(body: JsonObject): boolean {
  const event = at(body, 'event');
  return typeof event === 'string' && BOT_EVENTS.has(event) && at(body, 'responsibleBotId') !== undefined;
}

/** The object that holds the message: the body (since Nov 2022), or its `data` (before, and on the provider's page). */
function rootOf(body: JsonObject): JsonObject | undefined {
  return [body, object(body, 'data')].find((root) => isJsonObject(at(root, 'message')));
}

function unknown(providerEvent: string): Reading {
  return { type: 'chat.unknown', providerEvent, key: [undefined], repeatWindowSeconds: REPEAT_WINDOW_SECONDS, data: {} };
}

function newMessage(root: JsonObject): Reading {
  const message = object(root, 'message');
  const roomId = id(at(message, 'roomId'));
  const messageId = id(at(message, 'id'));
  const sentAt = time(at(message, 'createdAt'));
  const hasKey = roomId !== undefined && messageId !== undefined;
  return {
    type: 'chat.message.sent',
    providerEvent: 'message.new',
    // The server is not in the body. Its time tells two servers apart, or one that was set up anew and counts from 1 again.
    key: [roomId, messageId, sentAt ?? ''],
    ...(hasKey || sentAt !== undefined ? {} : { repeatWindowSeconds: REPEAT_WINDOW_SECONDS }),
    ...(sentAt === undefined ? {} : { time: sentAt }),
    ...(roomId === undefined ? {} : { subject: `conversation/${roomId}` }),
    data: dataOf(root, message),
  };
}

function dataOf(root: JsonObject, message: JsonObject): CommonModel {
  return (
    part<CommonModel>({
      actor: part<Actor>({
        id: id(at(message, 'fromUserId')),
        name: text(at(root, 'fromUser', 'displayName')),
        // Generation A. Later ones have avatarFileId, which is no URL: 0 means that there is none.
        avatar: text(at(root, 'fromUser', 'avatarUrl')),
      }),
      // No kind: the room's type is not sent, and totalUserCount is 2 in a group of two as well.
      conversation: part<Conversation>({ id: id(at(message, 'roomId')), name: text(at(root, 'room', 'name')) }),
      message: messageOf(message),
    }) ?? {}
  );
}
