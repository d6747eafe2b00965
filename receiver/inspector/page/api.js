/*
 * The API, with the admin token. The token lives in this tab's session and goes nowhere but into the Authorization
 * header of requests to this receiver.
 */

const SLOT = 'chathooks.admin-token';

export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const session = {
  get token() { return sessionStorage.getItem(SLOT) ?? ''; },
  set token(value) {
    if (value === '') sessionStorage.removeItem(SLOT);
    else sessionStorage.setItem(SLOT, value);
  },
};

/** Called when the API no longer takes the token. */
let onUnauthorized = () => {};
export function whenUnauthorized(callback) { onUnauthorized = callback; }

/** A header carries bytes: the token's letters are sent as UTF-8. */
export function authorization(token = session.token) {
  return { authorization: `Bearer ${String.fromCharCode(...new TextEncoder().encode(token))}` };
}

/** @returns the answer, parsed. Throws an ApiError. */
export async function call(path, { method = 'GET', body, token, signal } = {}) {
  const headers = authorization(token);
  if (body !== undefined) headers['content-type'] = 'application/json';
  let response;
  try {
    response = await fetch(`api/${path}`, { method, headers, signal, cache: 'no-store', ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, 'unreachable', 'The receiver cannot be reached. Check that it is running.');
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  // A token that is being tried is not the session's.
  if (response.status === 401 && token === undefined) onUnauthorized();
  throw new ApiError(response.status, answer.error?.code ?? 'unknown', answer.error?.message ?? `The receiver answered ${response.status}.`);
}

/** The query of a filter, without what is empty. */
export function queryOf(filter) {
  return new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== undefined && value !== '')).toString();
}
