import type { DestinationConfig } from '../config/config';

/** A destination that registered itself, as the store keeps it: one JSON object. */
export interface Registration {
  readonly config: DestinationConfig;
  /** Epoch milliseconds; set when it was deleted, and may come back yet. */
  readonly leavingAt?: number;
}

/**
 * Reads a registration that the store kept, by this version of the program or by another. What the forwarder relies on
 * is looked at, for a single field amiss would stop every start.
 *
 * @throws when it is none
 */
export function readRegistration(text: string): Registration {
  const value: unknown = JSON.parse(text);
  if (!isDestination(value)) throw new TypeError('This is no registration of a destination.');
  const { leavingAt, ...config }: DestinationConfig & { readonly leavingAt?: unknown } = value;
  if (leavingAt === undefined) return { config };
  if (typeof leavingAt !== 'number' || !Number.isFinite(leavingAt)) throw new TypeError('This is no time at which a destination was deleted.');
  return { config, leavingAt };
}

/** The text that {@link readRegistration} reads. */
export function writeRegistration({ config, leavingAt }: Registration): string {
  return JSON.stringify({ ...config, ...(leavingAt === undefined ? {} : { leavingAt }) });
}

function isDestination(value: unknown): value is DestinationConfig {
  if (!isRecord(value)) return false;
  const { url, secrets, events, sources, concurrency, batch, timeoutMs, retry } = value;
  return (
    typeof url === 'string' && URL.canParse(url) &&
    areTexts(secrets) && areTexts(events) && (sources === undefined || areTexts(sources)) &&
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
