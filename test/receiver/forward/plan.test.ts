import { LOOK_EVERY_MS, plan, type Knowledge } from '../../../receiver/forward/plan';

const now = 1_700_000_000_000;
const calm: Knowledge = {
  held: false, pausedUntil: undefined, freeSlots: 1, more: false, wokenAt: undefined, wokenEvents: 0, dueAt: undefined, notBefore: 0,
  lastClaimAt: now, batch: { max: 10, waitMs: 500 },
};
const claim = { kind: 'claim' };
const sleep = (ms: number) => ({ kind: 'sleep', ms });

describe('a worker', () => {
  it.each<[string, Partial<Knowledge>, object]>([
    ['sleeps when nothing is known', {}, sleep(LOOK_EVERY_MS)],
    ['looks after a while all the same', { lastClaimAt: now - LOOK_EVERY_MS }, claim],
    ['claims when something is left', { more: true }, claim],
    ['claims nothing while it is held', { more: true, held: true }, sleep(LOOK_EVERY_MS)],
    ['claims nothing while the destination is down', { more: true, freeSlots: 0, pausedUntil: now + 400 }, sleep(400)],
    ['looks again after a while, however long it is down', { freeSlots: 0, pausedUntil: now + 1e12 }, sleep(LOOK_EVERY_MS)],
    ['claims nothing while it is held and down', { more: true, held: true, pausedUntil: now + 400 }, sleep(LOOK_EVERY_MS)],
    ['claims when the destination was down for long enough', { more: true, pausedUntil: now }, claim],
    ['claims nothing without a free slot', { more: true, freeSlots: 0 }, sleep(LOOK_EVERY_MS)],
    ['claims nothing when slots were taken away', { more: true, freeSlots: -2 }, sleep(LOOK_EVERY_MS)],
    ['lets a batch fill from the first event on', { wokenAt: now - 100, wokenEvents: 9 }, sleep(400)],
    ['claims when the batch has waited', { wokenAt: now - 500, wokenEvents: 1 }, claim],
    ['claims when the batch is full', { wokenAt: now, wokenEvents: 10 }, claim],
    ['does not wait where there are no batches', { wokenAt: now, wokenEvents: 1, batch: { max: 1, waitMs: 500 } }, claim],
    ['sleeps until a request falls due', { dueAt: now + 70 }, sleep(70)],
    ['claims what is due', { dueAt: now }, claim],
    ['does not wait for a batch when a repeat is due', { dueAt: now, wokenAt: now, wokenEvents: 1 }, claim],
    ['rests after a failure, whatever is due', { more: true, dueAt: now, notBefore: now + 300 }, sleep(300)],
    ['never sleeps for long', { dueAt: now + 1e12 }, sleep(LOOK_EVERY_MS)],
    ['claims when the clock was set back', { lastClaimAt: now + 5_000, dueAt: now + 9_000 }, claim],
  ])('%s', (_, known, step) => expect(plan({ ...calm, ...known }, now)).toEqual(step));
});
