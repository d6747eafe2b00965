import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import getRawBody from 'raw-body';
import type { RefusalCode } from '../../providers/refusals';
import type { ContentEncoding } from './content';

export type Body =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly code: RefusalCode }
  /** The sender went away: there is nobody to answer. */
  | { readonly ok: false; readonly code: 'aborted' };

/** How much of a body that is refused for its size is read on, so that its sender gets to hear the answer. */
const MOST_DRAINED_BYTES = 8 * 1024 * 1024;
const LONGEST_DRAIN_MS = 2_000;

const inflaters = {
  gzip: promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  deflate: promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.inflate),
  br: promisify<zlib.InputType, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress),
  zstd: promisify<zlib.InputType, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress),
} as const satisfies Record<Exclude<ContentEncoding, 'identity'>, unknown>;

/**
 * Reads a request's body and inflates it, neither past the limit: the sum is bounded while streaming, and a
 * compression bomb stops inflating at the limit.
 * @param limit bytes, for the body as sent and as inflated.
 */
export async function readBody(request: IncomingMessage, encoding: ContentEncoding, limit: number): Promise<Body> {
  const length = request.headers['content-length'];
  let sent: Uint8Array;
  try {
    sent = await getRawBody(request, length === undefined ? { limit } : { length, limit });
  } catch (error) {
    return { ok: false, code: await refusalOf(error, request) };
  }
  return encoding === 'identity' || sent.length === 0 ? { ok: true, bytes: sent } : inflate(sent, encoding, limit);
}

async function inflate(bytes: Uint8Array, encoding: keyof typeof inflaters, maxOutputLength: number): Promise<Body> {
  try {
    return { ok: true, bytes: await inflaters[encoding](bytes, { maxOutputLength }) };
  } catch (error) {
    return { ok: false, code: codeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? 'body_too_large' : 'invalid_compression' };
  }
}

async function refusalOf(error: unknown, request: IncomingMessage): Promise<RefusalCode | 'aborted'> {
  const type = typeOf(error);
  if (type === 'stream.not.readable') {
    throw new Error('The body was read before the receiver got it. Mount receiver.router before express.json() and other body parsers.');
  }
  if (type === 'request.size.invalid') return 'incomplete_body';
  if (type !== 'entity.too.large') return 'aborted';
  await drain(request);
  return 'body_too_large';
}

/** A connection that is closed on unread bytes is reset, and its sender sees that instead of the answer. */
async function drain(request: IncomingMessage): Promise<void> {
  let drained = 0;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, LONGEST_DRAIN_MS);
    const finish = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request.on('data', (chunk: Buffer) => {
      drained += chunk.length;
      if (drained > MOST_DRAINED_BYTES) finish();
    });
    request.once('end', finish).once('close', finish).resume();
  });
}

function typeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'type' in error && typeof error.type === 'string' ? error.type : undefined;
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
