import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ADMIN_TOKEN } from '../support/running';
import { startReceiver } from './receiver-process';
import type { ReceiverProcess } from './receiver-process';

/** A place for a receiver: its address stays when the process in it is another. */
export interface Slot {
  readonly url: string;
  /** The process in it now, or the last one. */
  readonly process: ReceiverProcess;
  /** Ends the process at once, and resolves when it is gone. */
  kill(): Promise<void>;
  /** Puts a new process where one has ended. It is not ready yet. */
  start(): void;
}

export interface Fleet {
  readonly slots: readonly Slot[];
  readonly urls: readonly string[];
  /** How many processes were killed. */
  readonly kills: () => number;
  allReady(): Promise<void>;
  /** Ends all of them as a service manager would. Resolves to how each ended: 0 when it finished what was under way. */
  terminate(): Promise<readonly (number | string)[]>;
  /** Leaves no process behind, whatever the test came to. */
  destroy(): Promise<void>;
}

/**
 * Starts receivers of one configuration, each at an address of its own.
 *
 * @param configured what chathooks.yaml says, but for the address and the token
 */
export async function startFleet(folder: string, size: number, configured: object): Promise<Fleet> {
  let kills = 0;
  const slots: readonly Slot[] = await Promise.all(Array.from({ length: size }, async (_, index) => {
    const port = await freePort();
    const config = join(folder, `chathooks-${index}.yaml`);
    // JSON is YAML.
    writeFileSync(config, JSON.stringify({ listen: { port }, admin: { token: ADMIN_TOKEN }, ...configured }));
    const start = (): ReceiverProcess => startReceiver(config, port, folder);
    let process = start();
    return {
      url: process.url,
      get process() {
        return process;
      },
      async kill() {
        if (process.isRunning()) kills += 1;
        process.signal('SIGKILL');
        await process.ended;
      },
      start() {
        process = start();
      },
    };
  }));
  return {
    slots,
    urls: slots.map(({ url }) => url),
    kills: () => kills,
    allReady: async () => void (await Promise.all(slots.map((slot) => slot.process.ready()))),
    terminate: () => Promise.all(slots.map(({ process }) => (process.signal('SIGTERM'), process.ended))),
    destroy: async () => void (await Promise.all(slots.map(({ process }) => (process.signal('SIGKILL'), process.ended)))),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
