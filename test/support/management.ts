/*
 * A Send over real HTTP, and what tests ask of outcomes.
 */
import type { ManagementFailureCode, Outcome } from '../../providers/management/failure';
import type { ManagementAnswer, ManagementRequest, Send } from '../../providers/management/request';
import type { JsonValue } from '../../providers/json/json';

/** As a host sends: redirects are answers, and whatever goes wrong is one too. */
export function sendTo(baseUrl: string, credentials: Readonly<Record<string, string>>, timeoutMs = 5_000): Send {
  return async ({ method, path, query, headers, body }: ManagementRequest): Promise<ManagementAnswer> => {
    const url = new URL(`${baseUrl}${path}`);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    try {
      const answer = await fetch(url, {
        method,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
        headers: { ...headers, ...credentials, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { kind: 'answered', status: answer.status, headers: Object.fromEntries(answer.headers), body: parsed(await answer.text()) };
    } catch (error) {
      const { name, cause } = error as { readonly name: string; readonly cause?: { readonly code?: string } };
      return { kind: 'unreachable', reason: name === 'TimeoutError' ? 'timeout' : (cause?.code ?? name) };
    }
  };
}

export function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (outcome.ok) return outcome.value;
  throw new Error(`${outcome.failure.code}: ${outcome.failure.message}`);
}

/** The message of a failure, which has to have this code. */
export function messageOf(outcome: Outcome<unknown>, code: ManagementFailureCode): string {
  if (outcome.ok) throw new Error(`It went well, where ${code} was expected.`);
  if (outcome.failure.code !== code) throw new Error(`Expected ${code}, and it is ${outcome.failure.code}: ${outcome.failure.message}`);
  return outcome.failure.message;
}

function parsed(text: string): JsonValue | undefined {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
