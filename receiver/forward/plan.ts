/*
 * What a worker does next, as a function of what it knows.
 */

/** A look at the store now and then, woken or not: other processes may have put something in, and clocks get set. */
export const LOOK_EVERY_MS = 30_000;

export interface Knowledge {
  /** Nothing may be claimed now: the destination is disabled, or the store does not keep what became of requests. */
  readonly held: boolean;
  /** Nothing is claimed before this time, since the destination is down. */
  readonly pausedUntil: number | undefined;
  readonly freeSlots: number;
  /** The last claim left something behind, as far as one can tell. */
  readonly more: boolean;
  /** When something new was first heard of since the last claim, and how many events of it. */
  readonly wokenAt: number | undefined;
  readonly wokenEvents: number;
  /** When the next request falls due. */
  readonly dueAt: number | undefined;
  /** No claim before this time, since the last ones failed. */
  readonly notBefore: number;
  readonly lastClaimAt: number;
  readonly batch: { readonly max: number; readonly waitMs: number };
}

export type Step = { readonly kind: 'claim' } | { readonly kind: 'sleep'; readonly ms: number };

/** Times are epoch milliseconds. A sleep ends early when something happens; then the plan is made anew. */
export function plan(known: Knowledge, now: number): Step {
  if (!known.held && known.pausedUntil !== undefined && now < known.pausedUntil) return { kind: 'sleep', ms: Math.min(LOOK_EVERY_MS, known.pausedUntil - now) };
  if (known.held || known.freeSlots <= 0) return { kind: 'sleep', ms: LOOK_EVERY_MS };
  // The clock was set back: no time in here means anything any more.
  if (now < known.lastClaimAt) return { kind: 'claim' };
  const claimAt = Math.max(known.notBefore, known.more ? now : earliest(known));
  return claimAt <= now ? { kind: 'claim' } : { kind: 'sleep', ms: Math.min(LOOK_EVERY_MS, claimAt - now) };
}

function earliest({ wokenAt, wokenEvents, dueAt, lastClaimAt, batch }: Knowledge): number {
  const fillsUntil = wokenAt === undefined ? Infinity : wokenEvents >= batch.max ? wokenAt : wokenAt + batch.waitMs;
  return Math.min(fillsUntil, dueAt ?? Infinity, lastClaimAt + LOOK_EVERY_MS);
}
