import type { IncomingMessage } from 'node:http';
import type { Authentication } from '../../providers/authentication/guard';
import type { Delivery, Reply } from '../../providers/provider';
import { admit, receive } from '../../providers/receive';
import type { RefusalCode } from '../../providers/refusals';
import { headOf } from '../../providers/request-head';
import type { Verdict } from '../../providers/verdict';
import type { Route } from '../forward/routes';
import { readBody } from '../http/body';
import { contentOf, hasBody } from '../http/content';
import type { ContentEncoding } from '../http/content';
import type { Pace } from '../http/pace';
import { valuesOf } from '../http/raw-headers';
import { StoreError } from '../store/store';
import type { Appended, Arrival } from '../store/store';
import { arrivalOf } from './arrival';
import type { Budget, Place } from './budget';
import type { Gate } from './gate';
import { keptHeaders } from './kept-headers';
import { schemaIssues } from './schema-check';
import type { LiveSource } from './source';

/** What taking a delivery asks of the receiver around it. */
export interface TakeParts {
  readonly bodyBytes: () => number;
  readonly budget: Pick<Budget, 'enter'>;
  readonly gate: Gate;
  readonly pace: Pace;
  /** Resolves once the events are durable. */
  readonly append: (arrivals: readonly Arrival[]) => Promise<readonly Appended[]>;
  readonly route: (event: { readonly type: string; readonly hook: string }) => Route;
  readonly isDraining: () => boolean;
  readonly now: () => Date;
}

export type Outcome =
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly diagnosis?: string; readonly retryAfterSeconds?: number; readonly cause?: StoreError }
  | { readonly kind: 'handshake'; readonly reply: Reply }
  | { readonly kind: 'kept'; readonly arrivals: readonly Arrival[]; readonly appended: readonly Appended[] }
  /** The sender went away before its body was complete: there is nobody to answer, and nothing was kept. */
  | { readonly kind: 'aborted' };

type Accepted = Extract<Verdict, { kind: 'accepted' }>;

/** A delivery whose body is worth reading. */
interface Admitted {
  readonly source: LiveSource;
  readonly request: IncomingMessage;
  readonly head: Omit<Delivery, 'body'>;
  /** Undefined: only the body can tell. */
  readonly admission: Authentication | undefined;
  readonly encoding: ContentEncoding;
}

/**
 * Takes a delivery to a known source: method, headers, authentication, a place, capped body, parse, store. In this
 * order, so that a stranger costs as little as possible; and it is `kept` only after its events are durable.
 */
export async function take(source: LiveSource, request: IncomingMessage, parts: TakeParts): Promise<Outcome> {
  if (request.method !== 'POST') return refused('method_not_allowed');
  if (parts.isDraining()) return refused('draining');
  const content = contentOf(request.headers, valuesOf(request.rawHeaders, 'content-type'), hasBody(request));
  if (!content.ok) return refused(content.code);
  const head = headOf({ rawHeaders: request.rawHeaders, url: request.url ?? '' }, parts.now());
  // A stranger's body is not even read, where the headers tell who sends it.
  const admission = await admit(source.provider, source.source, head);
  const turned = admission === undefined ? undefined : parts.gate.pass(source, admission, head.receivedAt.getTime());
  if (turned !== undefined) return { kind: 'refused', ...turned };
  // Where nobody is asked for anything, nobody is known.
  const isKnown = admission?.ok === true && source.source.guard.scheme !== 'none';
  const place = parts.budget.enter(source.config.id, isKnown);
  if (place === undefined) return refused('overloaded');
  try {
    return await takeInto(place, { source, request, head, admission, encoding: content.encoding }, parts);
  } finally {
    place.leave();
  }
}

async function takeInto(place: Place, { source, request, head, admission, encoding }: Admitted, parts: TakeParts): Promise<Outcome> {
  const body = await readBody(request, encoding, { limit: parts.bodyBytes(), room: place, pace: parts.pace });
  if (!body.ok) return body.code === 'aborted' ? { kind: 'aborted' } : refused(body.code);
  const delivery = { ...head, body: body.bytes };
  const verdict = await receive(source.provider, source.source, delivery, admission);
  const turned = admission === undefined ? parts.gate.pass(source, authenticationOf(verdict), head.receivedAt.getTime()) : undefined;
  if (turned !== undefined) return { kind: 'refused', ...turned };
  if (verdict.kind !== 'accepted') return verdict;
  place.know();
  return keep(verdict, source, request, delivery, parts);
}

/** What a verdict over a delivery whose body was needed says of its sender; a ping may have needed no credentials. */
function authenticationOf(verdict: Verdict): Authentication | undefined {
  if (verdict.kind === 'handshake') return undefined;
  return verdict.kind === 'refused' && verdict.diagnosis !== undefined ? { ok: false, code: verdict.diagnosis } : { ok: true };
}

async function keep(verdict: Accepted, source: LiveSource, request: IncomingMessage, delivery: Delivery, parts: TakeParts): Promise<Outcome> {
  const { validation } = source.config;
  const drift = validation === 'off' ? [] : schemaIssues(source.provider.name, verdict.parsed);
  if (validation === 'strict' && drift.length > 0) return refused('schema_mismatch');
  const record = {
    headers: keptHeaders(request.rawHeaders, source.credentialHeaders, presentedInQuery(source, delivery)),
    body: verdict.redacted ? redactedBody(verdict) : delivery.body,
    redacted: verdict.redacted,
    issues: [...verdict.issues, ...drift],
  };
  const arrivals = verdict.events.map((accepted) => arrivalOf(accepted, record, parts.route(accepted.event)));
  try {
    return { kind: 'kept', arrivals, appended: await parts.append(arrivals) };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { kind: 'refused', code: error.code === 'store_busy' ? 'overloaded' : 'store_unavailable', cause: error };
  }
}

/** Once the secrets are out of `raw`, they must not lie beside it. All events of a delivery have the same `raw`. */
function redactedBody({ events }: Accepted): Uint8Array {
  return Buffer.from(JSON.stringify(events[0]?.event.data.raw ?? {}));
}

/** What a proxy may have copied into a header along with the URL. */
function presentedInQuery({ credentialFields }: LiveSource, { query }: Delivery): readonly string[] {
  return credentialFields.flatMap((name) => query.get(name) ?? []).filter((value) => value !== '');
}

function refused(code: RefusalCode): Extract<Outcome, { kind: 'refused' }> {
  return { kind: 'refused', code };
}
