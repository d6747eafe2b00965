/*
 * Changes of the destinations that outlive the program: what they make of the memory and of the store.
 */
import type { DestinationConfig } from '../config/config';
import type { Store } from '../store/store';
import { recordOf } from './remembered';
import type { Registration } from './registration';
import type { Roster } from './roster';
import type { InTurn } from './turns';

/** One that the store does not keep rejects, and leaves all as it was. */
export interface Changes {
  /**
   * Registers a destination or replaces its registration, and enables it; one that takes its leave is back, with all
   * that waits for it. False: the file configures this id, nothing was done.
   */
  put(config: DestinationConfig): Promise<boolean>;
  /**
   * Forgets a registered destination with what is pending for it; or what is pending for one that is no more.
   * @param graceMs for so long, a minute at most, a registered one takes its leave first: it is gone for everybody and
   * nothing is sent to it, but events wait for it. Who registers it again meanwhile, as somebody does who replaces it
   * in two steps, has lost nothing. Deleted again in that time: `unknown`, or `deleted` at once without a grace.
   */
  delete(id: string, graceMs?: number): Promise<'deleted' | 'configured' | 'unknown'>;
  /** Releases what a disabled destination held back. False: there is no such destination. */
  enable(id: string): Promise<boolean>;
  /** Has the store remember that a destination is disabled. */
  save(id: string): Promise<void>;
}

export interface ChangesOptions {
  readonly roster: Roster;
  readonly store: Pick<Store, 'putDestination' | 'deleteDestination'>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** One change after the other: the store is to end up with what stands in memory. */
  readonly inTurn: InTurn;
  /** Takes over what other receivers have written, before something is made of it. */
  readonly refresh: () => Promise<void>;
}

/** Changes nothing yet. */
export function createChanges({ roster, store, clock, inTurn, refresh }: ChangesOptions): Changes {
  async function put(config: DestinationConfig): Promise<boolean> {
    const { id } = config;
    if (roster.isConfigured(id)) return false;
    await store.putDestination(recordOf(id, { config }, undefined));
    roster.release(id);
    roster.hold(id, { config });
    return true;
  }

  async function remove(id: string, graceMs: number): Promise<'deleted' | 'configured' | 'unknown'> {
    if (roster.isConfigured(id)) return 'configured';
    // One that is not known here may have been registered with another receiver a moment ago.
    if (graceMs > 0 && roster.registration(id) === undefined) await refresh();
    const before = roster.registration(id);
    if (before === undefined || graceMs <= 0) return forget(id, before);
    if (before.leavingUntil !== undefined) return 'unknown';
    const leaver = { config: before.config, leavingUntil: clock() + graceMs };
    await holding(id, before, leaver, () => store.putDestination(recordOf(id, leaver, roster.disabledAt(id))));
    return 'deleted';
  }

  async function forget(id: string, before: Registration | undefined): Promise<'deleted' | 'unknown'> {
    const had = await holding(id, before, undefined, () => store.deleteDestination(id));
    roster.release(id);
    return had || before !== undefined ? 'deleted' : 'unknown';
  }

  /**
   * Here before in the store, so that nothing is claimed for it any more once the store is at it; and an event that
   * came between the two would be forwarded to nobody, for ever.
   */
  async function holding<Result>(id: string, before: Registration | undefined, after: Registration | undefined, write: () => Promise<Result>): Promise<Result> {
    roster.hold(id, after);
    try {
      return await write();
    } catch (error) {
      roster.hold(id, before);
      throw error;
    }
  }

  async function enable(id: string): Promise<boolean> {
    await refresh();
    if (roster.get(id) === undefined) return false;
    await store.putDestination(recordOf(id, roster.registration(id), undefined));
    roster.release(id);
    return true;
  }

  async function save(id: string): Promise<void> {
    if (!roster.isUnsaved(id)) return;
    await refresh();
    if (!roster.isUnsaved(id)) return;
    if (roster.get(id) !== undefined) await store.putDestination(recordOf(id, roster.registration(id), roster.disabledAt(id)));
    roster.saved(id);
  }

  return {
    put: (config) => inTurn(() => put(config)),
    delete: (id, graceMs = 0) => inTurn(() => remove(id, graceMs)),
    enable: (id) => inTurn(() => enable(id)),
    save: (id) => inTurn(() => save(id)),
  };
}
