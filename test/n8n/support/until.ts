import { setTimeout as sleep } from 'node:timers/promises';

export interface Waiting {
  /** What is waited for, to say so when it doesn't come: "n8n to be ready". */
  readonly what: string;
  /** Milliseconds. */
  readonly within: number;
  /** Milliseconds between two looks. */
  readonly every?: number;
  /** The last thing seen, for the message when it doesn't come. */
  readonly seen?: () => string;
}

/**
 * Looks until there is a value, and gives it.
 *
 * @throws when there is none in time
 */
export async function until<Value>(look: () => Promise<Value | undefined>, { what, within, every = 100, seen }: Waiting): Promise<Value> {
  const deadline = Date.now() + within;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (Date.now() >= deadline) throw new Error(`Waited ${within / 1000} s in vain for ${what}.${seen === undefined ? '' : ` ${seen()}`}`);
    await sleep(every);
  }
}
