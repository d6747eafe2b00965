import { runNumber } from '../../providers/run-number';

it('gives each run a number of its own, with which a double can still count ten million', () => {
  const nonces = Array.from({ length: 2_000 }, (_, index) => `k${index.toString(36)}v9`);
  const numbers = nonces.map(runNumber);
  expect(new Set(numbers).size).toBe(nonces.length);
  expect(numbers.every((number) => Number.isInteger(number) && number >= 1 && Number.isSafeInteger(number * 10_000_000 + 9_999_999))).toBe(true);
});

it.each(['', 'z'.repeat(1_000)])('is total: %.5s', (nonce) => expect(runNumber(nonce)).toBeGreaterThan(0));
