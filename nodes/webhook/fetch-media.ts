import type { IWebhookFunctions } from 'n8n-workflow';
import { reachOf } from '../../providers/management/public-url';
import type { FetchMedia, MediaAnswer, MediaRequest } from '../../providers/media';

/** What n8n's HTTP client gives when asked for a stream. */
interface StreamedAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: AsyncIterable<Uint8Array> & { destroy(): void };
}

const MOST_REDIRECTS = 5;
const TIMEOUT_MS = 60_000;
/** A file of the sender's choosing is held in memory: bounded, whatever its headers announce. */
const MOST_BYTES = 50 * 1024 * 1024;

/**
 * Fetches files through n8n's own client, with its proxy and its SSRF protection where that is switched on. Redirects
 * are followed by hand: without the headers, which hold credentials, and never to this machine or its network.
 */
export function createFetchMedia(context: IWebhookFunctions): FetchMedia {
  return async (request) => {
    let next: MediaRequest = request;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      if (next.reach === 'public' && reachOf(next.url) !== 'public') return failed('the address is not a public one');
      try {
        const answer = await get(context, next);
        const location = answer.statusCode >= 300 && answer.statusCode < 400 ? answer.headers['location'] : undefined;
        if (typeof location !== 'string') return await read(answer);
        answer.body.destroy();
        const target = URL.parse(location, next.url);
        if (target === null) return failed('it redirects to what is no address');
        next = { url: target.href, reach: 'public' };
      } catch (error) {
        context.logger.debug('A media file could not be downloaded', { reason: error instanceof Error ? error.message : 'unknown' });
        return failed('the server does not answer');
      }
    }
    return failed('it redirects too often');
  };
}

async function get(context: IWebhookFunctions, { url, headers }: MediaRequest): Promise<StreamedAnswer> {
  const answer: unknown = await context.helpers.httpRequest({
    method: 'GET',
    url,
    headers: { ...headers },
    encoding: 'stream',
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
    disableFollowRedirect: true,
    timeout: TIMEOUT_MS,
  });
  return answer as StreamedAnswer;
}

async function read({ statusCode, headers, body }: StreamedAnswer): Promise<MediaAnswer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MOST_BYTES) {
      body.destroy();
      return failed(`the file is larger than ${MOST_BYTES / 1024 / 1024} MB`);
    }
    chunks.push(chunk);
  }
  const contentType = headers['content-type'];
  return { kind: 'answered', status: statusCode, contentType: typeof contentType === 'string' ? contentType : '', body: Buffer.concat(chunks) };
}

function failed(reason: string): MediaAnswer {
  return { kind: 'failed', reason };
}
