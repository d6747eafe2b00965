/*
 * The calls of Spika's REST API around webhooks, as `cloverstudio/Spika3` has them under server/services/: webhooks in
 * messenger/route/webhook.ts, tokens in messenger/lib/auth.ts, the user in messenger/route/me.ts, files in
 * upload/route/file.ts. Everything here is read in that code.
 */
import { randomBytes } from 'node:crypto';
import { recordOf } from '../server';
import type { Answer, Call, Route } from '../server';
import type { Generation, Spika, SpikaFile, SpikaHook, SpikaRoom, SpikaUser } from './world';

/** The column of the database. */
const LONGEST_URL = 191;

const SIGNATURE_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * The URLs that are taken: the scheme may be missing; a dotted name that ends in letters, or four numbers; no
 * `localhost`, IPv6 or credentials, and few characters in path and query.
 */
const SCHEME = '(?:https?://)?';
const HOST = '(?:(?:[a-z\\d](?:[a-z\\d-]*[a-z\\d])?\\.)+[a-z]{2,}|(?:\\d{1,3}\\.){3}\\d{1,3})';
const REST = '(?::\\d+)?(?:/[-a-z\\d%_.~+]*)*(?:\\?[-;&a-z\\d%_.~+=]*)?(?:#[-a-z\\d_]*)?';
const ACCEPTED_URL = new RegExp(`^${SCHEME}${HOST}${REST}$`, 'i');

/** What generation C sends for a file that is not there, in place of a 404. */
const NO_IMAGE = { clientId: 'no-image-icon.png', fileName: 'no-image-icon.png', bytes: Buffer.from('89504e470d0a1a0a', 'hex') };

export function routesOf(spika: Spika, generation: Generation, now: () => Date): readonly Route[] {
  const { users, rooms, files, hooks } = spika;

  function route(method: string, path: string, handle: (call: Call, user: SpikaUser, id: number) => Answer): Route {
    return {
      method,
      path: new RegExp(`^/api/messenger${path.replace('{id}', '([^/]+)')}/?$`, 'i'),
      handle(call, id = '') {
        const user = userOf(call, users, generation, now());
        // A number with something behind it counts as that number.
        return typeof user === 'string' ? { status: 401, body: user } : handle(call, user, parseInt(id));
      },
    };
  }

  function inRoom(user: SpikaUser, roomId: number, handle: () => Answer): Answer {
    // The database takes no NaN.
    if (Number.isNaN(roomId)) return serverError();
    return mayManage(user, rooms.find(({ id }) => id === roomId), generation) ? handle() : error(403, 'User is not in room or he is not admin in this room');
  }

  function withHook(user: SpikaUser, id: number, handle: (hook: SpikaHook) => Answer): Answer {
    if (Number.isNaN(id)) return serverError();
    const hook = hooks.get(id);
    return hook === undefined ? error(404, 'Not found') : inRoom(user, hook.roomId, () => handle(hook));
  }

  function store(hook: SpikaHook): Answer {
    if (hook.url.length > LONGEST_URL) return serverError();
    hooks.set(hook.id, hook);
    return success({ webhook: hook });
  }

  const file = (wanted: SpikaFile | undefined): Answer => {
    if (wanted === undefined && generation !== 'C') return error(404, 'Not found');
    return download(wanted ?? NO_IMAGE);
  };

  // An id is never given out twice.
  const numbers = { last: 0 };

  return [
    route('POST', '/webhooks/roomId/{id}', (call, user, roomId) =>
      urlFault(call) ??
      inRoom(user, roomId, () => {
        const createdAt = now().getTime();
        return store({ id: (numbers.last += 1), url: urlOf(call) ?? '', verifySignature: signature(), roomId, createdAt, modifiedAt: createdAt });
      })),
    route('GET', '/webhooks/roomId/{id}', (_call, user, roomId) =>
      inRoom(user, roomId, () => success({ webhooks: [...hooks.values()].filter((hook) => hook.roomId === roomId) }))),
    // Keeps the signature, and the time of the last change as well.
    route('PUT', '/webhooks/{id}', (call, user, id) => urlFault(call) ?? withHook(user, id, (hook) => store({ ...hook, url: urlOf(call) ?? '' }))),
    route('DELETE', '/webhooks/{id}', (_call, user, id) =>
      withHook(user, id, () => {
        hooks.delete(id);
        return success({ deleted: true });
      })),
    route('GET', '/me', (_call, user) => success({ user: userView(user, generation) })),

    // Files ask for no token.
    {
      method: 'GET',
      path: /^\/api\/uploads?\/files\/([^/]+)\/?$/i,
      handle: (_call, id = '') => (parseInt(id) ? file(files.find((one) => one.id === parseInt(id))) : error(400, 'Invalid id')),
    },
    // The folder itself is served too; generation A's `path` points there.
    {
      method: 'GET',
      path: /^\/uploads\/files\/([^/]+)$/,
      handle: (_call, name) => {
        const found = files.find(({ clientId }) => clientId === name);
        return found === undefined ? { status: 404, body: 'Not Found' } : { status: 200, headers: BINARY, body: found.bytes };
      },
    },
  ];
}

