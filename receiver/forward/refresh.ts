/*
 * Takes over what the store says about destinations: at the start, and whenever another receiver has changed it.
 * Nothing is written here, so that no two receivers ever answer each other's changes.
 */
import type { Store } from '../store/store';
import { errorName, type Log } from '../telemetry/log';
import type { After } from './leaving';
import { readRemembered } from './remembered';
import type { Roster } from './roster';
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

export interface RefreshOptions {
  readonly roster: Pick<Roster, 'takeOver'>;
  readonly store: Pick<Store, 'destinations'>;
  readonly inTurn: InTurn;
  readonly after: After;
  readonly log: Log;
}

/** Reads nothing yet. */
export function createRefresh({ roster, store, inTurn, after, log }: RefreshOptions): Refresh {
  let queued = false;
  let closed = false;
  let cancel: (() => void) | undefined;

  async function now(): Promise<void> {
    roster.takeOver(await readRemembered(store, log));
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
