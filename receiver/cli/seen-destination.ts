import { isRecord } from '../config/record';

/** A destination as the running receiver sees it. */
export interface SeenDestination {
  readonly id: string;
  /** With its query hidden. */
  readonly url: string;
  /** It registered itself; else it stands in the configuration. */
  readonly isRegistered: boolean;
  readonly circuit: string;
  /** ISO 8601; set when it answered 410. */
  readonly disabledAt?: string;
  readonly deadLetters: number;
}

/** Reads what GET /api/destinations lists. */
export function seenDestinations(listed: readonly unknown[]): readonly SeenDestination[] {
  return listed.flatMap((entry) => {
    if (!isRecord(entry) || typeof entry.id !== 'string' || typeof entry.url !== 'string') return [];
    const { id, url, origin, circuit, disabledAt, deliveries } = entry;
    const dead = isRecord(deliveries) ? deliveries.dead : undefined;
    return [{
      id,
      url,
      isRegistered: origin === 'registered',
      circuit: typeof circuit === 'string' ? circuit : 'closed',
      ...(typeof disabledAt === 'string' ? { disabledAt } : {}),
      deadLetters: typeof dead === 'number' ? dead : 0,
    }];
  });
}