const BINARY = { 'content-type': 'application/octet-stream' };

function error(status: number, message: string): Answer {
  return { status, body: { status: 'error', message } };
}

function success(data: object): Answer {
  return { status: 200, body: { status: 'success', data } };
}

function serverError(): Answer {
  return error(500, 'Server error PrismaClientKnownRequestError');
}

/** The user, or the plain text of the 401. */
function userOf({ headers }: Call, users: readonly SpikaUser[], generation: Generation, now: Date): SpikaUser | string {
  const token = headers['accesstoken'];
  if (token === undefined || token === '') return 'No access token';
  const user = users.find(({ accessToken }) => accessToken === token);
  if (user === undefined) return 'Invalid access token';
  if (user.tokenExpiresAt !== undefined && now > user.tokenExpiresAt) return 'Expired access token';
  return generation === 'C' && user.isVerified === false ? 'User is not verified' : user;
}

/** Admins; in a private room every member, but not yet in generation A. */
function mayManage({ id }: SpikaUser, room: SpikaRoom | undefined, generation: Generation): boolean {
  const member = room?.members.find(({ userId }) => userId === id);
  return member !== undefined && (member.isAdmin || (room?.type === 'private' && generation !== 'A'));
}

function urlOf({ body }: Call): string | undefined {
  const url = recordOf(body)?.['url'];
  return typeof url === 'string' ? url : undefined;
}

function urlFault(call: Call): Answer | undefined {
  const url = urlOf(call);
  if (url === undefined || url === '') return error(400, 'Invalid params ValidationError: body.url is a required field');
  return ACCEPTED_URL.test(url) ? undefined : error(400, 'Url not valid');
}

/** 16 letters and digits. */
function signature(): string {
  return [...randomBytes(16)].map((byte) => SIGNATURE_LETTERS[byte % SIGNATURE_LETTERS.length]).join('');
}

function userView({ id, displayName, isVerified = true }: SpikaUser, generation: Generation): object {
  const avatar = generation === 'A' ? { avatarUrl: null } : { avatarFileId: 0, isBot: false };
  return { id, displayName, ...avatar, telephoneNumber: '+385911234567', emailAddress: null, verified: isVerified, createdAt: 1_700_000_000_000, modifiedAt: 1_700_000_000_000 };
}

function download({ fileName, clientId, bytes }: Omit<SpikaFile, 'id'>): Answer {
  // The type is told by the ending of the name on the disk, which an upload has none of.
  const type = clientId.endsWith('.png') ? { 'content-type': 'image/png' } : BINARY;
  return { status: 200, headers: { ...type, 'cache-control': 'public, max-age=86400', 'content-disposition': `attachment; filename="${fileName}"` }, body: bytes };
}
