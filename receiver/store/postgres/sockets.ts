import { Socket } from 'node:net';

/** The sockets of connections, so that none is left behind: over a network that swallows everything, no goodbye is ever answered. */
export class Sockets {
  readonly #open = new Set<Socket>();
  #onGone: (() => void) | undefined;

  /** A socket that is not connected yet, as pg asks for one. */
  readonly create = (): Socket => {
    const socket = new Socket();
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      if (this.#open.size === 0) this.#onGone?.();
    });
    return socket;
  };

  /** Resolves when all are closed; those that are not after some milliseconds are cut off. */
  async close(withinMs: number): Promise<void> {
    if (this.#open.size === 0) return;
    const alarm = setTimeout(() => this.cutOff(), withinMs);
    await new Promise<void>((resolve) => (this.#onGone = resolve));
    clearTimeout(alarm);
  }

  /** Closes them all. What was under way on them fails. */
  cutOff(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
