import type { ServerResponse } from 'node:http';
import { createTokenBucket } from '../token-bucket';
import type { Rate } from '../token-bucket';
import { problem } from './answer';
import type { ApiAnswer } from './answer';

/** More than a page that polls and a script that replays one event after another ask for together. */
const RATE: Rate = { perSecond: 100, burst: 1_000 };

/** Each may hold a page of events in memory (pages.ts) until it is read. */
const MOST_AT_A_TIME = 32;

/**
 * Bounds what those with the right token ask for, all together. Whoever has no token is refused before, and takes
 * nothing of it: a stranger can't use it up.
 */
export interface Bounds {
  /** Undefined lets a request in, until its answer was read or {@link leave} is called. */
  enter(response: ServerResponse): ApiAnswer | undefined;
  /** For an answer that stays open, and is bounded otherwise. */
  leave(response: ServerResponse): void;
}

/** @param monotonic milliseconds of a clock that is never set. */
export function createBounds(monotonic: () => number): Bounds {
  const bucket = createTokenBucket(monotonic);
  const underWay = new Set<ServerResponse>();

  return {
    enter(response) {
      const wait = bucket.take(RATE);
      if (wait > 0) return problem('rate_limited', 'The API is asked too often. Ask again after the time that Retry-After names.', { 'retry-after': String(Math.ceil(wait)) });
      if (underWay.size >= MOST_AT_A_TIME) return problem('overloaded', 'The API is answering as many requests as it does at a time. Ask again after the time that Retry-After names.', { 'retry-after': '1' });
      underWay.add(response);
      response.once('close', () => underWay.delete(response));
      return undefined;
    },
    leave: (response) => void underWay.delete(response),
  };
}
