import type { Config } from '../config/config';
import { isRecord } from '../config/record';
import { failureCode } from '../forward/failure';
import { localUrl } from './address';
import { commandLine } from './command-line';
import { Failure } from './failure';

/** The receiver of a configuration, running or not. */
export interface ConfiguredReceiver {
  readonly config: Config;
  /** Of its configuration. */
  readonly path: string;
}

export interface AdminRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** `another_program`: what answers is no receiver, or nothing that HTTP is spoken with. */
type NotThisReceiver = 'receiver_unreachable' | 'unauthorized' | 'another_program';

/**
 * Asks the running receiver's API.
 * @throws Failure when it doesn't answer, or answers that it can't, or when another one answers in its place.
 */
export async function askReceiver(receiver: ConfiguredReceiver, { method, path, body, signal }: AdminRequest): Promise<Response> {
  const base = localUrl(receiver.config);
  const headers = { authorization: `Bearer ${receiver.config.admin.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  let answer: Response;
  try {
    // A redirect is not followed: it would carry the admin token elsewhere.
    answer = await fetch(`${base}${path}`, { method, headers, redirect: 'manual', signal: signal ?? null, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    const reason = failureCode(error);
    throw reason === 'invalid_answer' ? anotherProgram(receiver, 'not HTTP') : unreachable(receiver, reason, error);
  }
  if (answer.ok) return answer;
  throw failureOf(answer, receiver, problemOf(await answer.text()));
}

/** The same for an answer in JSON. */
export async function askForJson(receiver: ConfiguredReceiver, request: AdminRequest): Promise<unknown> {
  const answer = await askReceiver(receiver, request);
  try {
    return await answer.json();
  } catch (error) {
    if (error instanceof SyntaxError) throw anotherProgram(receiver, `HTTP ${answer.status}, not JSON`);
    throw unreachable(receiver, failureCode(error), error);
  }
}

/** Why a question was not answered by this very receiver, if that is why. */
export function notThisReceiver(error: unknown): NotThisReceiver | undefined {
  if (!(error instanceof Failure)) return undefined;
  return error.code === 'receiver_unreachable' || error.code === 'unauthorized' || error.code === 'another_program' ? error.code : undefined;
}

function unreachable({ config, path }: ConfiguredReceiver, reason: string, cause: unknown): Failure {
  return new Failure('receiver_unreachable', `The receiver does not answer at ${localUrl(config)} (${reason}). Start it with: ${commandLine(['start'], path)}`, { cause });
}

/** Something has the port that is no receiver; what it says is none of ours, so that nothing is quoted. */
export function anotherProgram({ config, path }: ConfiguredReceiver, answered: string): Failure {
  const start = commandLine(['start'], path);
  return new Failure('another_program', `Another program answers at ${localUrl(config)}, no receiver (${answered}). Stop it, or set another listen.port in ${path}, and run: ${start}`);
}

interface Problem {
  readonly code: string;
  readonly message: string;
}

function failureOf(answer: Response, receiver: ConfiguredReceiver, problem: Problem | undefined): Failure {
  if (problem === undefined) return anotherProgram(receiver, `HTTP ${answer.status}`);
  switch (problem.code) {
    case 'unauthorized':
    case 'too_many_failures': {
      const base = localUrl(receiver.config);
      return new Failure('unauthorized', `The receiver at ${base} has another admin token: it was started with another configuration, or before the token was changed. Name the one that it was started with: --config <path>.`);
    }
    case 'store_unavailable':
      return new Failure(problem.code, `The receiver's store cannot answer right now. Its log says why; check it with: ${commandLine(['doctor'], receiver.path)}`);
    default:
      return new Failure(problem.code, withoutHeader(problem.message, answer.headers.get('retry-after')));
  }
}

/** Who types a command sees no headers. */
function withoutHeader(message: string, seconds: string | null): string {
  return message.replace(/(?:Try|Ask|Send it) again after the time that Retry-After names\./, `Run the command again in ${seconds ?? 'a few'} s.`);
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
