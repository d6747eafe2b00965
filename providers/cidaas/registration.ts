/*
 * How a webhook is registered with cidaas. There a webhook is found by its id alone for sure: the list is documented, but
 * without a word on how to ask for it, and a tenant may have none. So ours is looked for twice, in the list by its URL
 * and under the id that the host remembers, and whatever turns up is asked for by its id before it counts.
 */
import { plainly } from '../identity/answer';
import { done, failed } from '../management/failure';
import type { Failed, Outcome } from '../management/failure';
import type { Registered, Registration } from '../management/registration';
import { hasStatus, succeeded } from '../management/request';
import type { ManagementAnswer, Send } from '../management/request';
import * as api from './management';
import type { RegisteredWebhook } from './management';
import { failure } from './remedies';
import { eventsWanted } from './wanted-events';
import type { Events } from './wanted-events';
import { faultOf, stands } from './webhook';
import type { CidaasWebhook } from './webhook';

/** Lets time pass. */
export type Pause = (milliseconds: number) => Promise<void>;

interface Found {
  /** With our URL, each seen under its id just now. */
  readonly webhooks: readonly RegisteredWebhook[];
  /** How many webhooks the tenant has; undefined when it doesn't list them. */
  readonly count: number | undefined;
}

/** A deleted webhook can be seen for a while. The vendor's own acceptance test looks five times, after growing waits. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000] as const;

/** @param pause waits between looks at a webhook that was deleted. */
export function createRegistration(pause: Pause): Registration<CidaasWebhook> {
  return {
    async check(wanted, transport) {
      const send = plainly(transport);
      const found = await find(wanted, send);
      if (!found.ok) return found;
      const [webhook, ...others] = found.value.webhooks;
      if (webhook === undefined || others.length > 0) return done(false);
      const events = await eventsWanted(wanted, send);
      return events.ok ? done(stands(webhook, wanted, events.value.names)) : events;
    },

    async register(wanted, transport) {
      const fault = faultOf(wanted);
      if (fault !== undefined) return fault;
      const send = plainly(transport);
      const events = await eventsWanted(wanted, send);
      if (!events.ok) return events;
      const found = await find(wanted, send);
      if (!found.ok) return found;
      const [webhook, ...others] = found.value.webhooks;
      for (const other of others) {
        const removed = await removeOne(wanted, other.id, send, pause);
        if (!removed.ok) return removed;
      }
      if (webhook !== undefined) return mend(wanted, webhook.id, events.value, send);
      return (found.value.count ?? 0) >= api.MOST_WEBHOOKS ? limitReached(found.value.count ?? 0) : create(wanted, events.value, send);
    },

    async remove(wanted, transport) {
      const send = plainly(transport);
      const found = await find(wanted, send);
      if (!found.ok) return found;
      for (const { id } of found.value.webhooks) {
        const removed = await removeOne(wanted, id, send, pause);
        if (!removed.ok) return removed;
      }
      return done(undefined);
    },
  };
}

async function create(wanted: CidaasWebhook, events: Events, send: Send): Promise<Outcome<Registered>> {
  const stored = await send(api.storeWebhook(wanted.resource, { ...wanted, events: events.names }));
  if (!succeeded(stored)) return mayStand(stored) ? settleLost(wanted, stored, events, send) : failure(stored, 'create the webhook', wanted);
  const id = api.readWebhook(stored)?.id;
  if (id !== undefined) return done({ id, notes: events.notes });
  // 204 is among the answers to a create: then the list is the only one that knows the id.
  const found = await find(wanted, send);
  if (!found.ok) return found;
  const [webhook] = found.value.webhooks;
  if (webhook !== undefined) return done({ id: webhook.id, notes: events.notes });
  // It stands and calls. To fail now would have the host try again, and each try may leave one more behind.
  return done({ id: '', notes: [...events.notes, 'cidaas did not tell the ID of the webhook and does not list it, so that it cannot be removed from here: when the workflow is unpublished, delete it in the cidaas admin UI.'] });
}

