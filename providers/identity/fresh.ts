import { createHash } from 'node:crypto';
import type { Freshness } from '../provider';

/** An id that no other sample of this run or another one has, in the form of a UUID. */
export function freshId({ nonce, sequence }: Freshness): string {
  const digits = createHash('sha256').update(`${nonce}:${sequence}`).digest('hex');
  return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `8${digits.slice(17, 20)}`, digits.slice(20, 32)].join('-');
}

/** A time that no other sample of this run has: events follow one another by a millisecond. */
export function freshTime({ now, sequence }: Freshness): string {
  return new Date(now.getTime() + sequence).toISOString();
}
