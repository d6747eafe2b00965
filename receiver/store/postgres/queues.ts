/*
 * The names of a destination's queues. pg-boss takes names of few characters, and writes them into its SQL: an id that
 * has others is named by its hash.
 */
import { createHash } from 'node:crypto';

/** `forwards`: what may go in any order. `in-order`: one at a time of each conversation. `dead`: dead letters. */
export type QueueKind = 'forwards' | 'in-order' | 'dead';

export const QUEUE_KINDS: readonly QueueKind[] = ['forwards', 'in-order', 'dead'];

export function queueName(kind: QueueKind, destination: string): string {
  const name = /^[\w-]{1,100}$/.test(destination) ? destination : `.${createHash('sha256').update(destination, 'utf16le').digest('hex')}`;
  return `${kind}/${name}`;
}

/**
 * The id of the job of a forward: always the same, so that it is not queued twice. The first digits tell what it is,
 * the last ones are the forward's position.
 */
export function jobIdOf(position: number): string {
  return `63686174-686f-8f6b-8000-${position.toString(16).padStart(12, '0')}`;
}
