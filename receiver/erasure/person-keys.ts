/*
 * Which keys of a provider's body name a person. Asked only for ids of nothing but digits: there message 5, room 5 and
 * user 5 are three things, and the key is all that tells them apart.
 */

/** What people are called in keys, in the singular. `by` as in `deletedBy`. */
const PEOPLE: ReadonlySet<string> = new Set([
  'actor', 'admin', 'agent', 'assignee', 'author', 'by', 'callee', 'caller', 'contact', 'creator', 'customer', 'employee', 'friend', 'identity', 'initiator', 'invitee',
  'inviter', 'login', 'member', 'mention', 'moderator', 'operator', 'owner', 'participant', 'peer', 'people', 'person', 'profile', 'receiver', 'recipient', 'sender', 'sub',
  'subject', 'uid', 'uploader', 'user', 'username', 'viewer',
]);

/** Keys that name a person as they are; with a word before them they need not: `replyTo` is a message. */
const ALONE: ReadonlySet<string> = new Set(['from', 'to', 'on behalf of']);

/** The last words of a key that say no more than that it is an id. */
const IDS: ReadonlySet<string> = new Set(['id', 'ids', 'uuid']);

/**
 * Whether a key names a person: its last word does, an `id` behind it aside. So `userId`, `from_user_id`, `members` and
 * `deletedBy` do, `userDeviceId`, `user_group_id` and `memberCount` do not.
 */
export function namesPerson(key: string): boolean {
  const words = wordsOf(key);
  if (words.length > 1 && IDS.has(words.at(-1) ?? '')) words.pop();
  const last = words.at(-1) ?? '';
  return [last, last.replace(/ids?$/, ''), last.replace(/s$/, '')].some((word) => PEOPLE.has(word)) || ALONE.has(words.join(' '));
}

/** Whether a key within a person's object holds the person's id. */
export function isIdKey(key: string): boolean {
  const words = wordsOf(key);
  return words.length === 1 && IDS.has(words[0] ?? '');
}

/** `fromUserId`, `from_user_id`, `from-user.id`: from, user, id. */
function wordsOf(key: string): string[] {
  return key
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '');
}
