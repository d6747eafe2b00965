import type { IncomingMessage } from 'node:http';
import zlib from 'node:zlib';
import type { RefusalCode } from '../../providers/refusals';
import type { ContentEncoding } from './content';
import { drain } from './drain';
import type { Pace } from './pace';
import type { Room } from './room';
import { readSent } from './sent';

export type Body =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly code: RefusalCode }
  /** The sender went away: there is nobody to answer. */
  | { readonly ok: false; readonly code: 'aborted' };

export interface BodyBounds {
  /** Bytes, for the body as sent and as inflated. */
  readonly limit: number;
  /** What it takes it still holds when the body was read; when it was refused, in part. */
  readonly room: Room;
  readonly pace: Pace;
}

const inflaters = {
  gzip: zlib.createGunzip,
  deflate: zlib.createInflate,
  br: zlib.createBrotliDecompress,
  zstd: zlib.createZstdDecompress,
} as const satisfies Record<Exclude<ContentEncoding, 'identity'>, unknown>;

/**
 * Reads a request's body and inflates it, neither past the bounds: the sum is taken while streaming, and a compression
 * bomb stops inflating at the limit.
 */
export async function readBody(request: IncomingMessage, encoding: ContentEncoding, bounds: BodyBounds): Promise<Body> {
  const sent = await readSent(request, bounds);
  if (!sent.ok) {
    if (sent.code === 'body_too_large') await drain(request);
    return sent;
  }
  return encoding === 'identity' || sent.bytes.length === 0 ? sent : inflate(sent.bytes, encoding, bounds);
}

function inflate(sent: Uint8Array, encoding: keyof typeof inflaters, { limit, room }: BodyBounds): Promise<Body> {
  return new Promise((resolve) => {
    const inflater = inflaters[encoding]();
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (body: Body): void => {
      inflater.destroy();
      resolve(body);
    };
    inflater.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) return settle({ ok: false, code: 'body_too_large' });
      if (!room.grow(chunk.length)) return settle({ ok: false, code: 'overloaded' });
      chunks.push(chunk);
    });
    inflater.on('end', () => {
      // All but gzip stop in silence where their stream ends: what a sender hides behind it is no part of the body.
      if (inflater.bytesWritten < sent.length) return settle({ ok: false, code: 'invalid_compression' });
      room.shrink(sent.length);
      settle({ ok: true, bytes: Buffer.concat(chunks, size) });
    });
    inflater.on('error', () => settle({ ok: false, code: 'invalid_compression' }));
    inflater.end(sent);
  });
}
