import type { IAllExecuteFunctions } from 'n8n-workflow';
import { baseUrlOf } from '../../providers/management/base-url';
import type { ManagementAnswer, ManagementRequest, Send } from '../../providers/management/request';
import type { JsonValue } from '../../providers/json/json';

/** The parts of a hook's or a list's context that are needed here. */
type Context = Pick<IAllExecuteFunctions, 'helpers' | 'logger'>;

/** What n8n's HTTP client gives when asked for the whole answer. */
interface FullAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

const TIMEOUT_MS = 15_000;

/** What the HTTP client's codes mean, where they don't say it. */
const REASONS: Readonly<Record<string, string>> = { ECONNABORTED: 'timeout', ETIMEDOUT: 'timeout', ERR_BAD_RESPONSE: 'cut short' };

/**
 * Sends management requests with a credential. Redirects are answers: what proves us to one host is not handed to another.
 * @param credential the name of its type, whose `authenticate` puts in what proves us.
 * @param baseUrl of the API; a slash at its end does no harm.
 */
export function createSend(context: Context, credential: string, baseUrl: string): Send {
  const base = baseUrlOf(baseUrl);
  return async (request) => {
    if (!/^https?:\/\/[^/]/i.test(base)) return { kind: 'unreachable', reason: 'the base URL in the credential is not an http or https address' };
    try {
      return answered(await call(context, credential, base, request));
    } catch (error) {
      context.logger.debug('A call of a management API got no usable answer', { method: request.method, path: request.path });
      return answerOf(error);
    }
  };
}

async function call(context: Context, credential: string, base: string, { method, path, query, headers, body }: ManagementRequest): Promise<FullAnswer> {
  const answer: unknown = await context.helpers.httpRequestWithAuthentication.call(context as IAllExecuteFunctions, credential, {
    method,
    url: `${base}${path}`,
    headers: { accept: 'application/json', ...headers },
    ...(query === undefined ? {} : { qs: { ...query } }),
    ...(body === undefined ? {} : { body: body, json: true }),
    returnFullResponse: true,
    disableFollowRedirect: true,
    // A 401 is thrown: that is what makes n8n fetch a new token and try once more.
    ignoreHttpStatusErrors: { ignore: true, except: [401] },
    timeout: TIMEOUT_MS,
  });
  return answer as FullAnswer;
}

function answered({ statusCode, headers, body }: FullAnswer): ManagementAnswer {
  return { kind: 'answered', status: statusCode, headers: textHeaders(headers), body: parsed(body) };
}

/** n8n parses what says that it is JSON, and hands on the rest as text. */
function parsed(body: unknown): JsonValue | undefined {
  if (typeof body !== 'string') return body === null || typeof body === 'object' || typeof body === 'number' || typeof body === 'boolean' ? (body as JsonValue) : undefined;
  if (body.trim() === '') return undefined;
  try {
    return JSON.parse(body) as JsonValue;
  } catch {
    return body;
  }
}

function textHeaders(headers: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name.toLowerCase(), value]] : [])));
}

/** What n8n throws: a status when there was an answer, a network error's code when there was none. */
function answerOf(error: unknown): ManagementAnswer {
  const found = (error ?? {}) as { readonly httpCode?: unknown; readonly code?: unknown; readonly cause?: unknown; readonly context?: { readonly data?: unknown } };
  const status = Number(found.httpCode);
  // Thrown with a status of success: the connection ended in the middle of the answer.
  if (Number.isInteger(status) && status >= 300 && status < 600) return { kind: 'answered', status, headers: {}, body: parsed(found.context?.data) };
  const cause = found.cause as { readonly code?: unknown } | undefined;
  const code = [found.code, cause?.code, found.httpCode].find((one): one is string => typeof one === 'string' && /^[A-Z][A-Z_\d]+$/.test(one));
  return { kind: 'unreachable', reason: code === undefined ? 'cause unknown' : (REASONS[code] ?? code) };
}
