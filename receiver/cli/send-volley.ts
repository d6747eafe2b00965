import { randomBytes } from 'node:crypto';
import { prove } from '../../providers/authentication/prove';
import type { Provider, Sample } from '../../providers/provider';
import type { Shot, Volley } from './barrage';
import { Failure } from './failure';
import { watchProgress } from './progress';
import type { Target } from './send-target';

export interface VolleyOptions {
  readonly count: number;
  readonly rate?: number;
  readonly concurrency: number;
  readonly bearer?: string;
  readonly json?: true;
}

/** Sends a sample as often as it is asked for, each time with ids of its own. Ctrl-C ends it early. */
export async function sendVolley(provider: Provider, event: string, sample: Sample, target: Target, options: VolleyOptions): Promise<Volley> {
  const { fire } = await import('./barrage.js');
  const { count, rate, concurrency, json } = options;
  const nonce = randomBytes(6).toString('hex');
  const shot = (sequence: number): Shot => {
    const now = new Date();
    return shotOf(provider.freshen(sample, event, { sequence, nonce, now }), target, options.bearer, now);
  };
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once('SIGINT', stop);
  const progress = watchProgress(count, json !== true);
  const volley = await fire({ shot, count, concurrency, ...(rate === undefined ? {} : { rate }), signal: stopping.signal, onAnswer: progress.update });
  progress.end();
  process.off('SIGINT', stop);
  return volley;
}

function shotOf(sample: Sample, { url, guard }: Target, bearer: string | undefined, now: Date): Shot {
  const body = Buffer.from(JSON.stringify(sample.body));
  const bare = { headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }, query: {} };
  const proof = guard === undefined ? bare : prove(guard, body, now);
  if (proof === undefined) throw new Failure('no_credentials', 'Nothing can be proved with the secret of this source. Check that it is in the encoding that is configured.');
  const signed = new URL(url);
  for (const [name, value] of Object.entries(proof.query)) signed.searchParams.set(name, value);
  return { url: signed.href, headers: { 'content-type': 'application/json', ...sample.headers, ...proof.headers }, body };
}
