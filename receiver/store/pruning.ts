/*
 * Which events go, the same in every engine.
 */

/** By the transaction: others wait for what it holds, for some tens of milliseconds. Looking costs less than removing. */
export const LOOKED_AT_ONCE = 2_000;
export const ATTEMPTS_AT_ONCE = 5_000;
export const FINGERPRINTS_AT_ONCE = 2_000;
const PRUNED_AT_ONCE = 500;
/** So many of the oldest events keep their attempts when they stay, though they are old. */
export const STAYING_AT_MOST = 2_000;

export interface Oldest {
  readonly seq: number;
  readonly received_at: number;
  /** What its removal makes room for; a body goes with the last event of its delivery. */
  readonly bytes: number;
  /** Something of it is pending. SQLite has no truth values. */
  readonly held: boolean | 0 | 1;
}

export interface Chosen {
  readonly seqs: readonly number[];
  /** When the latest of them was received. */
  readonly until: number;
  /** Where to go on; absent when nothing more is to go. */
  readonly end?: number;
}

/**
 * Chooses what is too old, and what is too much. What is neither is passed by: a clock that was wrong for a while has
 * put it before others that are. Where a stretch has nothing else, those behind it are taken for as young.
 * @param oldest up to {@link LOOKED_AT_ONCE} events, from the oldest on.
 * @param olderThan epoch milliseconds.
 * @param excess bytes beyond what is to be kept.
 */
export function choose(oldest: Iterable<Oldest>, olderThan: number, excess: number): Chosen {
  const seqs: number[] = [];
  let tooMuch = excess;
  let until = -Infinity;
  let looked = 0;
  let young = 0;
  let last: number | undefined;
  for (const { seq, received_at: receivedAt, bytes, held } of oldest) {
    const isYoung = receivedAt >= olderThan && tooMuch <= 0;
    // What was too much is gone. Whoever asks again later is to begin with the oldest that is left.
    if (isYoung && excess > 0) return { seqs, until };
    looked++;
    last = seq;
    if (isYoung) {
      young++;
      continue;
    }
    if (held === true || held === 1) continue;
    seqs.push(seq);
    until = Math.max(until, receivedAt);
    tooMuch -= bytes;
    if (seqs.length === PRUNED_AT_ONCE) return { seqs, until, end: seq };
  }
  return { seqs, until, ...(last !== undefined && looked === LOOKED_AT_ONCE && young < LOOKED_AT_ONCE ? { end: last } : {}) };
}
