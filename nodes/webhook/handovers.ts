import type { AcceptedEvent } from '../../providers/verdict';

/** A request's answer, which n8n gives once it has stored the run: it tells whether the events were taken in. */
export interface Ending {
  /** False until n8n has answered, also when nobody waits for the answer any more. */
  readonly writableEnded?: boolean;
  readonly statusCode?: number;
}

/**
 * What one process has handed over to n8n lately. A sender that heard no answer, or a bad one, sends again: events that
 * n8n stored are dropped then, events that it could not store come through. A trigger has no storage that concurrent
 * deliveries could share (what one writes to static data, the next one overwrites), so that a restart forgets.
 */
export interface Handovers {
  /**
   * The events that a node has not handed over yet. They count as handed over when `ending` turns out well, and until
   * their window is over.
   * @param now epoch milliseconds
   * @returns `under way` when one of them is being stored at this moment, for an earlier request: whether it will be is not known yet.
   */
  begin(node: string, accepted: readonly AcceptedEvent[], ending: Ending, now: number): readonly AcceptedEvent[] | 'under way';
}

/** Of 100 bytes or so each. The oldest go first. */
const MOST_REMEMBERED = 20_000;

/** The longest that a sender waits is minutes; n8n that has not answered by now never will. */
const LONGEST_UNDER_WAY_MS = 60 * 60_000;

interface UnderWay {
  /** With the end of its window, epoch milliseconds. */
  readonly keys: ReadonlyMap<string, number>;
  readonly ending: Ending;
  readonly since: number;
}

/** Remembers nothing yet. */
export function createHandovers(): Handovers {
  // A Map lists its entries in the order of insertion: the first is the oldest. The value is the end of its window.
  const handedOver = new Map<string, number>();
  const underWay = new Set<UnderWay>();
  const keysUnderWay = new Set<string>();

  function settle(now: number): void {
    for (const one of underWay) {
      if (one.ending.writableEnded === false && now - one.since < LONGEST_UNDER_WAY_MS) continue;
      underWay.delete(one);
      for (const key of one.keys.keys()) keysUnderWay.delete(key);
      if (endedWell(one.ending)) remember(one.keys);
    }
  }

  function remember(keys: ReadonlyMap<string, number>): void {
    for (const [key, until] of keys) {
      handedOver.delete(key);
      handedOver.set(key, until);
      if (handedOver.size > MOST_REMEMBERED) handedOver.delete(handedOver.keys().next().value ?? '');
    }
  }

  return {
    begin(node, accepted, ending, now) {
      settle(now);
      const fresh = new Map(accepted.map((one) => [keyOf(node, one), one] as const).filter(([key]) => now >= (handedOver.get(key) ?? -Infinity)));
      for (const key of fresh.keys()) if (keysUnderWay.has(key)) return 'under way';
      const keys = new Map([...fresh].map(([key, { repeatWindowSeconds = Infinity }]) => [key, now + repeatWindowSeconds * 1000]));
      if (keys.size > 0) underWay.add({ keys, ending, since: now });
      for (const key of keys.keys()) keysUnderWay.add(key);
      return [...fresh.values()];
    },
  };
}

function endedWell({ writableEnded, statusCode = 200 }: Ending): boolean {
  return writableEnded !== false && statusCode < 400;
}

function keyOf(node: string, { event: { source, id } }: AcceptedEvent): string {
  return JSON.stringify([node, source, id]);
}
