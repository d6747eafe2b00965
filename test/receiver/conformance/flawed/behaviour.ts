import { createHmac, timingSafeEqual } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Life } from './life';
import { openStore, rowOf } from './store';
import type { Disk, Event, Row, Store } from './store';

/** A request, as it came. */
export interface Received {
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly body: Buffer;
}

export interface Machine {
  readonly life: Life;
  readonly store: Store;
  /** What is under way in this life, by event. */
  readonly running: Map<string, Promise<Receipt>>;
  /** Posts to the destination; whether it took the event. */
  effect(row: Row): Promise<boolean>;
  /** Has the behaviour carry an event on, without waiting for it. */
  carry(row: Row): void;
}

export type Receipt = 'new' | 'duplicate' | 'unavailable';

/** The decisions of a receiver. What they have in common, reading, answering and listening, is in receiver.ts. */
export interface Behaviour {
  openStore(disk: Disk, life: Life): Store;
  isAuthentic(request: Received, secret: string, now: number): boolean;
  /** Whether an event can be taken as things stand. */
  isExpected(event: Event, machine: Machine): Promise<boolean>;
  /** From the check of the signature to the answer. */
  take(event: Event, machine: Machine): Promise<Receipt>;
  /** From the answer, or a restart, to the effect. */
  carry(row: Row, machine: Machine): Promise<void>;
  /** What is logged of a request. */
  note(request: Received, status: number): string;
}

export const SECRET = 'reference-signing-secret';

const TOLERANCE_MS = 300_000;
const RETRY_MS = 10;

/** A receiver as it should be, and no more than that: the signature, then the store, then the answer, then the effect. */
export const sound: Behaviour = {
  openStore,
  isAuthentic: (request, secret, now) => isFresh(request, now) && isSignedOver(request, request.body, secret),
  isExpected: async () => true,
  async take(event, machine) {
    const row = rowOf(event);
    const isNew = await machine.store.insertUnlessKept(row);
    if (isNew) machine.carry(row);
    return isNew ? 'new' : 'duplicate';
  },
  async carry(row, machine) {
    await effectAtLast(row, machine);
    await machine.store.finish(row);
  },
  note: ({ body }, status) => `took ${body.length} bytes: ${status}`,
};

/** Under one webhook-id, until the destination takes it. */
export async function effectAtLast(row: Row, machine: Machine): Promise<void> {
  while (!(await machine.effect(row))) {
    await wait(RETRY_MS);
    await machine.life.turn();
  }
}

export function isFresh({ timestamp }: Received, now: number): boolean {
  return Math.abs(now - Number(timestamp ?? Number.NaN)) <= TOLERANCE_MS;
}

export function isSignedOver({ timestamp, signature }: Received, body: Uint8Array, secret: string): boolean {
  const presented = Buffer.from(signature ?? '', 'hex');
  const expected = Buffer.from(signatureOf(body, timestamp ?? '', secret), 'hex');
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}

export function signatureOf(body: Uint8Array, timestamp: string, secret: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
}
