/*
 * How a webhook is registered with CometChat. Its triggers are no part of the webhook: they are added in a second step,
 * so that a webhook whose triggers were refused would stand there and never fire.
 */
import { done, failed, failureOf } from '../management/failure';
import type { Failed, Outcome } from '../management/failure';
import type { Registered, Registration } from '../management/registration';
import { hasStatus, succeeded } from '../management/request';
import type { ManagementAnswer, Send } from '../management/request';
import * as api from './management';
import type { RegisteredWebhook } from './management';
import { faultOf, nameOf, settingsOf, triggersWanted, webhookId } from './webhook';
import type { CometChatWebhook } from './webhook';

const REMEDIES = {
  unauthorized: 'Check key and secret in the credential: they are the management key and secret of a multi-tenancy plan, not an app\'s API key. Without such a plan, set \'Registration\' to Manual.',
  forbidden: 'Check that the plan includes the management API. Without it, set \'Registration\' to Manual.',
  not_found: 'Check the app ID and the management base URL in the credential. An app\'s own API host does not know these calls: without a multi-tenancy plan, set \'Registration\' to Manual.',
} as const;

/** A webhook of CometChat's newer system, whole: created, with its triggers, or not there. */
export const registration: Registration<CometChatWebhook> = {
  async check(wanted, send) {
    const fault = faultOf(wanted);
    if (fault !== undefined) return fault;
    const found = await findByUrl(wanted, send);
    if (!found.ok) return found;
    const [webhook, ...others] = found.value;
    // A webhook that does not stand as wanted is mended by registering, which needs nothing more from here.
    if (webhook === undefined || others.length > 0 || !isSetAs(wanted, webhook)) return done(false);
    const triggers = await triggersOf(wanted, webhook.id, send);
    if (!triggers.ok) return triggers;
    return done(sameMembers(triggers.value, triggersWanted(wanted)));
  },

  async register(wanted, send) {
    const fault = faultOf(wanted);
    if (fault !== undefined) return fault;
    const listed = await listAll(wanted, send);
    if (!listed.ok) return listed;
    const [webhook, ...others] = ours(listed.value, wanted);
    for (const other of others) {
      const removed = await removeOne(wanted, other.id, send);
      if (!removed.ok) return removed;
    }
    if (webhook !== undefined) return mend(wanted, webhook.id, send);
    if (listed.value.length >= api.LIMITS.webhooks) return limitReached(listed.value.length);
    return create(wanted, send);
  },

  async remove(wanted, send) {
    // Without an app nothing was ever registered, and asking would only give another failure.
    if (wanted.appId === '') return done(undefined);
    const found = await findByUrl(wanted, send);
    if (!found.ok) return found;
    // One with our id whose URL somebody has changed since is theirs now.
    for (const { id } of found.value.filter(({ url = wanted.url }) => url === wanted.url)) {
      const removed = await removeOne(wanted, id, send);
      if (!removed.ok) return removed;
    }
    return done(undefined);
  },
};

async function create(wanted: CometChatWebhook, send: Send): Promise<Outcome<Registered>> {
  const id = webhookId(wanted.url);
  const created = await send(api.createWebhook(wanted.appId, id, settingsOf(wanted)));
  const added = succeeded(created) ? await add(wanted, id, triggersWanted(wanted), send) : failure(created, 'create the webhook', wanted);
  if (added.ok) return done({ id, notes: added.value });
  // Without its triggers it would never fire, and would count against the limit.
  if (mayStand(created)) await send(api.deleteWebhook(wanted.appId, id));
  return added;
}

/** Not only after a success: an answer that was lost on its way says nothing of what became of the request. */
function mayStand(created: ManagementAnswer): boolean {
  return created.kind === 'unreachable' || created.status < 400 || created.status >= 500;
}

/** Sets everything anew, since the credentials that it has can't be read. */
async function mend(wanted: CometChatWebhook, id: string, send: Send): Promise<Outcome<Registered>> {
  const updated = await send(api.updateWebhook(wanted.appId, id, settingsOf(wanted)));
  if (!succeeded(updated)) return failure(updated, 'update the webhook', wanted);
  const standing = await triggersOf(wanted, id, send);
  if (!standing.ok) return standing;
  const wantedTriggers = triggersWanted(wanted);
  const missing = wantedTriggers.filter((trigger) => !standing.value.includes(trigger));
  const surplus = standing.value.filter((trigger) => !wantedTriggers.includes(trigger));
  const added: Outcome<readonly string[]> = missing.length === 0 ? done([]) : await add(wanted, id, missing, send);
  if (!added.ok || surplus.length === 0) return added.ok ? done({ id, notes: added.value }) : added;
  const removed = await send(api.deleteTriggers(wanted.appId, id, surplus));
  return succeeded(removed) && api.confirmsDeletion(removed.body) ? done({ id, notes: added.value }) : failure(removed, 'remove triggers from the webhook', wanted);
}

