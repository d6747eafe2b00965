import type { DestinationConfig } from '../config/config';

/** A destination that registered itself, as the store keeps it: one JSON object. */
export interface Registration {
  readonly config: DestinationConfig;
  /** Epoch milliseconds; set when it was deleted: until then it may come back. */
  readonly leavingUntil?: number;
}

/**
 * Reads a registration that the store kept, by this version of the program or by another. What the forwarder relies on
 * is looked at, for a single field amiss would stop every start; what an older version did not know has its default.
 *
 * @throws when it is none
 */
export function readRegistration(text: string): Registration {
  const value: unknown = JSON.parse(text);
  if (!isDestination(value)) throw new TypeError('This is no registration of a destination.');
  const { leavingUntil, ...config } = { ...value, order: value.order ?? 'none' };
  if (leavingUntil === undefined) return { config };
  if (typeof leavingUntil !== 'number' || !Number.isFinite(leavingUntil)) throw new TypeError('This is no time until which a destination may come back.');
  return { config, leavingUntil };
}

/** The text that {@link readRegistration} reads. */
export function writeRegistration({ config, leavingUntil }: Registration): string {
  return JSON.stringify({ ...config, ...(leavingUntil === undefined ? {} : { leavingUntil }) });
}

type Written = Omit<DestinationConfig, 'order'> & { readonly order?: DestinationConfig['order']; readonly leavingUntil?: unknown };

function isDestination(value: unknown): value is Written {
  if (!isRecord(value)) return false;
  const { url, secrets, events, sources, order } = value;
  return (
    typeof url === 'string' && URL.canParse(url) &&
    areTexts(secrets) && areTexts(events) && (sources === undefined || areTexts(sources)) &&
    (order === undefined || order === 'none' || order === 'conversation') && hasLimits(value)
  );
}

function hasLimits({ concurrency, batch, timeoutMs, retry }: Readonly<Record<string, unknown>>): boolean {
  return (
    isCount(concurrency, 1) && isCount(timeoutMs, 1) &&
    isRecord(batch) && isCount(batch.max, 1) && isCount(batch.waitMs, 0) &&
    isRecord(retry) && isCount(retry.attempts, 1)
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isCount(value: unknown, least: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least;
}
