import type { IWebhookFunctions } from 'n8n-workflow';
import { reachOf } from '../../providers/management/public-url';
import type { FetchMedia, MediaAnswer, MediaRequest } from '../../providers/media';

/** What n8n's HTTP client gives when asked for a stream. */
interface StreamedAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: AsyncIterable<Uint8Array> & { destroy(): void };
}

/** What the files of one message may cost together: their addresses, and what answers there, are the sender's to choose. */
export interface MediaLimits {
  /** Fetched and held in memory, whatever the headers announce. */
  readonly bytes: number;
  /** The workflow starts only afterwards, and a server can send a byte a minute for ever. */
  readonly milliseconds: number;
}

const LIMITS: MediaLimits = { bytes: 100 * 1024 * 1024, milliseconds: 120_000 };
const MOST_REDIRECTS = 5;
const OUT_OF_TIME = 'the files of the message took too long';

/**
 * Fetches the files of one message through n8n's own client, with its proxy and its SSRF protection where that is
 * switched on. Redirects are followed by hand: without the headers, which hold credentials, never to this machine or its
 * network as far as an address tells, and never from an encrypted connection to an open one.
 */
export function createFetchMedia(context: IWebhookFunctions, limits: MediaLimits = LIMITS): FetchMedia {
  const budget = { bytesLeft: limits.bytes, deadline: AbortSignal.timeout(limits.milliseconds) };
  return async (request) => {
    let next: MediaRequest = request;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      if (next.reach === 'public' && reachOf(next.url) !== 'public') return failed('the address is not a public one');
      if (budget.deadline.aborted) return failed(OUT_OF_TIME);
      try {
        const answer = await get(context, next, limits, budget.deadline);
        const location = answer.statusCode >= 300 && answer.statusCode < 400 ? answer.headers['location'] : undefined;
        if (typeof location !== 'string') return await read(answer, budget);
        answer.body.destroy();
        const target = URL.parse(location, next.url);
        if (target === null) return failed('it redirects to what is no address');
        if (target.protocol !== 'https:' && next.url.startsWith('https:')) return failed('it redirects to an address without encryption');
        next = { url: target.href, reach: 'public' };
      } catch (error) {
        context.logger.debug('A media file could not be downloaded', { reason: error instanceof Error ? error.message : 'unknown' });
        return failed(budget.deadline.aborted ? OUT_OF_TIME : 'the server does not answer');
      }
    }
    return failed('it redirects too often');
  };
}

interface Budget {
  bytesLeft: number;
  readonly deadline: AbortSignal;
}

async function get(context: IWebhookFunctions, { url, headers }: MediaRequest, { milliseconds }: MediaLimits, deadline: AbortSignal): Promise<StreamedAnswer> {
  const answer: unknown = await context.helpers.httpRequest({
    method: 'GET',
    url,
    headers: { ...headers },
    encoding: 'stream',
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
    disableFollowRedirect: true,
    timeout: milliseconds,
    abortSignal: deadline,
  });
  return answer as StreamedAnswer;
}

/** The client's own time limit ends with the headers: the deadline is what ends a body that never does. */
async function read({ statusCode, headers, body }: StreamedAnswer, budget: Budget): Promise<MediaAnswer> {
  const giveUp = (): void => body.destroy();
  budget.deadline.addEventListener('abort', giveUp);
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body) {
      budget.bytesLeft -= chunk.length;
      if (budget.bytesLeft < 0) {
        body.destroy();
        return failed('the files of the message are too large');
      }
      chunks.push(chunk);
    }
  } finally {
    budget.deadline.removeEventListener('abort', giveUp);
  }
  const contentType = headers['content-type'];
  return { kind: 'answered', status: statusCode, contentType: typeof contentType === 'string' ? contentType : '', body: Buffer.concat(chunks) };
}

function failed(reason: string): MediaAnswer {
  return { kind: 'failed', reason };
}
