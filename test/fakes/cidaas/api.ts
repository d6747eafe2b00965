/*
 * The calls of a cidaas tenant: tokens, the issuer's documents, and webhooks in both generations. The singular form is
 * that of `Cidaas/terraform-provider-cidaas` (helpers/cidaas/webhook.go), the plural one that of
 * https://docs.cidaas.com/openapi/webhooks/webhooks-api. What neither says is marked unknown.
 */
import { randomUUID } from 'node:crypto';
import { recordOf } from '../server';
import type { Answer, Call, Handle, Route } from '../server';
import type { Tokens } from '../tokens';
import { refuseIn } from './errors';
import type { ErrorForm } from './errors';
import { faultOf } from './hook';
import type { CidaasHook } from './hook';
import type { CidaasIssuer } from './issuer';

/** How a webhook is told that is not there: all of these count as gone (`resource_webhook_test.go`), or must. */
export type Absence = 'not_found' | 'no_content' | 'unsuccessful' | 'empty';

export interface ApiSettings {
  readonly generations: readonly ('singular' | 'plural')[];
  readonly events: readonly string[];
  readonly acceptedEvents: readonly string[];
  readonly clientScopes: readonly string[];
  readonly errors: ErrorForm;
  readonly absence: Absence;
  readonly staleReads: number;
  readonly storedStatus: 200 | 201 | 204;
  readonly deletedStatus: 200 | 201 | 202 | 204;
  readonly uniqueness: 'url' | 'url_and_events';
  readonly now: () => Date;
}

export interface Tenant {
  readonly hooks: Map<string, CidaasHook>;
  readonly tokens: Tokens;
  readonly issuer: CidaasIssuer;
  /** Its base URL, known once it listens. */
  base(): string;
}

/** The statuses of a webhook that was made, one that was changed, and one that was to be changed and is not there. */
interface Stored {
  readonly created: number;
  readonly updated: number;
  readonly missing: number;
}

const MOST_HOOKS = 20;

