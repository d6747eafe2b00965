/*
 * The calls of CometChat's webhook management API, https://apimgmt.cometchat.io. Documented in `cometchat/docs`,
 * management-apis.json; error codes in https://www.cometchat.com/docs/rest-api/management-apis/error-codes. No status of
 * an error is published, nor what becomes of what the documents don't mention: such places say "unknown".
 */
import { recordOf } from '../server';
import type { Answer, Call, Route } from '../server';
import { addedTriggers, badRequest, created, done, error, many, one, page } from './answers';
import type { AnswerForm } from './answers';
import type { CometChatHook, System } from './hook';
import { faultsOf } from './rules';

export interface ApiSettings {
  readonly appId: string;
  readonly key: string;
  readonly secret: string;
  readonly answers: AnswerForm;
  readonly allowLocalUrls: boolean;
  readonly now: () => Date;
}

type Fields = Readonly<Record<string, unknown>>;

const MOST_HOOKS = 25;
const PER_PAGE = { usual: 100, most: 1000 };
const FIELDS = ['id', 'name', 'webhookURL', 'enabled', 'useBasicAuth', 'retryOnFailure', 'username', 'password'];

/** Whether a webhook is enabled when its creator does not say is unknown: who relies on it finds out here. */
const UNSAID = { id: '', name: '', webhookURL: '', enabled: false, useBasicAuth: false, retryOnFailure: false, triggers: [] };

export function routesOf(settings: ApiSettings, current: System, legacy: System): readonly Route[] {
  const { answers, allowLocalUrls, now } = settings;
  const seconds = (): number => Math.floor(now().getTime() / 1000);

  function route(method: string, below: string, handle: (call: Call, system: System, id: string) => Answer): Route {
    return {
      method,
      path: new RegExp(`^/apps/([^/]+)/webhooks${below.replace('{id}', '([^/]+)')}$`),
      handle(call, appId = '', id = '') {
        // Without the header a call is about legacy webhooks (documented), which are other ones. Another value: unknown.
        const system = call.headers['x-webhook-version'] === '2' ? current : legacy;
        return accessFault(call, appId, settings) ?? handle(call, system, id);
      },
    };
  }

  return [
    route('POST', '', (call, { hooks }) => {
      const body = bodyOf(call);
      const faults = faultsOf(body, ['id', 'name', 'webhookURL'], allowLocalUrls);
      if (faults !== undefined) return badRequest(faults);
      const hook = merged({ ...UNSAID, createdAt: seconds(), updatedAt: seconds() }, body);
      // Status and code of a duplicate, and of one too many, are unknown.
      if (hooks.has(hook.id)) return badRequest({ id: ['The id has already been taken.'] });
      if (hooks.size >= MOST_HOOKS) return badRequest({ webhooks: [`An app has at most ${MOST_HOOKS} webhooks.`] });
      hooks.set(hook.id, hook);
      return created(hook, answers);
    }),

    route('GET', '', ({ query }, { hooks }) => {
      const perPage = Number(query.get('perPage') ?? PER_PAGE.usual);
      // Whether more than the documented maximum is refused or cut is unknown.
      if (!Number.isInteger(perPage) || perPage < 1 || perPage > PER_PAGE.most) return badRequest({ perPage: [`Must be between 1 and ${PER_PAGE.most}.`] });
      const wanted = (query.get('searchKey') ?? '').toLowerCase();
      return many([...hooks.values()].filter(({ name }) => name.toLowerCase().includes(wanted)), answers, perPage);
    }),

    route('GET', '/{id}', known((_call, _system, hook) => one(hook, answers))),

    route('PUT', '/{id}', known((call, { hooks }, hook) => {
      const body = bodyOf(call);
      // The id never changes (documented); that a body with one is refused and not overlooked: unknown.
      const faults = body?.['id'] === undefined ? faultsOf(body, [], allowLocalUrls, hook) : { id: ['The id can not be changed.'] };
      if (faults !== undefined) return badRequest(faults);
      const changed = { ...merged(hook, body), updatedAt: seconds() };
      hooks.set(hook.id, changed);
      return one(changed, answers);
    })),

    route('DELETE', '/{id}', known((_call, { hooks }, { id }) => {
      hooks.delete(id);
      return done('Deleted Webhook successfully.');
    })),

    route('POST', '/{id}/triggers', known((call, { hooks, triggers }, hook) => {
      const asked = triggersOf(call);
      if (asked === undefined) return NO_TRIGGERS;
      hooks.set(hook.id, { ...hook, triggers: [...new Set([...hook.triggers, ...asked.filter((id) => triggers.includes(id))])] });
      return addedTriggers(asked, triggers);
    })),

    route('GET', '/{id}/triggers', known((_call, _system, { triggers }) => {
      return page(triggers.map((id) => ({ id, description: `The hook triggers on ${id}.` })), PER_PAGE.usual);
    })),

    // A DELETE with a JSON body (documented). One that is not there: unknown.
    route('DELETE', '/{id}/triggers', known((call, { hooks }, hook) => {
      const asked = triggersOf(call);
      if (asked === undefined) return NO_TRIGGERS;
      hooks.set(hook.id, { ...hook, triggers: hook.triggers.filter((id) => !asked.includes(id)) });
      return done('Removed trigger successfully.');
    })),
  ];
}

const NO_TRIGGERS = badRequest({ triggerIds: ['Must be a list of trigger ids.'] });

function known(handle: (call: Call, system: System, hook: CometChatHook) => Answer) {
  return (call: Call, system: System, id: string): Answer => {
    const hook = system.hooks.get(id);
    return hook === undefined ? error(404, 'ERR_WEBHOOK_NOT_FOUND', 'The webhook does not exist.') : handle(call, system, hook);
  };
}

/** The codes are published, but for that of a wrong key, which is the notification API's; the statuses are unknown. */
function accessFault({ headers }: Call, appId: string, wanted: ApiSettings): Answer | undefined {
  const { key, secret } = headers;
  if (key === undefined || secret === undefined) return error(401, 'AUTH_ERR_EMPTY_AUTH_HEADER', 'The authentication header is missing.');
  if (key !== wanted.key || secret !== wanted.secret) return error(401, 'AUTH_ERR_APIKEY_NOT_FOUND', 'The provided API key is invalid.');
  return appId === wanted.appId ? undefined : error(404, 'ERR_APP_NOT_FOUND', 'The App ID does not exist or has been archived.');
}

/** Other fields, `triggers` and `triggerIds` among them, have no effect. That they are not refused is unknown. */
function merged(hook: CometChatHook, body: Fields = {}): CometChatHook {
  return { ...hook, ...Object.fromEntries(Object.entries(body).filter(([field]) => FIELDS.includes(field))) };
}

function triggersOf(call: Call): readonly string[] | undefined {
  const asked = bodyOf(call)?.['triggerIds'];
  return Array.isArray(asked) && asked.length > 0 && asked.every((id) => typeof id === 'string') ? asked : undefined;
}

function bodyOf(call: Call): Fields | undefined {
  return recordOf(call.body);
}
