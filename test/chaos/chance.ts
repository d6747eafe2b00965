import { randomInt } from 'node:crypto';

/** Random choices that a seed repeats. The moments of the machine do not repeat with them; what is tried does. */
export interface Chance {
  readonly seed: number;
  /** In [0, 1). */
  next(): number;
  /** A whole number from 0 up to, and without, the bound. */
  below(bound: number): number;
  pick<Choice>(choices: readonly Choice[]): Choice;
}

/** The seed of CHATHOOKS_CHAOS_SEED, or a new one. */
export function chosenSeed(): number {
  const given = Number(process.env['CHATHOOKS_CHAOS_SEED']);
  return Number.isInteger(given) && given > 0 ? given : randomInt(1, 2 ** 31);
}

/** @param seed a whole number; equal seeds give equal choices */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  // Mulberry32, by Tommy Ettinger: a counter, scrambled.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    seed,
    next,
    below,
    pick(choices) {
      const choice = choices[below(choices.length)];
      if (choice === undefined) throw new Error('There is nothing to choose from.');
      return choice;
    },
  };
}