export function routesOf({ hooks, tokens, issuer, base }: Tenant, settings: ApiSettings): readonly Route[] {
  const refuse = refuseIn(settings.errors);
  /** Deleted, and still to be read this many times. */
  const stale = new Map<string, { readonly hook: CidaasHook; left: number }>();

  const secured = (method: string, path: RegExp, scope: string, handle: Handle): Route => ({
    method,
    path,
    handle(call, ...parts) {
      if (!tokens.admits(call)) return refuse(401, 'the access token is missing, wrong or expired');
      // That a missing scope is a 403 and not a 401 is unknown.
      return settings.clientScopes.includes(scope) ? handle(call, ...parts) : refuse(403, `the scope ${scope} is missing`);
    },
  });

  /** @param nothing the data where it is only empty. */
  function absent(nothing: object): Answer {
    switch (settings.absence) {
      case 'not_found':
        return refuse(404, 'webhook not found');
      case 'no_content':
        return success(undefined, 204);
      case 'unsuccessful':
        return { status: 200, body: { success: false, status: 404, data: null } };
      case 'empty':
        return success(nothing);
    }
  }

  /** What a reader sees: what is there, and for a while what is not. */
  function seen(): readonly CidaasHook[] {
    const ghosts = [...stale.values()].filter(({ left }) => left > 0);
    for (const ghost of ghosts) ghost.left -= 1;
    return [...hooks.values(), ...ghosts.map(({ hook }) => hook)];
  }

  /** No two with the same URL (documented), or only if they share no event (documented elsewhere). */
  function isTaken(wanted: CidaasHook): boolean {
    const others = [...hooks.values()].filter(({ _id, url }) => _id !== wanted._id && url === wanted.url);
    return others.some(({ events }) => settings.uniqueness === 'url' || events.some((event) => wanted.events.includes(event)));
  }

  /** The status of all of these refusals is unknown. */
  function stored({ body }: Call, status: Stored): Answer {
    const fields = recordOf(body) ?? {};
    const fault = faultOf(fields, settings.acceptedEvents);
    if (fault !== undefined) return refuse(400, fault);
    const before = hooks.get(String(fields['_id']));
    if (fields['_id'] !== undefined && before === undefined) return refuse(status.missing, 'webhook not found');
    const hook = hookOf(fields, before, settings.now().toISOString());
    if (isTaken(hook)) return refuse(400, 'a webhook with this url exists already');
    if (before === undefined && hooks.size >= MOST_HOOKS) return refuse(400, `a tenant has at most ${MOST_HOOKS} webhooks`);
    hooks.set(hook._id, hook);
    return success(hook, before === undefined ? status.created : status.updated);
  }

  const singularStatus = { created: settings.storedStatus, updated: settings.storedStatus === 204 ? 204 : 200, missing: 404 };
  const singular = [
    secured('POST', /^\/webhook-srv\/webhook$/, 'cidaas:webhook_write', (call) => stored(call, singularStatus)),
    // The secrets come along.
    secured('GET', /^\/webhook-srv\/webhook$/, 'cidaas:webhook_read', ({ query }) => {
      const found = seen().find(({ _id }) => _id === query.get('id'));
      return found === undefined ? absent({}) : success(found);
    }),
    secured('DELETE', /^\/webhook-srv\/webhook\/([^/]+)$/, 'cidaas:webhook_delete', (_call, id = '') => {
      const hook = hooks.get(id);
      // Unknown.
      if (hook === undefined) return refuse(404, 'webhook not found');
      hooks.delete(id);
      stale.set(id, { hook, left: settings.staleReads });
      return success(true, settings.deletedStatus);
    }),
  ];

  // Neither a delete nor a single read is known of this form. 200, 201, 400 and 401 are all that its POST answers.
  const pluralStatus = { created: 201, updated: 200, missing: 400 };
  const plural = [
    secured('POST', /^\/webhook-srv\/webhooks$/, 'cidaas:webhook_write', (call) => stored(call, pluralStatus)),
    // It finds by query parameters, whose names are unknown: they have no effect here. 404 is among its statuses.
    secured('GET', /^\/webhook-srv\/webhooks$/, 'cidaas:webhook_read', () => {
      const found = seen();
      return found.length === 0 ? absent([]) : success(found);
    }),
  ];

  return [
    { method: 'GET', path: /^\/\.well-known\/openid-configuration$/, handle: () => ({ status: 200, body: issuer.discovery(base()) }) },
    { method: 'GET', path: /^\/\.well-known\/jwks\.json$/, handle: () => ({ status: 200, body: issuer.jwks() }) },
    { method: 'POST', path: /^\/token-srv\/token$/, handle: (call) => tokens.answer(call) },
    secured('GET', /^\/webhook-srv\/eventdescriptions$/, 'cidaas:webhook_read', ({ query }) => {
      // Without the category the answer is wider in ways that are unknown.
      if (query.get('category') !== 'webhook') return refuse(400, 'category is missing');
      const events = settings.events.map((_id) => ({ _id, objectType: 'users', goodForWebhook: true }));
      return success(events, events.length === 0 ? 204 : 200);
    }),
    ...(settings.generations.includes('singular') ? singular : []),
    ...(settings.generations.includes('plural') ? plural : []),
  ];
}

function hookOf(fields: Readonly<Record<string, unknown>>, before: CidaasHook | undefined, now: string): CidaasHook {
  const unsaid = { apikeyDetails: {}, totpDetails: {}, cidaasAuthDetails: {} };
  return { ...unsaid, ...fields, _id: before?._id ?? randomUUID(), createdTime: before?.createdTime ?? now, updatedTime: now } as CidaasHook;
}

function success(data: unknown, status = 200): Answer {
  return status === 204 ? { status } : { status, body: { success: true, status, data } };
}
