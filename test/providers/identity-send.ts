/*
 * A Send with an access token, over real HTTP: asks for the token first, and once anew when a call is answered 401, as
 * n8n does.
 */
import { readToken, tokenRequest } from '../../providers/identity/token';
import type { Client } from '../../providers/identity/token';
import type { JsonValue } from '../../providers/json/json';
import type { ManagementAnswer, ManagementRequest, Send } from '../../providers/management/request';

export function signedIn(baseUrl: string, client: Client): Send {
  let token: string | undefined;
  const signIn = async (): Promise<ManagementAnswer | undefined> => {
    const answer = await call(baseUrl, tokenRequest(client));
    const outcome = readToken(answer, 'the platform', new Date());
    token = outcome.ok ? outcome.value.accessToken : undefined;
    return outcome.ok ? undefined : answer;
  };
  return async (request) => {
    const refused = token === undefined ? await signIn() : undefined;
    if (refused !== undefined) return refused;
    const answer = await call(baseUrl, request, token);
    if (answer.kind !== 'answered' || answer.status !== 401) return answer;
    return (await signIn()) ?? call(baseUrl, request, token);
  };
}

async function call(baseUrl: string, { method, path, query, headers, body }: ManagementRequest, token?: string): Promise<ManagementAnswer> {
  const url = new URL(path, baseUrl);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  try {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { kind: 'answered', status: response.status, headers: Object.fromEntries(response.headers), body: parsed(await response.text()) };
  } catch (error) {
    return { kind: 'unreachable', reason: ((error as Error).cause as { code?: string } | undefined)?.code ?? 'no answer' };
  }
}

function parsed(text: string): JsonValue | undefined {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
