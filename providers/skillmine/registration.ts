/*
 * How a webhook is registered with Skillmine Auth: found by its URL in the list of the tenant, and one object whole.
 */
import { plainly } from '../identity/answer';
import { done, failureOf } from '../management/failure';
import type { Failed, Outcome } from '../management/failure';
import type { Registered, Registration } from '../management/registration';
import { hasStatus } from '../management/request';
import type { ManagementAnswer, Send } from '../management/request';
import * as api from './management';
import type { RegisteredWebhook } from './management';
import { canonicalEvents, eventsWanted, faultOf, nameOf, settingsOf } from './webhook';
import type { SkillmineWebhook } from './webhook';

const REMEDIES = {
  unauthorized: 'Check client ID and client secret in the credential, and that the client may use the client credentials grant.',
  forbidden: 'Give the client the scopes for webhooks, enter them in the credential, and save it again so that n8n fetches a new token. Or set \'Registration\' to Manual.',
  not_found: 'Check the base URL in the credential: the address of the tenant, without a path. Or set \'Registration\' to Manual.',
  conflict: 'A webhook that the list does not show is in the way. Delete the one with this URL in the console under Settings > Webhook Settings.',
  unexpected_answer: 'Check that the base URL in the credential is the address of the tenant, and look at the webhook in the console under Settings > Webhook Settings.',
  refused: 'Check \'Events\', and under \'Options\' the types that your tenant uses: they are not published.',
} as const;

/** Statuses that say "the list has no such filter" and not "something is wrong". */
const NO_SUCH_LIST = [400, 404, 405, 422] as const;

/** A webhook of the tenant, whole: created active and with its events, or not there. */
export const registration: Registration<SkillmineWebhook> = {
  async check(wanted, transport) {
    const send = plainly(transport);
    const listed = await listActive(wanted, send);
    if (!listed.ok) return listed;
    const [webhook, ...others] = ours(listed.value, wanted);
    if (webhook === undefined || others.length > 0) return done(false);
    const whole = await wholeOf(wanted, webhook, send);
    return whole.ok ? done(whole.value !== undefined && stands(whole.value, wanted)) : whole;
  },

  async register(wanted, transport) {
    const fault = faultOf(wanted);
    if (fault !== undefined) return fault;
    const send = plainly(transport);
    const found = await findByUrl(wanted, send);
    if (!found.ok) return found;
    const [webhook, ...others] = found.value;
    for (const other of others) {
      const removed = await removeOne(wanted, other.id, send);
      if (!removed.ok) return removed;
    }
    return webhook === undefined ? create(wanted, send) : mend(wanted, webhook.id, send);
  },

  async remove(wanted, transport) {
    const send = plainly(transport);
    const found = await findByUrl(wanted, send);
    if (!found.ok) return found;
    for (const { id } of found.value) {
      const removed = await removeOne(wanted, id, send);
      if (!removed.ok) return removed;
    }
    return done(undefined);
  },
};

async function create(wanted: SkillmineWebhook, send: Send): Promise<Outcome<Registered>> {
  const created = await send(api.createWebhook(settingsOf(wanted)));
  if (!api.isDone(created)) return failure(created, 'create the webhook', wanted);
  const id = api.readWebhook(created)?.id;
  if (id !== undefined) return done({ id, notes: [] });
  // What answers a create without telling what it created may be anything, a proxy's page included.
  const listed = await listActive(wanted, send);
  if (!listed.ok) return listed;
  const [webhook] = ours(listed.value, wanted);
  return webhook === undefined ? failure(created, 'create the webhook', wanted) : done({ id: webhook.id, notes: [] });
}

async function mend(wanted: SkillmineWebhook, id: string, send: Send): Promise<Outcome<Registered>> {
  const updated = await send(api.updateWebhook(id, settingsOf(wanted)));
  if (api.isMissing(updated)) return create(wanted, send);
  return api.isDone(updated) ? done({ id, notes: [] }) : failure(updated, 'update the webhook', wanted);
}

async function removeOne(wanted: SkillmineWebhook, id: string, send: Send): Promise<Outcome<undefined>> {
  const answer = await send(api.deleteWebhook(id));
  return api.isDone(answer) || hasStatus(answer, 404, 410) ? done(undefined) : failure(answer, 'delete the webhook', wanted);
}

/** A list may be shorter on each webhook than the webhook itself. Undefined: it has gone meanwhile. */
async function wholeOf(wanted: SkillmineWebhook, webhook: RegisteredWebhook, send: Send): Promise<Outcome<RegisteredWebhook | undefined>> {
  if (webhook.events !== undefined) return done(webhook);
  const answer = await send(api.getWebhook(webhook.id));
  if (hasStatus(answer, 404, 410)) return done(undefined);
  const whole = api.readWebhook(answer);
  return whole === undefined ? failure(answer, 'show the webhook', wanted) : done(whole);
}

/** Ours among all, the active ones first: one that was switched off in the console still has its URL. */
async function findByUrl(wanted: SkillmineWebhook, send: Send): Promise<Outcome<readonly RegisteredWebhook[]>> {
  const active = await listActive(wanted, send);
  if (!active.ok) return active;
  const answer = await send(api.listWebhooks(wanted.hookType, false));
  const inactive = hasStatus(answer, ...NO_SUCH_LIST) ? [] : api.readWebhooks(answer);
  if (inactive === undefined) return failure(answer, 'list the webhooks', wanted);
  const found = ours([...active.value, ...inactive], wanted);
  return done([...new Map(found.map((webhook) => [webhook.id, webhook])).values()]);
}

async function listActive(wanted: SkillmineWebhook, send: Send): Promise<Outcome<readonly RegisteredWebhook[]>> {
  const answer = await send(api.listWebhooks(wanted.hookType, true));
  const webhooks = api.readWebhooks(answer);
  return webhooks === undefined ? failure(answer, 'list the webhooks', wanted) : done(webhooks);
}

/** Those with our URL. Others' webhooks are none of our business. */
function ours(webhooks: readonly RegisteredWebhook[], { url }: SkillmineWebhook): readonly RegisteredWebhook[] {
  return webhooks.filter((webhook) => webhook.url === url);
}

/** Whether a webhook is as wanted, as far as it tells. */
function stands(webhook: RegisteredWebhook, wanted: SkillmineWebhook): boolean {
  const { notificationType = wanted.notificationType, authenticationType = wanted.authenticationType } = webhook;
  return (
    webhook.active !== false &&
    webhook.name === nameOf(wanted) &&
    notificationType === wanted.notificationType &&
    authenticationType === wanted.authenticationType &&
    new Set(canonicalEvents(webhook.events ?? [])).symmetricDifference(new Set(eventsWanted(wanted))).size === 0
  );
}

function failure(answer: ManagementAnswer, action: string, { credential }: SkillmineWebhook): Failed {
  const secret = credential.scheme === 'oauth2' ? credential.clientSecret : credential.key;
  return failureOf(answer, { provider: 'Skillmine Auth', action, said: api.readSaying(answer), secrets: [secret], remedies: REMEDIES });
}
