/*
 * The stores that a receiver runs on. What has to hold on each of them is tested with `describe.each(engines)`;
 * CHATHOOKS_ENGINES (`sqlite`, `postgres`, or both with a comma) narrows it to one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type Postgres } from '../postgres/server';

export interface Engine {
  readonly name: EngineName;
  /** Makes an empty store. `url` is what `store:` in a chathooks.yaml says. */
  open(): Promise<EmptyStore>;
}

export interface EmptyStore {
  readonly url: string;
  /** Present where the store is a server of its own: cuts off every session, and starts it again. */
  readonly server?: Postgres;
  /** Removes it. To be called after the receiver is closed. */
  dispose(): Promise<void>;
}

export type EngineName = keyof typeof stores;

const stores = {
  async sqlite() {
    const folder = mkdtempSync(join(tmpdir(), 'chathooks-'));
    return { url: `sqlite:${join(folder, 'store.db')}`, dispose: async () => rmSync(folder, { recursive: true, force: true }) };
  },
  async postgres() {
    const server = await startPostgres();
    return { url: await server.createDatabase(), server, dispose: () => server.stop() };
  },
} satisfies Record<string, () => Promise<EmptyStore>>;

/** The engines to test with. */
export const engines: readonly Engine[] = wanted().map((name) => ({ name, open: stores[name] }));

function wanted(): readonly EngineName[] {
  const names = Object.keys(stores) as readonly EngineName[];
  const asked = process.env['CHATHOOKS_ENGINES']?.split(',').map((name) => name.trim());
  if (asked === undefined) return names;
  const unknown = asked.filter((name) => !Object.hasOwn(stores, name));
  if (unknown.length > 0) throw new Error(`CHATHOOKS_ENGINES names ${unknown.join(', ')}. There are ${names.join(' and ')}.`);
  return names.filter((name) => asked.includes(name));
}
