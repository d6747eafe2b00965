/** Lets a bounded number in at once; the others wait in line. */
export interface Gate {
  /** Runs the work when there is room, and hands on what comes of it. */
  pass<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** @param room how many are let in at once */
export function createGate(room: number): Gate {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return {
    async pass(work) {
      if (inside >= room) await new Promise<void>((resolve) => waiting.push(resolve));
      else inside += 1;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) inside -= 1;
        else next();
      }
    },
  };
}
