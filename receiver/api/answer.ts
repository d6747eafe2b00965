import type { ServerResponse } from 'node:http';
import { CLOSED_HEADERS } from '../http/closed-headers';

/** What a route answers with. */
export interface ApiAnswer {
  readonly status: number;
  /** JSON text: events are spliced in as they are stored, so that nothing of them changes on the way. */
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The codes of this API's errors, each with its status. They are API, like those of refused deliveries. */
export const problems = {
  invalid_parameter: 400,
  invalid_destination: 400,
  invalid_body: 400,
  empty_body: 400,
  incomplete_body: 400,
  invalid_compression: 400,
  invalid_utf8: 400,
  invalid_json: 400,
  too_deep: 400,
  invalid_path: 400,
  unauthorized: 401,
  not_found: 404,
  unknown_event: 404,
  unknown_destination: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  configured_destination: 409,
  disabled_destination: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  unsupported_charset: 415,
  unsupported_encoding: 415,
  rate_limited: 429,
  too_many_failures: 429,
  internal: 500,
  not_scrubbed: 503,
  overloaded: 503,
  store_unavailable: 503,
  too_many_streams: 503,
} as const satisfies Readonly<Record<string, number>>;

export type ProblemCode = keyof typeof problems;

/** An answer with a value as its JSON. */
export function json(value: unknown, status = 200): ApiAnswer {
  return { status, text: JSON.stringify(value) };
}

/** @param message what happened and what to do about it; without a secret, a body, or anything else that was sent. */
export function problem(code: ProblemCode, message: string, headers: Readonly<Record<string, string>> = {}): ApiAnswer {
  return { status: problems[code], text: JSON.stringify({ error: { code, message } }), headers };
}

/** Writes an answer, closed to everything but JSON and this origin, unless there is one already or nobody who would read it. */
export function send(response: ServerResponse, { status, text, headers = {} }: ApiAnswer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { ...CLOSED_HEADERS, 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text), ...headers });
  response.end(text);
}
