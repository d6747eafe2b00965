/*
 * Takes over what the store says about destinations: at the start, and whenever another receiver has changed it.
 * Nothing is written here, so that no two receivers ever answer each other's changes.
 */
import type { Store } from '../store/store';
import { errorName, type Log } from '../telemetry/log';
import type { Held } from './changes';
import type { After } from './leaving';
import { readRemembered, type Remembered } from './remembered';
import { writeRegistration, type Registration } from './registration';
import type { InTurn } from './turns';

/** Until a store that could not be read is asked again. */
const AGAIN_MS = 5_000;

export interface Refresh {
  /** Reads and takes over, as a part of a change that has its turn. Rejects when the store can't be read. */
  now(): Promise<void>;
  /** Does so when its turn comes, and again later while the store can't be read. */
  soon(): void;
  close(): void;
}

export interface RefreshOptions extends Held {
  readonly store: Pick<Store, 'destinations'>;
  readonly inTurn: InTurn;
  readonly after: After;
  /** Called once the memory is another. */
  readonly onChange: () => void;
  readonly log: Log;
}

/** Reads nothing yet. */
export function createRefresh(options: RefreshOptions): Refresh {
  const { store, inTurn, after, onChange, log } = options;
  let queued = false;
  let closed = false;
  let cancel: (() => void) | undefined;

  async function now(): Promise<void> {
    if (takeOver(await readRemembered(store, log), options)) onChange();
  }

  async function turn(): Promise<void> {
    // What is told from here on may have come too late for this reading.
    queued = false;
    if (closed) return;
    try {
      await now();
    } catch (error) {
      if (closed) return;
      log.warn({ error: errorName(error) }, 'what another receiver has changed about destinations cannot be read: trying again');
      cancel?.();
      cancel = after(AGAIN_MS, soon);
    }
  }

  function soon(): void {
    if (queued || closed) return;
    queued = true;
    void inTurn(turn);
  }

  return {
    now,
    soon,
    close() {
      closed = true;
      cancel?.();
    },
  };
}

/** Returns whether anything is another than before. */
function takeOver(read: Remembered, held: Held): boolean {
  const before = snapshot(held);
  takeOverDisabled(read, held);
  for (const id of held.registered.keys()) if (!read.registered.has(id)) held.registered.delete(id);
  for (const [id, config] of read.registered) held.registered.set(id, config);
  takeOverLeaving(read.leaving, held);
  return snapshot(held) !== before;
}

/** A 410 that is on its way into the store stays, unless it was about another address, or somebody has noted one already. */
function takeOverDisabled(read: Remembered, { registered, disabled, unsaved }: Held): void {
  for (const id of unsaved) {
    const moved = read.registered.has(id) && read.registered.get(id)?.url !== registered.get(id)?.url;
    if (moved || read.disabled.has(id)) unsaved.delete(id);
  }
  for (const id of disabled.keys()) if (!unsaved.has(id) && !read.disabled.has(id)) disabled.delete(id);
  for (const [id, at] of read.disabled) disabled.set(id, at);
}

/** One that has its timer already keeps it: its grace is not to begin anew with each reading. */
function takeOverLeaving(read: Remembered['leaving'], { leaving }: Held): void {
  const present = new Map(read.map((registration) => [registration.config.id, registration]));
  for (const id of leaving.ids()) if (!isSame(leaving.get(id), present.get(id))) leaving.recall(id);
  for (const [id, registration] of present) if (leaving.get(id) === undefined) leaving.add(registration);
}

function isSame(one: Registration | undefined, other: Registration | undefined): boolean {
  return one !== undefined && other !== undefined && writeRegistration(one) === writeRegistration(other);
}

function snapshot({ registered, leaving, disabled }: Held): string {
  return JSON.stringify([[...registered].sort(byId), leaving.ids().map((id) => leaving.get(id)), [...disabled].sort(byId)]);
}

function byId([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
