import { Session } from 'node:inspector';

/**
 * Watches which blocks of code are reached, by V8's own count.
 * @param isWatched tells by its URL whether a script is looked at.
 */
export function startCoverage(isWatched) {
  const session = new Session();
  session.connect();
  const post = (method, parameters) => {
    let answer;
    session.post(method, parameters, (error, result) => {
      if (error) throw new Error(error.message);
      answer = result;
    });
    return answer;
  };
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  /** Blocks that V8 has named, by script and place: true once one was reached. */
  const blocks = new Map();
  return {
    /** How many blocks were reached since the last look that never were before. */
    look() {
      let fresh = 0;
      for (const { url, functions } of post('Profiler.takePreciseCoverage').result) {
        if (!isWatched(url)) continue;
        for (const { ranges } of functions) {
          for (const { startOffset, endOffset, count } of ranges) {
            const block = `${url}:${startOffset}:${endOffset}`;
            if (count > 0 && blocks.get(block) !== true) fresh++;
            blocks.set(block, count > 0 || blocks.get(block) === true);
          }
        }
      }
      return fresh;
    },
    /** Reached, of all that were named. */
    total: () => ({ reached: [...blocks.values()].filter(Boolean).length, named: blocks.size }),
  };
}
