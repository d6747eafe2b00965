import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RefusalCode } from '../../providers/refusals';
import type { Appended, Arrival } from '../store/store';
import { answerJson, answerRefusal } from '../http/answer';
import type { LiveSource } from './source';
import { take } from './take';
import type { Outcome, TakeParts } from './take';

export interface IngestParts extends TakeParts {
  readonly source: (id: string) => LiveSource | undefined;
  readonly observer: IngestObserver;
}

/** Told what became of each delivery: for metrics, log and live views. Never given a credential, and a body only as kept. */
export interface IngestObserver {
  kept(source: LiveSource, arrivals: readonly Arrival[], appended: readonly Appended[], seconds: number): void;
  handshake(source: LiveSource): void;
  /** @param source absent when the URL is no source's: what a stranger makes up is not written down. */
  refused(refusal: { readonly source?: string; readonly code: RefusalCode; readonly diagnosis?: string; readonly cause?: Error }): void;
}

export type Ingest = (sourceId: string, request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Handles a request to a source's URL, whatever it is, and answers it: 200 after its events are durable, or a refusal. */
export function createIngest(parts: IngestParts): Ingest {
  return async (sourceId, request, response) => {
    const startedAt = performance.now();
    const source = parts.source(sourceId);
    if (source === undefined) {
      parts.observer.refused({ code: 'unknown_source' });
      return answerRefusal(response, 'unknown_source');
    }
    const outcome = await take(source, request, parts);
    const seconds = (performance.now() - startedAt) / 1000;
    observe(parts.observer, source, outcome, seconds);
    answer(response, source, outcome);
  };
}

function observe(observer: IngestObserver, source: LiveSource, outcome: Outcome, seconds: number): void {
  switch (outcome.kind) {
    case 'kept':
      return observer.kept(source, outcome.arrivals, outcome.appended, seconds);
    case 'handshake':
      return observer.handshake(source);
    case 'refused': {
      const { code, diagnosis, cause } = outcome;
      return observer.refused({
        source: source.config.id,
        code,
        ...(diagnosis === undefined ? {} : { diagnosis }),
        ...(cause === undefined ? {} : { cause }),
      });
    }
    case 'aborted':
      return undefined;
  }
}

function answer(response: ServerResponse, source: LiveSource, outcome: Outcome): void {
  switch (outcome.kind) {
    case 'kept':
      return answerJson(response, 200, receipt(outcome.arrivals, outcome.appended));
    case 'handshake':
      return answerJson(response, 200, outcome.reply.body, { 'content-type': outcome.reply.contentType });
    case 'refused':
      return answerRefusal(response, outcome.code, headersFor(outcome, source));
    case 'aborted':
      response.destroy();
      return undefined;
  }
}

function receipt(arrivals: readonly Arrival[], appended: readonly Appended[]): string {
  const events = appended.map(({ id, duplicate }, index) => ({ id, type: arrivals[index]?.type, duplicate }));
  return JSON.stringify({ received: true, events });
}

function headersFor({ code, retryAfterSeconds }: Extract<Outcome, { kind: 'refused' }>, source: LiveSource): Readonly<Record<string, string>> {
  if (retryAfterSeconds !== undefined) return { 'retry-after': String(retryAfterSeconds) };
  if (code === 'method_not_allowed') return { allow: 'POST' };
  if (code === 'unauthenticated' && source.challenge !== undefined) return { 'www-authenticate': source.challenge };
  return {};
}
