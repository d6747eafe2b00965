/** Chance from a seed (mulberry32): the same seed gives the same run. */
export function createChance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (bound) => Math.floor(next() * bound);
  return {
    below,
    /** True once in so many times. */
    onceIn: (times) => below(times) === 0,
    pick: (list) => list[below(list.length)],
    /** Small numbers often, large ones now and then. */
    few: (bound) => Math.floor(next() ** 3 * (bound + 1)),
  };
}
