import type { Arrival } from '../store';
import type { PackedArrival, PackedDelivery, PackedOrder, Span, WriteOperation } from './protocol';

/** An operation as it waits: arrivals are packed when their batch is. */
export type QueuedOperation = Exclude<WriteOperation, { kind: 'append' }> | { readonly kind: 'append'; readonly arrivals: readonly Arrival[] };

/** What an arrival holds besides its event and its body, roughly. */
const ARRIVAL_OVERHEAD_BYTES = 1_024;

/** How much memory an operation holds while it waits, roughly. */
export function weightOf(operation: QueuedOperation): number {
  if (operation.kind !== 'append') return 0;
  let weight = 0;
  for (const { event, body } of operation.arrivals) weight += event.length + body.byteLength + ARRIVAL_OVERHEAD_BYTES;
  return weight;
}

/** Makes a batch fit for a message: plain values, and all bytes in one buffer that can be handed over. */
export function packBatch(queued: readonly QueuedOperation[]): { readonly operations: readonly WriteOperation[]; readonly bytes: Uint8Array<ArrayBuffer> } {
  const parts: Uint8Array[] = [];
  let length = 0;
  const place = (part: Uint8Array): Span => {
    const at = length;
    parts.push(part);
    length += part.byteLength;
    return [at, part.byteLength];
  };
  const operations = queued.map((operation) => (operation.kind === 'append' ? { kind: operation.kind, arrivals: packArrivals(operation.arrivals, place) } : operation));
  // Not from the pool that small buffers share: this one is given away.
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return { operations, bytes };
}

function packArrivals(arrivals: readonly Arrival[], place: (part: Uint8Array) => Span): readonly PackedArrival[] {
  let previous: Arrival | undefined;
  let delivery: PackedDelivery | undefined;
  return arrivals.map((arrival) => {
    if (delivery === undefined || previous === undefined || !ofOneDelivery(previous, arrival)) {
      const { headers, issues, bodyRedacted, body } = arrival;
      delivery = [JSON.stringify(headers), JSON.stringify(issues), bodyRedacted ? 1 : 0, ...place(body)];
    }
    previous = arrival;
    const { fingerprint, repeatWindowMs, hook, provider, type, source, id, event, receivedAt, inOrder, destinations } = arrival;
    const order: PackedOrder | undefined = inOrder === undefined ? undefined : [inOrder.conversation, ...inOrder.destinations];
    return [delivery, ...place(fingerprint), repeatWindowMs, hook, provider, type, source, id, event, receivedAt, order, ...destinations];
  });
}

/** The events of one delivery come with the very same objects, not with equal ones. */
function ofOneDelivery(one: Arrival, other: Arrival): boolean {
  return one.body === other.body && one.headers === other.headers && one.issues === other.issues && one.bodyRedacted === other.bodyRedacted;
}
