import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import getRawBody from 'raw-body';
import type { RefusalCode } from '../../providers/refusals';
import type { Body, BodyBounds } from './body';
import { watchPace } from './pace';

/** How raw-body says what is wrong with a body. Anything else is a connection that ended. */
const REFUSALS: Readonly<Record<string, RefusalCode>> = {
  'entity.too.large': 'body_too_large',
  'request.size.invalid': 'incomplete_body',
};

/**
 * Reads the bytes of a request's body as they were sent, bounded in size, in the room that they take and in the time
 * that they may take.
 * @throws Error when somebody else has read it before.
 */
export async function readSent(request: IncomingMessage, { limit, room, pace }: BodyBounds): Promise<Body> {
  const length = lengthOf(request);
  if (length !== undefined && length > limit) return { ok: false, code: 'body_too_large' };
  if (request.destroyed && !request.readableEnded) return { ok: false, code: 'aborted' };
  if (!request.readable) {
    throw new Error('The body was read before the receiver got it. Mount receiver.router before express.json() and other body parsers.');
  }
  let taken = room.reserves ? (length ?? 0) : 0;
  if (taken > 0 && !room.grow(taken)) return { ok: false, code: 'overloaded' };

  return new Promise((resolve) => {
    let received = 0;
    // On the request itself raw-body would hold all that has come for as long as that stays open, refused or not.
    const collected = new Readable({ read: () => undefined });
    const unwatch = watchPace(pace, () => received, () => settle({ ok: false, code: 'request_timeout' }));

    function onData(chunk: Buffer): void {
      received += chunk.length;
      if (received > taken && received <= limit) {
        // What there is no room for is not to be kept.
        if (!room.grow(received - taken)) return settle({ ok: false, code: 'overloaded' });
        taken = received;
      }
      collected.push(chunk);
    }

    function onEnd(): void {
      collected.push(null);
    }

    /** After its end a request closes, too, and before a promise has told that the body is whole. */
    function onGone(): void {
      if (!request.readableEnded) settle({ ok: false, code: 'aborted' });
    }

    function settle(body: Body): void {
      unwatch();
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      resolve(body);
    }

    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
    getRawBody(collected, length === undefined ? { limit } : { length, limit }).then(
      (bytes) => settle({ ok: true, bytes }),
      (error: unknown) => settle({ ok: false, code: REFUSALS[typeOf(error) ?? ''] ?? 'aborted' }),
    );
  });
}

/** As announced. Node's parser has refused what is no number, and more than one. */
function lengthOf({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

function typeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'type' in error && typeof error.type === 'string' ? error.type : undefined;
}
