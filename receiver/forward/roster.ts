/*
 * Which destinations there are and which of them are disabled, in memory: all of it is kept here and nowhere else. What
 * lasts is written into the store by changes.ts and read from it by refresh.ts.
 */
import type { DestinationConfig } from '../config/config';
import { createLeaving, type LeavingOptions } from './leaving';
import { writeRegistration, type Registration } from './registration';
import type { Remembered } from './remembered';

export interface Destination {
  readonly config: DestinationConfig;
  readonly origin: 'configured' | 'registered';
  /** Epoch milliseconds; set when the destination answered 410. Nothing is sent until it is enabled: what is pending waits. */
  readonly disabledAt?: number;
}

export interface Roster {
  get(id: string): Destination | undefined;
  isConfigured(id: string): boolean;
  /** Deleted, and not forgotten yet. */
  isLeaving(id: string): boolean;
  /** Ids of all that events are kept for, those that take their leave among them. */
  known(): readonly string[];
  /** The same, with all that is known of them. */
  configs(): readonly DestinationConfig[];
  /** One that takes its leave has one, too. */
  registration(id: string): Registration | undefined;
  /** Epoch milliseconds. */
  disabledAt(id: string): number | undefined;
  /** Disabled here, and not in the store yet. */
  isUnsaved(id: string): boolean;
  /** Takes these for the configuration file's. */
  configure(configured: readonly DestinationConfig[]): void;
  /** Has a destination registered this way from now on; undefined: not at all. */
  hold(id: string, registration: Registration | undefined): void;
  /** Disables one that is there and enabled. */
  disable(id: string, at: number): void;
  /** It is disabled no more. */
  release(id: string): void;
  /** The store knows as well that it is disabled. */
  saved(id: string): void;
  /** Takes over what stands in the store. */
  takeOver(read: Remembered): void;
  /** Forgets none any more that takes its leave. */
  close(): void;
}

export interface RosterOptions extends LeavingOptions {
  readonly configured: readonly DestinationConfig[];
}

/** Holds those of the configuration file. `onChange` is called after whatever is another than before. */
export function createRoster({ configured: first, ...options }: RosterOptions): Roster {
  const { onChange } = options;
  let configured = byId(first);
  const registered = new Map<string, DestinationConfig>();
  const disabled = new Map<string, number>();
  const unsaved = new Set<string>();
  const leaving = createLeaving(options);

  function get(id: string): Destination | undefined {
    const config = configured.get(id) ?? registered.get(id);
    if (config === undefined) return undefined;
    const disabledAt = disabled.get(id);
    return { config, origin: configured.has(id) ? 'configured' : 'registered', ...(disabledAt === undefined ? {} : { disabledAt }) };
  }

  function known(): readonly string[] {
    return [...new Set([...configured.keys(), ...registered.keys(), ...leaving.ids()])];
  }

  function hold(id: string, { config, leavingUntil }: Partial<Registration> = {}): void {
    leaving.recall(id);
    if (config !== undefined && leavingUntil === undefined) registered.set(id, config);
    else registered.delete(id);
    if (config !== undefined && leavingUntil !== undefined) leaving.add({ config, leavingUntil });
    onChange();
  }

  function takeOver(read: Remembered): void {
    const before = snapshot();
    takeOverDisabled(read);
    for (const id of registered.keys()) if (!read.registered.has(id)) registered.delete(id);
    for (const [id, config] of read.registered) registered.set(id, config);
    takeOverLeaving(read.leaving);
    if (snapshot() !== before) onChange();
  }

  /** A 410 that is on its way into the store stays, unless it was about another address, or somebody has noted one already. */
  function takeOverDisabled(read: Remembered): void {
    for (const id of unsaved) {
      const moved = read.registered.has(id) && read.registered.get(id)?.url !== registered.get(id)?.url;
      if (moved || read.disabled.has(id)) unsaved.delete(id);
    }
    for (const id of disabled.keys()) if (!unsaved.has(id) && !read.disabled.has(id)) disabled.delete(id);
    for (const [id, at] of read.disabled) disabled.set(id, at);
  }

  /** One that has its timer already keeps it: its grace is not to begin anew with each reading. */
  function takeOverLeaving(read: Remembered['leaving']): void {
    const present = new Map(read.map((registration) => [registration.config.id, registration]));
    for (const id of leaving.ids()) if (!isSame(leaving.get(id), present.get(id))) leaving.recall(id);
    for (const [id, registration] of present) if (leaving.get(id) === undefined) leaving.add(registration);
  }

  function snapshot(): string {
    return JSON.stringify([[...registered].sort(inOrder), leaving.ids().map((id) => leaving.get(id)), [...disabled].sort(inOrder)]);
  }

  return {
    get,
    isConfigured: (id) => configured.has(id),
    isLeaving: (id) => leaving.get(id) !== undefined && !configured.has(id),
    known,
    configs: () => known().flatMap((id) => get(id)?.config ?? leaving.get(id)?.config ?? []),
    registration(id) {
      const config = registered.get(id);
      return config === undefined ? leaving.get(id) : { config };
    },
    disabledAt: (id) => disabled.get(id),
    isUnsaved: (id) => unsaved.has(id),
    configure(next) {
      configured = byId(next);
      onChange();
    },
    hold,
    disable(id, at) {
      if (get(id) === undefined || disabled.has(id)) return;
      disabled.set(id, at);
      unsaved.add(id);
      onChange();
    },
    release(id) {
      unsaved.delete(id);
      if (disabled.delete(id)) onChange();
    },
    saved: (id) => void unsaved.delete(id),
    takeOver,
    close: () => leaving.close(),
  };
}

function byId(configs: readonly DestinationConfig[]): ReadonlyMap<string, DestinationConfig> {
  return new Map(configs.map((config) => [config.id, config]));
}

function isSame(one: Registration | undefined, other: Registration | undefined): boolean {
  return one !== undefined && other !== undefined && writeRegistration(one) === writeRegistration(other);
}

function inOrder([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
