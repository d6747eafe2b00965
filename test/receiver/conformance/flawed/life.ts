/** One life of a receiver, from its start to its end. What is not in its store is gone with it. */
export interface Life {
  /** Aborted at the end. */
  readonly signal: AbortSignal;
  /** Resolves in a later turn of the event loop, as input and output do; never again after the end, so that not one line runs on. */
  turn(): Promise<void>;
  end(): void;
}

export function begin(): Life {
  const controller = new AbortController();
  const { signal } = controller;
  return {
    signal,
    turn: () => new Promise((resolve) => setImmediate(() => (signal.aborted ? undefined : resolve()))),
    end: () => controller.abort(),
  };
}
