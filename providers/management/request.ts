import type { JsonObject, JsonValue } from '../json/json';

/** One call of a provider's management API, as data. The host adds the credentials and does the I/O. */
export interface ManagementRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the base URL of the API; begins with a slash, its parts percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Beside content-type and the credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
}

/** What came back: an answer with a status, or none at all. */
export type ManagementAnswer = Answered | Unreachable;

export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  /** Names are lower-case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON; the text where it is none; undefined when there is no body. */
  readonly body: JsonValue | undefined;
}

export interface Unreachable {
  readonly kind: 'unreachable';
  /** What kept the answer away, in a word or two: `ECONNREFUSED`, `timeout`. */
  readonly reason: string;
}

/** Makes one call. Never rejects: whatever goes wrong is an answer. */
export type Send = (request: ManagementRequest) => Promise<ManagementAnswer>;

/** True for an answer that says that the call did what it was asked to. */
export function succeeded(answer: ManagementAnswer): answer is Answered {
  return answer.kind === 'answered' && answer.status >= 200 && answer.status < 300;
}

/** True for an answer with one of these statuses. */
export function hasStatus(answer: ManagementAnswer, ...statuses: readonly number[]): answer is Answered {
  return answer.kind === 'answered' && statuses.includes(answer.status);
}

/** A part of a path: total where encodeURIComponent throws on a lone surrogate. */
export function pathPart(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
