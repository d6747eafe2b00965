/** Fewer are done before anybody wonders. */
const WORTH_SHOWING = 100;
const INTERVAL_MS = 200;

export interface Progress {
  readonly update: (done: number) => void;
  readonly end: () => void;
}

/** A line that counts up, where somebody is looking and there is something to wait for. */
export function watchProgress(total: number, isWanted: boolean): Progress {
  if (!isWanted || !process.stderr.isTTY || total < WORTH_SHOWING) return { update: () => undefined, end: () => undefined };
  let shownAt = 0;
  return {
    update(done) {
      const now = performance.now();
      if (now - shownAt < INTERVAL_MS) return;
      shownAt = now;
      process.stderr.write(`\r${done} of ${total}`);
    },
    // Clears the line, so that the result stands alone.
    end: () => void process.stderr.write('\r\u001B[K'),
  };
}
