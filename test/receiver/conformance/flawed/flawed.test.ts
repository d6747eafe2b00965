import type { Fault } from '../fault';
import { scenarios } from '../scenarios';
import { sound } from './behaviour';
import type { Behaviour } from './behaviour';
import { flaws } from './flaws';
import { minimal } from './subject';

/** By the number of each scenario that fails, in which respects, as the tables of flaws.ts have it. */
async function failures(behaviour: Behaviour): Promise<Readonly<Record<number, readonly string[]>>> {
  const subject = await minimal(behaviour);
  try {
    const failed: Record<number, readonly string[]> = {};
    for (const { number, run } of scenarios) {
      const faults = await run(subject);
      if (faults.length > 0) failed[number] = aspectsOf(faults);
    }
    return failed;
  } finally {
    await subject.close();
  }
}

function aspectsOf(faults: readonly Fault[]): readonly string[] {
  return [...new Set(faults.map(({ aspect }) => aspect))].sort();
}

it('a minimal receiver without a flaw passes every scenario', async () => expect(await failures(sound)).toEqual({}), 60_000);

describe('a receiver with one flaw fails just the scenarios that the flaw is about', () => {
  it.each(flaws.map(({ name, override, caughtBy }) => [name, Object.keys(caughtBy).join(', '), override, caughtBy] as const))(
    '%s: %s',
    async (_name, _numbers, override, caughtBy) => expect(await failures({ ...sound, ...override })).toEqual(caughtBy),
    60_000,
  );
});

it('there are sixteen scenarios and ten flaws, and a flaw for each scenario but those that any working receiver passes', () => {
  expect(scenarios.map(({ number }) => number)).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
  expect(flaws).toHaveLength(10);
  const caught = new Set(flaws.flatMap(({ caughtBy }) => Object.keys(caughtBy).map(Number)));
  expect(scenarios.map(({ number }) => number).filter((number) => !caught.has(number))).toEqual([6, 7, 12]);
});
