import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { SourceConfig } from '../config/config';
import { guardFor } from '../config/guard';
import { USUAL_PACE } from '../http/pace';
import { createBudget } from '../ingest/budget';
import { createGate } from '../ingest/gate';
import { issuerKeys } from '../ingest/issuer';
import { liveSources } from '../ingest/source';
import { take } from '../ingest/take';
import type { Outcome } from '../ingest/take';
import type { Recording } from './recording';

export interface JudgeOptions {
  readonly source: SourceConfig;
  readonly bodyBytes: number;
  /** When the request is taken to have arrived. */
  readonly at: Date;
}

/** What the receiver makes of a recorded request: its own steps, by its own code, with nowhere to store anything. */
export async function judge(recording: Recording, { source, bodyBytes, at }: JudgeOptions): Promise<Outcome> {
  const live = liveSources([source], ({ auth }, provider) => guardFor(auth, provider, issuerKeys)).get(source.id);
  if (live === undefined) throw new Error(`The source ${source.id} was not made ready.`);
  return take(live, requestOf(recording), {
    bodyBytes: () => bodyBytes,
    budget: createBudget(() => ({ bytes: Infinity, requests: 1, sources: 1 })),
    gate: createGate(() => at.getTime()),
    pace: USUAL_PACE,
    append: (arrivals) => Promise.resolve(arrivals.map(({ id }, index) => ({ key: String(index), id, duplicate: false, destinations: [] }))),
    route: () => ({ destinations: [], inOrder: [] }),
    isDraining: () => false,
    now: () => at,
  });
}

/** The recording as Node's server would have handed it over, its body already there and whole. */
function requestOf({ method, target, headers, body }: Recording): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  const framing = new Set(['content-length', 'transfer-encoding']);
  const kept = headers.filter(([name]) => !framing.has(name.toLowerCase()));
  request.method = method;
  request.url = target;
  request.rawHeaders = [...kept, ['content-length', String(body.length)]].flat();
  request.headers = joined(request.rawHeaders);
  request.push(body);
  request.push(null);
  return request;
}

/** As Node joins headers that are sent twice. */
function joined(rawHeaders: readonly string[]): Record<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const before = headers.get(name);
    const value = rawHeaders[at + 1] ?? '';
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}