/** Without an answer, or with one of trouble, nobody knows whether the webhook was made. */
function mayStand(answer: ManagementAnswer): boolean {
  return answer.kind === 'unreachable' || answer.status >= 500;
}

/** Takes the webhook over if it turns out to stand. On a tenant that lists none, the user has to look. */
async function settleLost(wanted: CidaasWebhook, stored: ManagementAnswer, events: Events, send: Send): Promise<Outcome<Registered>> {
  const found = await find(wanted, send);
  const [webhook] = found.ok ? found.value.webhooks : [];
  if (webhook !== undefined) return mend(wanted, webhook.id, events, send);
  const failed = failure(stored, 'create the webhook', wanted);
  if (found.ok && found.value.count !== undefined) return failed;
  return { ok: false, failure: { ...failed.failure, message: `${failed.failure.message} The webhook may stand all the same: look for its URL in the cidaas admin UI, and delete it there before you publish again.` } };
}

async function mend(wanted: CidaasWebhook, id: string, events: Events, send: Send): Promise<Outcome<Registered>> {
  const stored = await send(api.storeWebhook(wanted.resource, { ...wanted, events: events.names }, id));
  if (hasStatus(stored, 404, 410)) return create(wanted, events, send);
  return succeeded(stored) ? done({ id, notes: events.notes }) : failure(stored, 'update the webhook', wanted);
}

/**
 * Deletes, and waits until it shows: n8n asks right afterwards whether the webhook is there, and an echo of the deleted
 * one would be taken for one that stands.
 */
async function removeOne(wanted: CidaasWebhook, id: string, send: Send, pause: Pause): Promise<Outcome<undefined>> {
  const deleted = await send(api.deleteWebhook(id));
  if (!succeeded(deleted) && !hasStatus(deleted, 404, 410)) return failure(deleted, 'delete the webhook', wanted);
  for (const wait of [...PAUSES_MS, undefined]) {
    const seen = await look(wanted, id, send);
    if (!seen.ok) return seen;
    if (seen.value === undefined) return done(undefined);
    if (wait !== undefined) await pause(wait);
  }
  const answered = succeeded(deleted) ? 'took the deletion of the webhook' : 'says that there is no such webhook to delete';
  return failed('provider_failed', `cidaas ${answered}, and still shows it after 15 seconds. If it stays in the cidaas admin UI, delete it there.`);
}

/** Ours: what the list has under our URL, and what the remembered id names. */
async function find(wanted: CidaasWebhook, send: Send): Promise<Outcome<Found>> {
  const answer = await send(api.listWebhooks());
  const listed = hasStatus(answer, ...api.NO_LIST) ? undefined : (api.readWebhooks(answer) ?? failure(answer, 'list the webhooks', wanted));
  if (listed !== undefined && 'ok' in listed) return listed;
  const candidates = new Set((listed ?? []).filter(({ url }) => url === wanted.url).map(({ id }) => id));
  if (wanted.knownId !== undefined && wanted.knownId !== '') candidates.add(wanted.knownId);
  const webhooks: RegisteredWebhook[] = [];
  for (const id of candidates) {
    const seen = await look(wanted, id, send);
    if (!seen.ok) return seen;
    // A webhook that was given another URL at cidaas is somebody else's now.
    if (seen.value?.url === wanted.url) webhooks.push(seen.value);
  }
  return done({ webhooks, count: listed?.length });
}

/** The webhook under an id; undefined when it is not there. Trouble is never "not there". */
async function look(wanted: CidaasWebhook, id: string, send: Send): Promise<Outcome<RegisteredWebhook | undefined>> {
  const answer = await send(api.getWebhook(wanted.resource, id));
  if (api.isMissing(answer)) return done(undefined);
  const webhook = api.readWebhook(answer, id);
  return webhook === undefined ? failure(answer, 'show the webhook', wanted) : done(webhook);
}

function limitReached(count: number): Failed {
  return failed('limit_reached', `The cidaas tenant has ${count} webhooks already, and ${api.MOST_WEBHOOKS} are all that it may have; the test and the production URL of a node count apart. Delete unused ones in the cidaas admin UI.`);
}
