/** Waits until something is so; generous, since machines are slow at times. */
export async function until(so: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await so())) {
    if (Date.now() > deadline) throw new Error(`never came to be: ${String(so)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
