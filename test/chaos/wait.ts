const LOOK_EVERY_MS = 25;

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Polls until a condition holds, and resolves to what it found.
 *
 * @param what what is waited for, as the error says it
 * @param withinMs generous: the machine may be busy, and a condition that comes is not waited out
 */
export async function until<Value>(what: string, look: () => Value | undefined | false | Promise<Value | undefined | false>, withinMs = 60_000): Promise<Value> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain: ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
}
