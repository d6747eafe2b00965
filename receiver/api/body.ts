import type { IncomingMessage } from 'node:http';
import { isJsonObject, type JsonObject } from '../../providers/json/json';
import { parseJson } from '../../providers/json/parse';
import type { RefusalCode } from '../../providers/refusals';
import { readBody } from '../http/body';
import type { BodyBounds } from '../http/body';
import { contentOf, hasBody } from '../http/content';
import { USUAL_PACE } from '../http/pace';
import { valuesOf } from '../http/raw-headers';
import { UNCOUNTED } from '../http/room';
import { problem } from './answer';
import type { ApiAnswer, ProblemCode } from './answer';

export type ReadJson = { readonly ok: true; readonly value: JsonObject } | { readonly ok: false; readonly answer: ApiAnswer };

/** Nothing that this API takes comes near the limit. Its requests are few at a time (bounds.ts), so that room is not counted. */
const BOUNDS: BodyBounds = { limit: 65_536, room: UNCOUNTED, pace: USUAL_PACE };

/** What may be wrong with a body, in the words of this API. */
const messages = {
  request_timeout: 'The body did not arrive in time, or too slowly. Send it again.',
  incomplete_body: 'The body is shorter or longer than its Content-Length. Send it again.',
  invalid_compression: 'The body is not what its Content-Encoding announces.',
  invalid_utf8: 'The body is not valid UTF-8.',
  invalid_json: 'The body is not valid JSON.',
  empty_body: 'The body is empty. Send a JSON object.',
  too_deep: 'The body is nested too deeply.',
  body_too_large: 'The body is larger than 64 kB.',
  unsupported_media_type: 'The body is not JSON by its content type. Send one Content-Type header: application/json.',
  unsupported_charset: 'The charset is not UTF-8.',
  unsupported_encoding: 'The content encoding is unknown. Send gzip, deflate, br, zstd or none.',
} as const satisfies Partial<Record<ProblemCode, string>>;

/**
 * Reads a JSON object from a request.
 * @param isOptional true: no body at all is an empty object.
 */
export async function readJson(request: IncomingMessage, isOptional: boolean): Promise<ReadJson> {
  const isThere = hasBody(request);
  if (!isThere && isOptional) return { ok: true, value: {} };
  const content = contentOf(request.headers, valuesOf(request.rawHeaders, 'content-type'), isThere);
  if (!content.ok) return refused(content.code);
  const body = await readBody(request, content.encoding, BOUNDS);
  if (!body.ok) return refused(body.code);
  if (body.bytes.length === 0 && isOptional) return { ok: true, value: {} };
  const parsed = parseJson(body.bytes);
  if (!parsed.ok) return refused(parsed.code);
  const [repeated] = parsed.duplicateKeys;
  // Two readers of such a body may see two different things in it.
  if (repeated !== undefined) return { ok: false, answer: problem('invalid_body', 'The body has a key twice in one object. Send each key once.') };
  if (!isJsonObject(parsed.value)) return { ok: false, answer: problem('invalid_body', 'The body is not a JSON object.') };
  return { ok: true, value: parsed.value };
}

function refused(code: RefusalCode | 'aborted'): ReadJson {
  // What has no words is a connection that ended: nobody hears the answer.
  return { ok: false, answer: isTold(code) ? problem(code, messages[code]) : problem('incomplete_body', 'The body did not arrive whole.') };
}

function isTold(code: string): code is keyof typeof messages {
  return Object.hasOwn(messages, code);
}
