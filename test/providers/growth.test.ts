import { readSample } from '../support/samples';
import { stepsOf } from '../support/steps';
import { events, judge, values, withText } from './worst';

// Counting is slow, and what grows with the square shows long before the largest body.
const WHOLE = 262_144;
const QUARTER = WHOLE / 4;

describe.each(events)('a growing body: %s, %s', (name, event, place) => {
  const sample = readSample(name, event);

  it.each(Object.entries(values))('takes no more than four times the steps of a quarter of it, with %s', async (_value, made) => {
    const stepsWith = (size: number): Promise<number> => stepsOf('/providers/', () => judge(name, sample, withText(sample, place, made(size))));
    await judge(name, sample, withText(sample, place, made(QUARTER))); // What is loaded or made once is not counted.
    const short = await stepsWith(QUARTER);
    expect(short).toBeGreaterThan(100);
    expect((await stepsWith(WHOLE)) / short).toBeLessThan(4.5);
  });
});
