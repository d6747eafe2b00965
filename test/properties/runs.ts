import fc from 'fast-check';

/** How many inputs each property is tried with. CHATHOOKS_FUZZ_RUNS asks for more of them. */
const RUNS = Number(process.env['CHATHOOKS_FUZZ_RUNS'] ?? 200);

/** Parameters of fc.assert. On a failure fast-check prints the seed and the smallest input that still fails. */
export function runs(share = 1): { readonly numRuns: number } {
  return { numRuns: Math.max(1, Math.ceil(RUNS * share)) };
}

/** Text of any UTF-16 code units, halves of pairs included. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map((units) => String.fromCharCode(...units)) },
);
