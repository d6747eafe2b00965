import type { IncomingMessage } from 'node:http';
import { matchesAny } from '../../providers/authentication/compare';
import { valuesOf } from '../http/raw-headers';
import { problem } from './answer';
import type { ApiAnswer } from './answer';

/** Decides over requests by their Authorization header. */
export interface Authority {
  /** Undefined lets the request in. */
  refuse(request: IncomingMessage): ApiAnswer | undefined;
  /** Whether its token is the right one still; a wrong one is not counted as a guess. */
  admits(request: IncomingMessage): boolean;
}

export interface AuthorityOptions {
  /** The admin token as it is now; none, or an empty one, lets nobody in. */
  readonly token: () => string | undefined;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** Wrong tokens that one address may try within a second before it is told to wait. */
const MOST_FAILURES = 10;
const WINDOW_MS = 1_000;
/** How many addresses are watched at once. Past that the one watched longest is forgotten. */
const MOST_ADDRESSES = 1_024;

const MESSAGE = 'The admin token is missing or wrong. Send it as "Authorization: Bearer <token>"; it is admin.token in the configuration.';

/**
 * Lets in whoever presents the admin token, in one Authorization header and nowhere else. Each refusal looks the same.
 * The right token always gets in: behind a reverse proxy everybody has the same address, and a lock-out would let anyone
 * who guesses shut the operator out. What makes guessing hopeless is the length of the token (config/warnings.ts); that
 * a guesser is told to wait, whichever wrong token it is, only keeps a program that is stuck from asking on and on.
 */
export function createAuthority({ token, now = Date.now }: AuthorityOptions): Authority {
  const failures = new Map<string, { count: number; readonly until: number }>();

  function isWaiting(address: string): boolean {
    const failed = failures.get(address);
    return failed !== undefined && failed.until > now() && failed.count >= MOST_FAILURES;
  }

  function count(address: string): void {
    const failed = failures.get(address);
    if (failed !== undefined && failed.until > now()) {
      failed.count++;
      return;
    }
    failures.delete(address);
    failures.set(address, { count: 1, until: now() + WINDOW_MS });
    if (failures.size > MOST_ADDRESSES) failures.delete(failures.keys().next().value ?? '');
  }

  function admits(request: IncomingMessage): boolean {
    const presented = bearer(request);
    const expected = token();
    return presented !== undefined && expected !== undefined && matchesAny(presented, [expected]);
  }

  function refuse(request: IncomingMessage): ApiAnswer | undefined {
    if (admits(request)) return undefined;
    // Without a token nothing was guessed.
    if (bearer(request) !== undefined) {
      // The connection's own address: X-Forwarded-For is whatever the sender likes.
      const address = request.socket.remoteAddress ?? '';
      if (isWaiting(address)) return problem('too_many_failures', 'Too many wrong tokens from this address. Check the token, and wait a second.', { 'retry-after': '1' });
      count(address);
    }
    return problem('unauthorized', MESSAGE, { 'www-authenticate': 'Bearer' });
  }

  return { refuse, admits };
}

/** The token, when there is exactly one Authorization header and it is a bearer's. */
function bearer({ rawHeaders }: IncomingMessage): string | undefined {
  const [value, ...others] = valuesOf(rawHeaders, 'authorization');
  if (value === undefined || others.length > 0 || !/^bearer /i.test(value)) return undefined;
  const token = value.slice('bearer '.length).trim();
  // Node reads header bytes as latin1; a token may be configured with any letters.
  return token === '' ? undefined : Buffer.from(token, 'latin1').toString('utf8');
}
