/** A prime: times ten million sequences in a run it stays below 10^15, which a double holds exactly. */
const RUNS = 99_999_989;

/** A number from 1 to {@link RUNS} for a run's nonce, so that the fresh ids of two runs differ where ids are numbers. */
export function runNumber(nonce: string): number {
  let found = 0;
  for (const character of nonce) found = (found * 128 + character.charCodeAt(0)) % RUNS;
  return found + 1;
}
