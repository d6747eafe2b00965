import type { NormalizedEvent } from '../../providers/event';
import { isJsonObject } from '../../providers/json/json';

/**
 * The events of a request that a receiver signed: one, or an array of them. Plain JSON.parse will do, since the receiver
 * has made strings of the numbers that a double can't hold, and has bounded the depth.
 * @returns undefined when they are no events.
 */
export function readEvents(body: Uint8Array): readonly NormalizedEvent[] | undefined {
  const value = parse(body);
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  return entries.every(isEvent) ? entries : undefined;
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** What is relied on here; the rest is the receiver's word. */
function isEvent(value: unknown): value is NormalizedEvent {
  if (!isJsonObject(value)) return false;
  const { id, source, type, data } = value;
  return typeof id === 'string' && typeof source === 'string' && typeof type === 'string' && isJsonObject(data) && isJsonObject(data['raw']);
}
