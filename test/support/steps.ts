import { Session } from 'node:inspector/promises';
import { setFlagsFromString } from 'node:v8';

// Code that was optimised no longer counts.
const WHILE_COUNTING = ['--no-opt', '--no-maglev'];
const AFTERWARDS = ['--opt', '--maglev'];

/**
 * How often the blocks of the project's own code under `folder` run while `run` does, by V8's count: a measure of work that is
 * the same on every machine and under every load, where a clock's is not. What happens inside the engine (a pattern's matching,
 * a search in a text) isn't in it: patterns are judged by the lint's rules against backtracking.
 */
export async function stepsOf(folder: `/${string}/`, run: () => unknown): Promise<number> {
  const session = new Session();
  session.connect();
  WHILE_COUNTING.forEach(setFlagsFromString);
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    await run();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    return result
      .filter(({ url }) => url.includes(folder) && !url.includes('/test/'))
      .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)))
      .reduce((sum, count) => sum + count, 0);
  } finally {
    session.disconnect();
    AFTERWARDS.forEach(setFlagsFromString);
  }
}
