import { z } from 'zod';
import { isJsonObject } from '../json/json';
import { byShape } from '../json/schema';

/** A row's id: the database counts from 1. */
const rowId = z.int().positive();
const epochMilliseconds = z.int().positive();
const count = z.int().nonnegative();

/** `path` in generation A, `id` and `metaData` since. */
const file = z.object({
  id: rowId.optional(),
  fileName: z.string(),
  mimeType: z.string(),
  size: count,
  path: z.string().optional(),
  metaData: z.object({}).nullish(),
});

/** What the client sent, stored unchecked. A quoted message is not looked into: it nests without bound. */
const messageBody = z.object({
  text: z.unknown().optional(),
  fileId: rowId.optional(),
  thumbId: rowId.nullish(),
  file: file.nullish(),
  thumb: file.nullish(),
  referenceMessage: z.object({}).nullish(),
});

const message = z.object({
  id: rowId,
  roomId: rowId,
  fromUserId: rowId,
  totalUserCount: count,
  deliveredCount: count,
  seenCount: count,
  type: z.string(),
  body: messageBody,
  createdAt: epochMilliseconds,
  modifiedAt: epochMilliseconds,
  localId: z.string().nullish(),
  deleted: z.boolean(),
  /** Generation A. */
  reply: z.boolean().optional(),
  /** Generations B and C. */
  replyId: rowId.nullish(),
  /** Generation C. */
  isForwarded: z.boolean().optional(),
  hasLink: z.boolean().optional(),
});

/** `avatarUrl` in generation A, `avatarFileId` (0: none) since. */
const avatar = { avatarUrl: z.string().nullish(), avatarFileId: count.nullish() };

const flat = z.object({
  message,
  fromUser: z.object({ displayName: z.string().nullish(), ...avatar }),
  room: z.object({ name: z.string().nullish(), ...avatar }),
});

const wrapped = z.object({ data: flat, headers: z.record(z.string(), z.unknown()) });

/** All three generations of a new message, flat and wrapped (told apart as the reader does). Unknown fields pass. */
export const spikaSchema = byShape((body) => (isJsonObject(body) && !isJsonObject(body['message']) && body['data'] !== undefined ? wrapped : flat));
