import type { AcceptedEvent } from '../../providers/verdict';

/** Longer than any provider's last retry (cidaas: 16 minutes after the first try). */
const REMEMBERED_MS = 60 * 60_000;

/** Of 100 bytes or so each. The oldest go first. */
const MOST_REMEMBERED = 20_000;

/**
 * What one process has let through lately. A trigger has no storage that concurrent deliveries could share (what one
 * writes to static data, the next one overwrites), so that a repeat after a restart comes through: the event's source
 * and id are then for a Remove Duplicates node to compare.
 */
export interface Repeats {
  /** True when this node has let an event with this key through within its window. Remembers it if not. */
  isRepeat(node: string, accepted: AcceptedEvent, now: number): boolean;
}

/** Remembers nothing yet. */
export function createRepeats(): Repeats {
  // A Map lists its keys in the order of insertion: the first is the oldest.
  const seenAt = new Map<string, number>();
  return {
    isRepeat(node, { event, repeatWindowSeconds }, now) {
      const key = JSON.stringify([node, event.source, event.id]);
      const before = seenAt.get(key);
      const window = Math.min(REMEMBERED_MS, (repeatWindowSeconds ?? Infinity) * 1000);
      if (before !== undefined && now - before < window) return true;
      seenAt.delete(key);
      seenAt.set(key, now);
      if (seenAt.size > MOST_REMEMBERED) seenAt.delete(seenAt.keys().next().value ?? '');
      return false;
    },
  };
}
