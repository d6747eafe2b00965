import type { ICredentialDataDecryptedObject, IDataObject, IHttpRequestHelper, IHttpRequestOptions } from 'n8n-workflow';
import { readToken, refusedStatus, tokenRequest } from '../providers/identity/token';
import type { JsonValue } from '../providers/json/json';
import { baseUrlOf } from '../providers/management/base-url';
import { isFor, textOf } from './target';

const TIMEOUT_MS = 15_000;

/**
 * A token for calls of the platform's API, with the credential's client. n8n keeps it and asks again when a call is
 * answered 401.
 * @param scope names of scopes with spaces between them, or empty.
 * @throws an error in the form of n8n's HTTP client, so that a refused client is told like a refused call.
 */
export async function fetchAccessToken({ helpers }: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject, provider: string, scope: string): Promise<IDataObject> {
  const client = { id: textOf(credentials['clientId']), secret: textOf(credentials['clientSecret']), scope };
  if (client.id === '' || client.secret === '') {
    throw refusal(401, `Client ID and client secret are empty. Automatic registration and calls of the ${provider} API need both; manual registration works without.`);
  }
  const { method, path, body } = tokenRequest(client);
  const answer = (await helpers.httpRequest({
    method,
    url: `${baseUrlOf(textOf(credentials['baseUrl']))}${path}`,
    ...(body === undefined ? {} : { body }),
    json: true,
    returnFullResponse: true,
    disableFollowRedirect: true,
    ignoreHttpStatusErrors: true,
    timeout: TIMEOUT_MS,
  })) as { readonly statusCode: number; readonly body: JsonValue | undefined };
  const token = readToken({ kind: 'answered', status: answer.statusCode, headers: {}, body: answer.body }, provider, new Date(), [client.secret]);
  if (token.ok) return { accessToken: token.value.accessToken };
  throw refusal(refusedStatus(answer.statusCode), token.failure.message);
}

/**
 * The request with the token in it. Without one (there is no client) it goes out as it is, and so it does to any other
 * host than the platform's own: a token that manages webhooks is shown to nobody else.
 */
export function withAccessToken(credentials: ICredentialDataDecryptedObject, options: IHttpRequestOptions): IHttpRequestOptions {
  const accessToken = textOf(credentials['accessToken']);
  return accessToken === '' || !isFor(credentials['baseUrl'], options) ? options : { ...options, headers: { ...options.headers, Authorization: `Bearer ${accessToken}` } };
}

/**
 * In the form of n8n's HTTP client: `statusText` is what n8n shows when a credential is tested, `data` what it hands to a
 * node. Both are our own words, since the platform may quote what it was sent. An answer of success without a token in it
 * is none: of that, the node is handed the code.
 */
function refusal(status: number, message: string): Error {
  return Object.assign(new Error(message), { response: { status, statusText: message, data: { error: message } }, ...(status < 300 ? { code: 'NO_ACCESS_TOKEN' } : {}) });
}
