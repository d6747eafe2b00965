import type { ServerResponse } from 'node:http';
import { createTokenBucket } from '../token-bucket';
import type { Rate } from '../token-bucket';
import { problem } from './answer';
import type { ApiAnswer } from './answer';

/** More than a page that polls and a script that replays one event after another ask for together. */
const RATE: Rate = { perSecond: 100, burst: 1_000 };

/** Each may hold a page of events in memory (store/page.ts) until it is read. */
const MOST_AT_A_TIME = 32;

/**
 * Bounds what those with the right token ask for, all together. Whoever has no token is refused before, and takes
 * nothing of it: a stranger can't use it up.
 */
export interface Bounds {
  /** Undefined lets a request in, until its answer was read and what it {@link hold}s has ended, or {@link leave} is called. */
  enter(response: ServerResponse): ApiAnswer | undefined;
  /** Keeps the place of a request as long as its work goes on: whoever hangs up and asks again would have it done many times over. */
  hold(response: ServerResponse, work: Promise<unknown>): void;
  /** For an answer that stays open, and is bounded otherwise. */
  leave(response: ServerResponse): void;
}

/** @param monotonic milliseconds of a clock that is never set. */
export function createBounds(monotonic: () => number): Bounds {
  const bucket = createTokenBucket(monotonic);
  /** How many things each one still waits for: its work, and its answer being read. */
  const underWay = new Map<ServerResponse, number>();

  function free(response: ServerResponse): void {
    const left = (underWay.get(response) ?? 0) - 1;
    if (left > 0) underWay.set(response, left);
    else underWay.delete(response);
  }

  return {
    enter(response) {
      const wait = bucket.take(RATE);
      if (wait > 0) return problem('rate_limited', 'The API is asked too often. Ask again after the time that Retry-After names.', { 'retry-after': String(Math.ceil(wait)) });
      if (underWay.size >= MOST_AT_A_TIME) return problem('overloaded', 'The API is answering as many requests as it does at a time. Ask again after the time that Retry-After names.', { 'retry-after': '1' });
      underWay.set(response, 1);
      response.once('close', () => free(response));
      return undefined;
    },
    hold(response, work) {
      underWay.set(response, (underWay.get(response) ?? 0) + 1);
      const end = (): void => free(response);
      work.then(end, end);
    },
    leave: (response) => void underWay.delete(response),
  };
}
