/*
 * What the store remembers about destinations, as records.
 */
import type { DestinationConfig } from '../config/config';
import type { DestinationRecord, Store } from '../store/store';
import { errorName, type Log } from '../telemetry/log';
import { readRegistration, writeRegistration, type Registration } from './registration';

export interface Remembered {
  readonly registered: Map<string, DestinationConfig>;
  readonly leaving: readonly Required<Registration>[];
  /** When, in epoch milliseconds, by id. */
  readonly disabled: Map<string, number>;
}

/** Reads all of it. A registration that makes no sense is logged and left out. Rejects when the store can't be read. */
export async function readRemembered(store: Pick<Store, 'destinations'>, log: Log): Promise<Remembered> {
  const registered = new Map<string, DestinationConfig>();
  const leaving: Required<Registration>[] = [];
  const disabled = new Map<string, number>();
  for (const { id, registration, disabledAt } of await store.destinations()) {
    if (disabledAt !== undefined) disabled.set(id, disabledAt);
    if (registration === undefined) continue;
    try {
      const { config: read, leavingUntil } = readRegistration(registration);
      const config = { ...read, id };
      if (leavingUntil === undefined) registered.set(id, config);
      else leaving.push({ config, leavingUntil });
    } catch (error) {
      log.error({ destination: id, error: errorName(error) }, 'a registered destination makes no sense and is left out');
    }
  }
  return { registered, leaving, disabled };
}

/** What the store is to remember about a destination; `registration` is absent for one of the configuration file. */
export function recordOf(id: string, registration: Registration | undefined, disabledAt: number | undefined): DestinationRecord {
  return {
    id,
    ...(registration === undefined ? {} : { registration: writeRegistration(registration) }),
    ...(disabledAt === undefined ? {} : { disabledAt }),
  };
}
