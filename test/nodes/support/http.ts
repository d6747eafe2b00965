/*
 * n8n's HTTP helpers as nodes see them, over a real HTTP client, so that nock and real servers both work: what is sent
 * is what n8n would send, a 401 fetches a new token once, and failures come as n8n's errors.
 */
import { Readable } from 'node:stream';
import type { IAuthenticateGeneric, ICredentialDataDecryptedObject, ICredentialType, IHttpRequestOptions, INode } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

export interface CredentialInUse {
  readonly type: ICredentialType;
  readonly data: ICredentialDataDecryptedObject;
}

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** helpers.httpRequest: rejects with `response.status` set when the status is not 2xx and was not to be ignored. */
export async function httpRequest(options: IHttpRequestOptions): Promise<unknown> {
  const url = new URL(options.url, options.baseURL);
  for (const [name, value] of Object.entries(options.qs ?? {})) url.searchParams.set(name, plain(value));
  const isText = typeof options.body === 'string' || options.body === undefined;
  const response = await answeredBy(url, {
    method: options.method ?? 'GET',
    headers: { ...(isText ? {} : { 'content-type': 'application/json' }), ...(options.headers as Record<string, string> | undefined) },
    redirect: options.disableFollowRedirect === true ? 'manual' : 'follow',
    ...(options.body === undefined ? {} : { body: isText ? (options.body as string) : JSON.stringify(options.body) }),
    ...signalOf(options),
  });
  const answer = await answerOf(response, options);
  const ignored = options.ignoreHttpStatusErrors;
  const isIgnored = ignored === true || (typeof ignored === 'object' && !ignored.except.includes(response.status));
  if (response.status >= 400 && !isIgnored) throw Object.assign(new Error(`Request failed with status code ${response.status}`), { response: { status: response.status, data: answer.body } });
  return options.returnFullResponse === true ? answer : answer.body;
}

/** As n8n's client fails: with the code of what went wrong, of a time limit too. */
async function answeredBy(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const { name, cause = error } = error as Error;
    throw Object.assign(new Error((cause as Error).message), { code: name === 'TimeoutError' ? 'ECONNABORTED' : (cause as { readonly code?: string }).code });
  }
}

/** The time limit ends with the headers, as that of n8n's client does; an abort is for good. */
function signalOf({ timeout, abortSignal, encoding }: IHttpRequestOptions): { readonly signal?: AbortSignal } {
  const limit = timeout === undefined || encoding === 'stream' ? undefined : AbortSignal.timeout(timeout);
  const signals = [limit, abortSignal as AbortSignal | undefined].filter((signal) => signal !== undefined);
  return signals.length === 0 ? {} : { signal: AbortSignal.any(signals) };
}

/** What a query or a header can hold of it. */
function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value) ?? '';
}

/** helpers.httpRequestWithAuthentication. Every failure is a NodeApiError. */
export async function httpRequestWithAuthentication(node: INode, { type, data }: CredentialInUse, options: IHttpRequestOptions): Promise<unknown> {
  const attempt = async (isRetry: boolean): Promise<unknown> => {
    await preAuthenticate({ type, data }, isRetry);
    return httpRequest(await authenticate({ type, data }, options));
  };
  try {
    return await attempt(false);
  } catch (error) {
    const isUnauthorized = (error as { response?: { status?: number } }).response?.status === 401;
    if (!isUnauthorized || type.preAuthentication === undefined) throw new NodeApiError(node, error as never);
    try {
      return await attempt(true);
    } catch (second) {
      throw new NodeApiError(node, second as never);
    }
  }
}

/** n8n asks for a token when the credential's hidden field has none, and once more after a 401. */
async function preAuthenticate({ type, data }: CredentialInUse, isRetry: boolean): Promise<void> {
  const token = type.properties.find(({ typeOptions }) => typeOptions?.expirable === true)?.name;
  if (type.preAuthentication === undefined || token === undefined) return;
  if (!isRetry && typeof data[token] === 'string' && data[token] !== '') return;
  const helpers = { httpRequest };
  Object.assign(data, await type.preAuthentication.call({ helpers }, data));
}

async function authenticate({ type, data }: CredentialInUse, options: IHttpRequestOptions): Promise<IHttpRequestOptions> {
  if (typeof type.authenticate === 'function') return type.authenticate(data, options);
  const { properties } = (type.authenticate ?? { properties: {} }) as IAuthenticateGeneric;
  return { ...options, headers: { ...options.headers, ...evaluated(properties.headers, data) }, qs: { ...options.qs, ...evaluated(properties.qs, data) } };
}

/** The one form of expression that generic authentication uses here: `={{$credentials.field}}`, with text around it. */
function evaluated(values: object | undefined, data: ICredentialDataDecryptedObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries((values ?? {}) as Record<string, string>).map(([name, value]) => [
      name,
      value.startsWith('=') ? value.slice(1).replace(/\{\{\s*\$credentials\.(\w+)\s*\}\}/g, (_whole, field: string) => plain(data[field])) : value,
    ]),
  );
}

async function answerOf(response: Response, { encoding, json }: IHttpRequestOptions): Promise<Answer> {
  const headers = Object.fromEntries(response.headers);
  if (encoding === 'stream') return { statusCode: response.status, headers, body: Readable.from(response.body ?? []) };
  const text = await response.text();
  const isJson = json === true || (response.headers.get('content-type') ?? '').includes('json');
  return { statusCode: response.status, headers, body: isJson ? parsed(text) : text };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
