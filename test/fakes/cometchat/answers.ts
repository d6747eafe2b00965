/*
 * How CometChat's management API answers. Of the schema and the examples of management-apis.json, each says something
 * else: `{data: {…}}` or `[{data: {…}}]` for a webhook just made, `{data: {…}}` or `{data: [{data: {…}}]}` for one, and
 * `enabled` or the times.
 */
import type { Answer } from '../server';
import type { CometChatHook } from './hook';
import type { Faults } from './rules';

export type AnswerForm = 'schema' | 'example';

export function created(hook: CometChatHook, form: AnswerForm): Answer {
  return ok(form === 'schema' ? { data: view(hook, form) } : [{ data: view(hook, form) }]);
}

export function one(hook: CometChatHook, form: AnswerForm): Answer {
  return ok(form === 'schema' ? { data: view(hook, form) } : { data: [{ data: view(hook, form) }] });
}

export function many(hooks: readonly CometChatHook[], form: AnswerForm, perPage: number): Answer {
  return page(hooks.map((hook) => view(hook, form)), perPage);
}

/** The first page; no parameter asks for another. */
export function page(items: readonly object[], perPage: number): Answer {
  const data = items.slice(0, perPage);
  const pagination = { total: items.length, count: data.length, per_page: perPage, current_page: 1, total_pages: Math.max(1, Math.ceil(items.length / perPage)) };
  return ok({ data, meta: { pagination } });
}

export function done(message: string): Answer {
  return ok({ data: { success: true, message } });
}

/** One result for each trigger (documented). The text for one that does not exist is unknown, and so is one added twice. */
export function addedTriggers(asked: readonly string[], known: readonly string[]): Answer {
  const added = { success: true, message: 'Triggers has been added successfully.' };
  const refused = { success: false, message: 'The trigger does not exist.' };
  return ok({ data: Object.fromEntries(asked.map((id) => [id, known.includes(id) ? added : refused])) });
}

export function badRequest(details: Faults): Answer {
  return error(400, 'ERR_BAD_REQUEST', 'Validation error in the request.', details);
}

/** The chat API's form; that the management API has the same is inferred. */
export function error(status: number, code: string, message: string, details?: Faults): Answer {
  return { status, body: { error: { message, devMessage: message, source: 'apimgmt', ...(details === undefined ? {} : { details }), code } } };
}

/** Never the credentials, nor `retryOnFailure`. With `schema` the times come too: the create call's are documented. */
function view({ id, name, webhookURL, enabled, createdAt, updatedAt }: CometChatHook, form: AnswerForm): object {
  return { id, name, webhookURL, ...(form === 'schema' ? { enabled } : {}), createdAt, updatedAt };
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}
