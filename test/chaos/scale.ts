/** How often what can be repeated is: a handful of times under `npm test`, many times under `npm run test:chaos`. */
const ROUNDS = Number(process.env['CHATHOOKS_CHAOS_ROUNDS'] ?? 0);

/** Whether there is time for everything. */
export const isLongRun = ROUNDS > 0;

/** A test that takes its time, and that `npm test` does without. */
export const itInLongRun: jest.It = isLongRun ? it : it.skip;

/**
 * @param few in `npm test`
 * @param share of the rounds of a long run, where a round takes its time
 */
export function roundsOf(few: number, share = 1): number {
  return isLongRun ? Math.max(few, Math.ceil(ROUNDS * share)) : few;
}
