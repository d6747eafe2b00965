/*
 * Registered destinations that take their leave. One that registers itself (an n8n workflow that is edited) is deleted
 * and registered anew a moment later: for that moment nothing is sent to it, and nothing is lost either.
 */
import { errorName, type Log } from '../telemetry/log';
import type { Registration } from './registration';
import type { InTurn } from './turns';

/** No destination is waited for any longer. */
const LONGEST_GRACE_MS = 60_000;

/** Until a store that did not forget is asked again. */
const AGAIN_MS = 5_000;

/** Calls once, after a time in milliseconds. Returns what prevents it. */
export type After = (ms: number, call: () => void) => () => void;

export interface Leaving {
  get(id: string): Required<Registration> | undefined;
  ids(): readonly string[];
  /** Waits for one until its time, and forgets it then with what is pending for it. */
  add(registration: Required<Registration>): void;
  /** It is registered again, or forgotten before its time: it is not waited for any more. */
  recall(id: string): void;
  /** Forgets none any more; the next start of the program goes on with it. */
  close(): void;
}

export interface LeavingOptions {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly after: After;
  /** The end of a grace is a change like any other: none that was asked for before is overtaken. */
  readonly inTurn: InTurn;
  /** Drops a destination and what is pending for it, and tells whether; not one that was registered again. When that rejects, it is tried again later. */
  readonly forget: (registration: Required<Registration>) => Promise<boolean>;
  /** Called when one is none of these any more since its grace is over, or is one again since it could not be forgotten. */
  readonly onChange: () => void;
  readonly log: Log;
}

interface Leaver {
  readonly registration: Required<Registration>;
  readonly cancel: () => void;
}

/** Nobody takes leave yet. */
export function createLeaving({ clock, after, inTurn, forget, onChange, log }: LeavingOptions): Leaving {
  const leavers = new Map<string, Leaver>();
  let closed = false;

  function wait(registration: Required<Registration>, ms: number): void {
    const leaver: Leaver = { registration, cancel: after(ms, () => void inTurn(() => end(leaver))) };
    leavers.set(registration.config.id, leaver);
  }

  async function end(leaver: Leaver): Promise<void> {
    const { id } = leaver.registration.config;
    // Registered again, and even deleted again, while this waited for its turn.
    if (closed || leavers.get(id) !== leaver) return;
    // Here before in the store: an event that came between the two would be forwarded to nobody, for ever.
    leavers.delete(id);
    onChange();
    try {
      if (await forget(leaver.registration)) log.info({ destination: id }, 'a deleted destination was not registered again: it is forgotten with what was pending for it');
    } catch (error) {
      if (closed) return;
      log.warn({ destination: id, error: errorName(error) }, 'the store did not forget a deleted destination: trying again');
      wait(leaver.registration, AGAIN_MS);
      onChange();
    }
  }

  return {
    get: (id) => leavers.get(id)?.registration,
    ids: () => [...leavers.keys()],
    add(registration) {
      wait(registration, graceLeft(registration.leavingUntil, clock()));
    },
    recall(id) {
      leavers.get(id)?.cancel();
      leavers.delete(id);
    },
    close() {
      closed = true;
      for (const { cancel } of leavers.values()) cancel();
    },
  };
}

/** A timer that keeps no process alive. */
export const inBackground: After = (ms, call) => {
  const timer = setTimeout(call, ms).unref();
  return () => clearTimeout(timer);
};

/** Milliseconds. A clock that was wrong may have written a time far away. */
function graceLeft(leavingUntil: number, now: number): number {
  return Math.min(LONGEST_GRACE_MS, Math.max(0, leavingUntil - now));
}
