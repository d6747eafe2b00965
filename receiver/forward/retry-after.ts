/** No destination postpones a retry for longer than this: an absurd value would be a dead letter that nobody sees. */
const LONGEST_MS = 3_600_000;

/**
 * What a `Retry-After` header asks for, in milliseconds from now, between 0 and an hour; undefined when it says nothing
 * intelligible. RFC 9110, 10.2.3: seconds, or an HTTP date.
 */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^[+-]?\d+(?:\.\d+)?$/.test(text)) return clamp(Number(text) * 1000);
  if (!/^(?:mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return undefined;
  // Of the three forms of a date only asctime's names no zone; JavaScript would take it for local time.
  const date = Date.parse(/gmt|utc|[+-]\d{4}$/i.test(text) ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : clamp(date - now);
}

function clamp(ms: number): number {
  return Math.min(LONGEST_MS, Math.max(0, Math.round(ms)));
}
