import type { Config } from '../config/config';
import { isRecord } from '../config/record';
import { failureCode } from '../forward/failure';
import { localUrl } from './address';
import { Failure } from './failure';

export interface AdminRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/**
 * Asks the running receiver's API.
 * @throws Failure when it doesn't answer, or answers that it can't.
 */
export async function askReceiver(config: Config, { method, path, body, signal }: AdminRequest): Promise<Response> {
  const base = localUrl(config);
  const headers = { authorization: `Bearer ${config.admin.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  let answer: Response;
  try {
    // A redirect is not followed: it would carry the admin token elsewhere.
    answer = await fetch(`${base}${path}`, { method, headers, redirect: 'error', signal: signal ?? null, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new Failure('receiver_unreachable', `The receiver does not answer at ${base} (${failureCode(error)}). Start it with: chathooks start`, { cause: error });
  }
  if (answer.ok) return answer;
  throw failureOf(answer.status, base, problemOf(await answer.text()));
}

interface Problem {
  readonly code: string;
  readonly message: string;
}

function failureOf(status: number, base: string, problem: Problem | undefined): Failure {
  if (status === 401) return new Failure(problem?.code ?? 'unauthorized', `The receiver at ${base} has another admin token. Name the configuration that it was started with: --config <path>.`);
  return problem === undefined ? new Failure('receiver_failed', `The receiver answered ${status}. Look into its log.`) : new Failure(problem.code, problem.message);
}

function problemOf(text: string): Problem | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const error = isRecord(value) ? value.error : undefined;
  if (!isRecord(error) || typeof error.code !== 'string' || typeof error.message !== 'string') return undefined;
  return { code: error.code, message: error.message };
}
