/*
 * Destinations and sources of a running receiver: requests to its admin API as data, and what its answers say. The API
 * describes itself at GET /api/openapi.json.
 */
import { at, id, list, object, text } from '../../providers/fields';
import type { JsonValue } from '../../providers/json/json';
import { isJsonObject } from '../../providers/json/json';
import { pathPart } from '../../providers/management/request';
import type { ManagementAnswer, ManagementRequest } from '../../providers/management/request';

/** Where the receiver is to forward events, and how. */
export interface Destination {
  /** Letters, digits, - and _; at most 64. */
  readonly id: string;
  readonly url: string;
  /** Sign what is forwarded. Never come back on read, only their number does. */
  readonly secrets: readonly string[];
  /** Globs over an event's type. */
  readonly events: readonly string[];
  /** Ids of sources; none stands for all. */
  readonly sources: readonly string[];
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Events in one request at most, and milliseconds that the first of them waits for more. */
  readonly batch: { readonly max: number; readonly waitMs: number };
  readonly timeoutMs: number;
  /** Tries in all before an event becomes a dead letter. */
  readonly attempts: number;
}

/** A configured webhook URL of the receiver. */
export interface ReceiverSource {
  readonly id: string;
  /** The provider's name as people write it. */
  readonly title: string | undefined;
}

/**
 * n8n takes a trigger away before it sets it up anew with other parameters, and tells neither hook so. Within this time,
 * nothing is lost by that: one second when all goes well, and n8n tries for 15. It is the longest that a receiver grants.
 */
const GRACE_SECONDS = 60;

/** Registers a destination, or replaces its registration in place: what waits for it goes on waiting. */
export function putDestination({ id: destination, url, secrets, events, sources, concurrency, batch, timeoutMs, attempts }: Destination): ManagementRequest {
  return {
    method: 'PUT',
    path: pathOf(destination),
    body: { url, secrets, events, ...(sources.length === 0 ? {} : { sources }), concurrency, batch, timeoutMs, retry: { attempts } },
  };
}

/** Forgets a destination and what waits for it, unless it is registered again at once. */
export function deleteDestination(destination: string): ManagementRequest {
  return { method: 'DELETE', path: pathOf(destination), query: { grace: String(GRACE_SECONDS) } };
}

export function listSources(): ManagementRequest {
  return { method: 'GET', path: '/api/sources' };
}

/** True for the answer to {@link putDestination} that says that just this destination stands, and signs. */
export function confirms(body: JsonValue | undefined, { id: wanted, secrets }: Destination): boolean {
  return at(body, 'id') === wanted && at(body, 'secrets') === secrets.length;
}

/** The sources of an answer to {@link listSources}; undefined when it is none. */
export function readSources(body: JsonValue | undefined): readonly ReceiverSource[] | undefined {
  if (!Array.isArray(at(body, 'sources'))) return undefined;
  return list(body, 'sources').flatMap((source) => {
    const found = isJsonObject(source) ? id(source['id']) : undefined;
    return found === undefined ? [] : { id: found, title: text(at(source, 'title')) };
  });
}

/** What the receiver says about a failure: which setting it is about, and never its value. */
export function readSaying(answer: ManagementAnswer): string | undefined {
  return answer.kind === 'unreachable' ? undefined : text(object(answer.body, 'error')['message']);
}

function pathOf(destination: string): string {
  return `/api/destinations/${pathPart(destination)}`;
}
