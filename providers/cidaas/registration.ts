/*
 * How a webhook is registered with cidaas. There a webhook is found by its id alone for sure: the list is documented, but
 * without a word on how to ask for it, and a tenant may have none. So ours is looked for twice, in the list by its URL
 * and under the id that the host remembers, and whatever turns up is asked for by its id before it counts.
 */
import { plainly } from '../identity/answer';
import { done, failed, failureOf } from '../management/failure';
import type { Failed, Outcome } from '../management/failure';
import type { Registered, Registration } from '../management/registration';
import { hasStatus, succeeded } from '../management/request';
import type { ManagementAnswer, Send } from '../management/request';
import * as api from './management';
import type { RegisteredWebhook } from './management';
import { allEvents, chosenEvents, faultOf, stands } from './webhook';
import type { CidaasWebhook } from './webhook';

/** Lets time pass. */
export type Pause = (milliseconds: number) => Promise<void>;

interface Found {
  /** With our URL, each seen under its id just now. */
  readonly webhooks: readonly RegisteredWebhook[];
  /** How many webhooks the tenant has; undefined when it doesn't list them. */
  readonly count: number | undefined;
}

interface Events {
  readonly names: readonly string[];
  readonly notes: readonly string[];
}

const REMEDIES = {
  unauthorized: 'Check client ID and client secret in the credential, and that the client may use the client credentials grant.',
  forbidden: 'Give the client the scopes cidaas:webhook_read, cidaas:webhook_write and cidaas:webhook_delete, and save the credential again so that n8n fetches a new token. Or set \'Registration\' to Manual.',
  not_found: 'Check the base URL in the credential: the address of the tenant, without a path. There, \'Webhook Path\' has another path for webhooks.',
  conflict: 'Another webhook of the tenant has this URL. Delete it in the cidaas admin UI and publish again.',
  refused: 'cidaas refuses a second webhook with the same URL, more than 20 webhooks in a tenant, and events that the tenant does not have. Look at the webhooks in its admin UI, and choose from the list in \'Events\' instead of [All].',
} as const;

/** "I have no such list", as against trouble. A search that finds nothing may answer 404 too, which comes to the same. */
const NO_LIST = [400, 404, 405, 406, 410, 501] as const;

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
  if (!succeeded(stored)) return failure(stored, 'create the webhook', wanted);
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
  const listed = hasStatus(answer, ...NO_LIST) ? undefined : (api.readWebhooks(answer) ?? failure(answer, 'list the webhooks', wanted));
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

/**
 * The chosen names; for "all" those of the tenant's own list, which has what newer versions added and lacks what this
 * tenant would refuse. Where that can't be read for want of a scope or of the list itself, the catalogue stands in.
 */
async function eventsWanted(wanted: CidaasWebhook, send: Send): Promise<Outcome<Events>> {
  if (!wanted.events.includes('*')) return done({ names: chosenEvents(wanted, []), notes: [] });
  const answer = await send(api.listEvents());
  const names = (api.readEvents(answer) ?? []).map(({ name }) => name);
  if (names.length > 0) return done({ names: chosenEvents(wanted, names), notes: [] });
  if (succeeded(answer) || hasStatus(answer, 403, ...NO_LIST)) {
    return done({ names: chosenEvents(wanted, allEvents()), notes: ['The tenant\'s own list of events could not be read, so that the published one was used; the scope cidaas:webhook_read is needed for it.'] });
  }
  return failure(answer, 'list the events', wanted);
}

function failure(answer: ManagementAnswer, action: string, { authentication }: CidaasWebhook): Failed {
  const secrets = authentication.type === 'CIDAAS_OAUTH2' ? [] : [authentication.key];
  return failureOf(answer, { provider: 'cidaas', action, said: api.readSaying(answer), secrets, remedies: REMEDIES });
}

function limitReached(count: number): Failed {
  return failed('limit_reached', `The cidaas tenant has ${count} webhooks already, and ${api.MOST_WEBHOOKS} are all that it may have; the test and the production URL of a node count apart. Delete unused ones in the cidaas admin UI.`);
}
