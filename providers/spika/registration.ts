/*
 * How a webhook is registered with Spika. A room may have several, but only the oldest is ever called: one that is added
 * beside it would stand there and stay silent. So what is in the way is named and left alone, and nothing is added.
 */
import { done, failed, failureOf } from '../management/failure';
import type { Failed, Outcome } from '../management/failure';
import type { Registered, Registration } from '../management/registration';
import { hasStatus, succeeded } from '../management/request';
import type { ManagementAnswer, Send } from '../management/request';
import { conflictWith } from './conflict';
import * as api from './management';
import type { RegisteredWebhook } from './management';
import { faultOf, isRoomId } from './webhook';
import type { SpikaWebhook } from './webhook';

const REMEDIES = {
  unauthorized: 'Get a new access token and put it into the credential: a token lives 30 days, and a logout ends it.',
  forbidden: 'The user of the access token has to be an admin of the room; in a room of two a member will do. Of a room that does not exist Spika says the same, so check \'Room\' as well.',
  not_found: 'Check the base URL in the credential: it is that of the API, such as https://spika.example.com/api.',
} as const;

/** The one webhook of a room that fires, or none. */
export const registration: Registration<SpikaWebhook> = {
  async check(wanted, send) {
    const fault = faultOf(wanted);
    if (fault !== undefined) return fault;
    const listed = await listAll(wanted, send);
    if (!listed.ok) return listed;
    const [first, ...others] = listed.value;
    const fires = first?.url === wanted.url && first.signature !== undefined;
    return done(fires && first.signature === wanted.signatureInHand && ours(others, wanted).length === 0);
  },

  async register(wanted, send) {
    const fault = faultOf(wanted);
    if (fault !== undefined) return fault;
    const listed = await listAll(wanted, send);
    if (!listed.ok) return listed;
    const kept = ours(listed.value, wanted).find(({ signature }) => signature !== undefined);
    const rival = rivalOf(listed.value, wanted, kept);
    if (rival !== undefined) return conflictWith(rival, wanted);
    for (const surplus of ours(listed.value, wanted).filter(({ id }) => id !== kept?.id)) {
      const removed = await removeOne(surplus.id, send);
      if (!removed.ok) return removed;
    }
    return kept === undefined ? create(wanted, send) : done(registered(kept, listed.value, wanted));
  },

  async remove(wanted, send) {
    // No such room: nothing was ever registered, and asking would only give another failure.
    if (!isRoomId(wanted.roomId)) return done(undefined);
    const listed = await listAll(wanted, send);
    if (!listed.ok) return listed;
    for (const { id } of ours(listed.value, wanted)) {
      const removed = await removeOne(id, send);
      if (!removed.ok) return removed;
    }
    return done(undefined);
  },
};

/**
 * The signature that deliveries to our URL carry now. Undefined when the room has no webhook of ours; a failure when it
 * can't be found out.
 */
export async function findSignature(wanted: Pick<SpikaWebhook, 'roomId' | 'url'>, send: Send): Promise<Outcome<string | undefined>> {
  if (!isRoomId(wanted.roomId)) return done(undefined);
  const listed = await listAll(wanted, send);
  return listed.ok ? done(ours(listed.value, wanted)[0]?.signature) : listed;
}

async function create(wanted: SpikaWebhook, send: Send): Promise<Outcome<Registered>> {
  const answer = await send(api.createWebhook(wanted.roomId, wanted.url));
  const created = succeeded(answer) ? api.readCreated(answer.body) : undefined;
  if (created === undefined) return failure(answer, 'create the webhook');
  const settled = await settle(created, wanted, send);
  // Left there it would be silent, or fire with a signature that nobody here knows.
  if (!settled.ok) await send(api.deleteWebhook(created.id));
  return settled;
}

/** Somebody else may have created one at the same moment: of two that found the room empty, only the older one fires. */
async function settle(created: RegisteredWebhook, wanted: SpikaWebhook, send: Send): Promise<Outcome<Registered>> {
  if (created.signature === undefined) return failed('unexpected_answer', 'Spika created a webhook without a signature, so that its deliveries could not be told from forged ones. Check the version of the Spika server.');
  const listed = await listAll(wanted, send);
  if (!listed.ok) return listed;
  const rival = rivalOf(listed.value, wanted, created);
  return rival === undefined ? done(registered(created, listed.value, wanted)) : conflictWith(rival, wanted);
}

function registered(kept: RegisteredWebhook, all: readonly RegisteredWebhook[], wanted: SpikaWebhook): Registered {
  const others = all.filter(({ url }) => url !== wanted.url).length;
  const notes = others === 0 ? [] : [`Room ${wanted.roomId} has other webhooks (${others}), which Spika never calls while this node's webhook stands.`];
  return { id: kept.id, ...(kept.signature === undefined ? {} : { secret: kept.signature }), notes };
}

async function listAll({ roomId }: Pick<SpikaWebhook, 'roomId'>, send: Send): Promise<Outcome<readonly RegisteredWebhook[]>> {
  const answer = await send(api.listWebhooks(roomId));
  const webhooks = succeeded(answer) ? api.readWebhooks(answer.body) : undefined;
  return webhooks === undefined ? failure(answer, `list the webhooks of room ${roomId}`) : done(webhooks);
}

/** Those with our URL, the oldest first. Others' webhooks are none of our business. */
function ours(webhooks: readonly RegisteredWebhook[], { url }: Pick<SpikaWebhook, 'url'>): readonly RegisteredWebhook[] {
  return webhooks.filter((webhook) => webhook.url === url);
}

/** The webhook of somebody else that fires in our place: the oldest one, unless ours is older. */
function rivalOf(webhooks: readonly RegisteredWebhook[], { url }: SpikaWebhook, own: RegisteredWebhook | undefined): RegisteredWebhook | undefined {
  const rival = webhooks.find((webhook) => webhook.url !== url);
  return rival === undefined || (own !== undefined && Number(own.id) < Number(rival.id)) ? undefined : rival;
}

async function removeOne(webhookId: string, send: Send): Promise<Outcome<undefined>> {
  const answer = await send(api.deleteWebhook(webhookId));
  return succeeded(answer) || hasStatus(answer, 404, 410) ? done(undefined) : failure(answer, 'delete the webhook');
}

function failure(answer: ManagementAnswer, action: string): Failed {
  return failureOf(answer, { provider: 'Spika', action, said: api.readSaying(answer), remedies: REMEDIES });
}
