/*
 * Skillmine Auth's webhook API, `{base}/webhook-srv`, as the vendor's own client calls it: npm
 * `@skillmine-dev-public/auth-management-sdk` 1.3.46, lib/webhook/WebhookService.ts and entity/. The form of answers and
 * errors is that of `@skillmine-dev-public/auth-utils`; that this API uses it is inferred. No documentation of it is
 * published: each rule about a value is a guess and says "unknown".
 */
import { randomBytes } from 'node:crypto';
import { recordOf, routed } from '../server';
import type { Answer, Call, Handle, Route } from '../server';
import type { Tokens } from '../tokens';

export interface SkillmineHook {
  readonly _id: string;
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly notification_type: string;
  readonly authentication_type: string;
  readonly hook_type?: string;
  readonly api_key?: string;
  readonly totp_key?: string;
  readonly oauth2_config?: object;
  readonly active: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** The fields of the page, and which field has the credential of which type. The values' spelling is unknown. */
const NOTIFICATION_TYPES = ['REST'];
const CREDENTIAL_FIELDS: ReadonlyMap<unknown, string> = new Map([['API_KEY', 'api_key'], ['TOTP', 'totp_key'], ['OAUTH2', 'oauth2_config']]);
const FIELDS = ['name', 'url', 'events', 'notification_type', 'authentication_type', 'hook_type', 'api_key', 'totp_key', 'oauth2_config', 'active'];

/** Every answer carries the id of its request. */
export function createApi(hooks: Map<string, SkillmineHook>, tokens: Tokens, events: readonly string[]): (call: Call) => Answer {
  const answer = routed(routesOf(hooks, tokens, events), () => refuse(404, 'not_found', 'No such route.'));
  return (call) => {
    const { headers, ...rest } = answer(call);
    return { ...rest, headers: { ...headers, 'x-auth-req-id': randomBytes(8).toString('hex') } };
  };
}

function routesOf(hooks: Map<string, SkillmineHook>, tokens: Tokens, events: readonly string[]): readonly Route[] {
  const secured = (method: string, path: RegExp, handle: Handle): Route => ({
    method,
    path,
    handle: (call, ...parts) => (tokens.admits(call) ? handle(call, ...parts) : refuse(401, 'unauthorized', 'The access token is missing, wrong or expired.')),
  });

  /** Whether name or URL must differ is unknown, so both have to. */
  const isTaken = ({ name, url }: Fields, id?: string): boolean => [...hooks.values()].some((hook) => hook._id !== id && (hook.name === name || hook.url === url));

  function store(id: string, body: Fields): Answer {
    const fault = faultOf(body, events);
    if (fault !== undefined) return refuse(400, 'invalid_request', fault);
    // An update replaces the whole setup, which is what the vendor's client sends. Unknown.
    const hook = { active: true, ...Object.fromEntries(Object.entries(body).filter(([field]) => FIELDS.includes(field))), _id: id } as SkillmineHook;
    hooks.set(id, hook);
    // With its credential: the client's type for answers is the one for requests. Inferred.
    return ok(hook);
  }

  const known = (handle: (hook: SkillmineHook) => Answer): Handle => (_call, id = '') => {
    const hook = hooks.get(id);
    // Status unknown: the client takes anything but 200 for an error here.
    return hook === undefined ? refuse(404, 'webhook_setup_not_exists', 'This webhook_setup does not exist.') : handle(hook);
  };

  return [
    { method: 'POST', path: /^\/token-srv\/token$/, handle: (call) => tokens.answer(call) },
    secured('POST', /^\/webhook-srv\/?$/, ({ body }) => {
      const fields = recordOf(body) ?? {};
      return isTaken(fields) ? refuse(409, 'webhook_setup_already_exists', 'This webhook_setup is already exists.') : store(randomBytes(12).toString('hex'), fields);
    }),
    secured('PUT', /^\/webhook-srv\/web-hook-list$/, ({ body }) => {
      const { skip = 0, limit = 10, search = '' } = recordOf(body) ?? {};
      const found = [...hooks.values()].filter(({ name }) => name.includes(String(search)));
      // The form of the list, and of its count, is unknown.
      return { status: 200, body: { success: true, code: 200, data: found.slice(Number(skip), Number(skip) + Number(limit)), meta_data: { total: found.length } } };
    }),
    secured('PUT', /^\/webhook-srv\/([^/]+)$/, ({ body }, id = '') => {
      const fields = recordOf(body) ?? {};
      // The client reads 409 as "does not exist" when it updates; whether a name that is taken is one too is unknown.
      return hooks.has(id) && !isTaken(fields, id) ? store(id, fields) : refuse(409, 'webhook_setup_not_exists', 'This webhook_setup does not exist.');
    }),
    secured('GET', /^\/webhook-srv\/all$/, ({ query }) => {
      const [type, active] = [query.get('type'), query.get('active')];
      return ok([...hooks.values()].filter((hook) => (type === null || hook.hook_type === type) && (active === null || String(hook.active) === active)));
    }),
    secured('GET', /^\/webhook-srv\/([^/]+)$/, known(ok)),
    secured('DELETE', /^\/webhook-srv\/([^/]+)$/, known(({ _id }) => ok(hooks.delete(_id)))),
  ];
}

/** What the page asks for; that the API refuses what is missing or strange is unknown. */
function faultOf(body: Fields, known: readonly string[]): string | undefined {
  const credential = CREDENTIAL_FIELDS.get(body['authentication_type']);
  const checks: readonly (readonly [string, boolean])[] = [
    ['name', isText(body['name'])],
    ['url', isText(body['url']) && /^https?:$/.test(URL.parse(body['url'])?.protocol ?? '')],
    ['events', Array.isArray(body['events']) && body['events'].length > 0 && body['events'].every((event) => known.includes(String(event)))],
    ['notification_type', NOTIFICATION_TYPES.includes(String(body['notification_type']))],
    ['authentication_type', credential !== undefined],
    [credential ?? 'api_key', credential === 'oauth2_config' ? recordOf(body[credential]) !== undefined : isText(body[credential ?? ''])],
    ['active', body['active'] === undefined || typeof body['active'] === 'boolean'],
  ];
  const [wrong] = checks.find(([, isFine]) => !isFine) ?? [];
  return wrong === undefined ? undefined : `${wrong} is missing or not valid.`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function ok(data: unknown): Answer {
  return { status: 200, body: { success: true, code: 200, data } };
}

/** The client reads a refused token the same way, in `error.error`. */
export function refuse(code: number, error: string, description: string): Answer {
  return { status: code, body: { success: false, code, error: { error, error_code: error, error_description: description } } };
}
