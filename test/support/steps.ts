import { Session } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';

// V8 puts counters into what it compiles from here on, and code that it optimised no longer counts: so this is begun once, as a
// test file is loaded and before what it tests has run, and ends with the file.
const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
['--no-opt', '--no-maglev'].forEach(setFlagsFromString);
afterAll(() => {
  ['--opt', '--maglev'].forEach(setFlagsFromString);
  session.disconnect();
});

/**
 * How often the blocks of the project's own code under `folder` run while `run` does, by V8's count: a measure of work that is
 * the same on every machine and under every load, where a clock's is not. What happens inside the engine (a pattern's matching,
 * a search in a text) isn't in it: patterns are judged by the lint's rules against backtracking.
 */
export async function stepsOf(folder: `/${string}/`, run: () => unknown): Promise<number> {
  countedIn(folder);
  await run();
  return countedIn(folder);
}

/** What has run since the last time that this was asked. */
function countedIn(folder: string): number {
  let sum = 0;
  session.post('Profiler.takePreciseCoverage', (error, { result }) => {
    if (error !== null) throw error;
    for (const { url, functions } of result) {
      if (!url.includes(folder) || url.includes('/test/')) continue;
      for (const { ranges } of functions) for (const { count } of ranges) sum += count;
    }
  });
  return sum;
}
