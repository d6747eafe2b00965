/*
 * What becomes of each arrival of a batch. Pure: it is told what the database knows.
 */
import { createHash } from 'node:crypto';
import type { ReadyArrival, ReadyDelivery } from './arrivals';
import { CollisionError } from './failure';

/** What is known under a fingerprint. */
export interface Noted {
  readonly seq: number;
  readonly seenAt: number;
  readonly renamed: boolean;
  /** Absent when the event is there no more. */
  readonly hook?: string;
  /** SHA-256 of its body, or what it came in if that is in this very batch; neither when nobody needs to know. */
  readonly bodyHash?: Buffer;
  readonly delivery?: ReadyDelivery;
}

export type Decision =
  /** Something new. `renamed`: its id belongs to an earlier event, and it is kept under another. */
  | { readonly kind: 'keep'; readonly seq: number; readonly renamed: boolean }
  /** A copy. `elsewhere`: it is the same event through another hook, and may go to that one's destinations too. */
  | { readonly kind: 'repeat'; readonly noted: Noted; readonly elsewhere: boolean };

/**
 * @param fresh  the numbers of those whose fingerprint was not known, by its hexadecimal digits
 * @param noted  what is known of the others; a fingerprint that is in neither was removed meanwhile
 * @param number gives the number for an event that happened again
 * @throws CollisionError when one was
 */
export function decide(arrivals: readonly ReadyArrival[], fresh: ReadonlyMap<string, number>, noted: ReadonlyMap<string, Noted>, number: () => number): readonly Decision[] {
  const known = new Map(noted);
  return arrivals.map((ready) => {
    const { print, hook, delivery, arrival } = ready;
    const earlier = known.get(print);
    const isNew = earlier === undefined;
    if (!isNew && isRepeat(ready, earlier)) return { kind: 'repeat', noted: earlier, elsewhere: isElsewhere(ready, earlier) };
    const seq = isNew ? fresh.get(print) : number();
    if (seq === undefined) throw new CollisionError('A fingerprint was removed while its event arrived.');
    // A copy of it may follow in the same batch.
    known.set(print, { seq, seenAt: arrival.receivedAt, renamed: !isNew, hook, delivery });
    return { kind: 'keep', seq, renamed: !isNew };
  });
}

/**
 * A repeat does not move `seenAt`: the window runs from the copy that was kept. Otherwise a sender whose keys recur
 * within the window (a status that flips every minute) would be heard once and never again.
 */
function isRepeat({ arrival: { repeatWindowMs, receivedAt } }: ReadyArrival, { seenAt }: Noted): boolean {
  return repeatWindowMs === undefined || receivedAt - seenAt <= repeatWindowMs;
}

/** Other bytes under the same key are no copy of the event, and must not be forwarded in its name. */
function isElsewhere({ hook, delivery: { body } }: ReadyArrival, kept: Noted): boolean {
  if (kept.hook === undefined || kept.hook === hook) return false;
  if (kept.delivery !== undefined) return Buffer.compare(kept.delivery.body, body) === 0;
  return kept.bodyHash?.equals(createHash('sha256').update(body).digest()) === true;
}