/**
 * Adds triggers. One that was asked for by name and refused is a failure; of "all" it is a note, since the list is what
 * the provider publishes and not what an app's plan has.
 */
async function add(wanted: CometChatWebhook, id: string, triggers: readonly string[], send: Send): Promise<Outcome<readonly string[]>> {
  const answer = await send(api.addTriggers(wanted.appId, id, triggers));
  const refused = succeeded(answer) ? api.readRefusedTriggers(answer.body, triggers) : undefined;
  if (refused === undefined) return failure(answer, 'add triggers to the webhook', wanted);
  const named = refused.filter((trigger) => wanted.triggers.includes(trigger));
  if (named.length > 0 || refused.length === triggersWanted(wanted).length) {
    return failed('refused', `CometChat did not add the triggers ${(named.length > 0 ? named : refused).join(', ')}. Take them out of 'Events' or 'Custom Events', or check that the plan has them.`);
  }
  return done(refused.length === 0 ? [] : [`CometChat did not add the triggers ${refused.join(', ')}.`]);
}

async function listAll(wanted: CometChatWebhook, send: Send): Promise<Outcome<readonly RegisteredWebhook[]>> {
  const answer = await send(api.listWebhooks(wanted.appId));
  const webhooks = succeeded(answer) ? api.readWebhooks(answer.body) : undefined;
  return webhooks === undefined ? failure(answer, 'list the webhooks', wanted) : done(webhooks);
}

async function findByUrl(wanted: CometChatWebhook, send: Send): Promise<Outcome<readonly RegisteredWebhook[]>> {
  const listed = await listAll(wanted, send);
  return listed.ok ? done(ours(listed.value, wanted)) : listed;
}

/** Those with our URL, the one with our id, which stands for it, first. Others' webhooks are none of our business. */
function ours(webhooks: readonly RegisteredWebhook[], { url }: CometChatWebhook): readonly RegisteredWebhook[] {
  const id = webhookId(url);
  const found = webhooks.filter((webhook) => webhook.url === url || webhook.id === id);
  return [...found.filter((webhook) => webhook.id === id), ...found.filter((webhook) => webhook.id !== id)];
}

/** As far as it can be told: credentials and retries never come back, and what an answer leaves out is not held against it. */
function isSetAs(wanted: CometChatWebhook, { name, url = wanted.url, enabled = true }: RegisteredWebhook): boolean {
  return name === nameOf(wanted) && url === wanted.url && enabled;
}

async function triggersOf(wanted: CometChatWebhook, id: string, send: Send): Promise<Outcome<readonly string[]>> {
  const answer = await send(api.listTriggers(wanted.appId, id));
  const triggers = succeeded(answer) ? api.readTriggers(answer.body) : undefined;
  return triggers === undefined ? failure(answer, 'list the triggers of the webhook', wanted) : done(triggers);
}

async function removeOne(wanted: CometChatWebhook, id: string, send: Send): Promise<Outcome<undefined>> {
  const answer = await send(api.deleteWebhook(wanted.appId, id));
  const gone = succeeded(answer) ? api.confirmsDeletion(answer.body) : hasStatus(answer, 410) || api.isMissingWebhook(answer);
  return gone ? done(undefined) : failure(answer, 'delete the webhook', wanted);
}

function failure(answer: ManagementAnswer, action: string, { username, password }: CometChatWebhook): Failed {
  return failureOf(answer, { provider: 'CometChat', action, said: api.readSaying(answer), secrets: [password, username], remedies: REMEDIES });
}

function limitReached(count: number): Failed {
  return failed('limit_reached', `The CometChat app has ${count} webhooks already, and ${api.LIMITS.webhooks} are all that it may have; the test and the production URL of a node count apart. Delete unused ones in the dashboard.`);
}

function sameMembers(one: readonly string[], other: readonly string[]): boolean {
  const members = new Set(one);
  return members.size === new Set(other).size && other.every((member) => members.has(member));
}
