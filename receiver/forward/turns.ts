/** Runs a change once all that were handed over before have ended; settles as the change does. */
export type InTurn = <Result>(change: () => Promise<Result>) => Promise<Result>;

/** Creates a queue of changes. One that fails holds up none behind it. */
export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (change) => {
    const changing = last.then(change);
    last = changing.catch(() => undefined);
    return changing;
  };
}
