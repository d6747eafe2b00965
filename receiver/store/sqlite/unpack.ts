import type { PackedArrival, PackedDelivery } from './protocol';

/** An arrival as the writer works with it. */
export interface UnpackedArrival {
  /** The same array for all arrivals of one delivery. */
  readonly delivery: PackedDelivery;
  readonly fingerprint: Uint8Array;
  readonly repeatWindowMs: number | undefined;
  readonly hook: string;
  readonly provider: string;
  readonly type: string;
  readonly source: string;
  readonly id: string;
  readonly event: string;
  readonly receivedAt: number;
  readonly inOrder: { readonly conversation: Uint8Array; readonly destinations: readonly string[] } | undefined;
  readonly destinations: readonly string[];
}

export interface UnpackedDelivery {
  readonly headers: string;
  readonly issues: string;
  readonly bodyRedacted: 0 | 1;
  readonly body: Uint8Array;
}

export function unpackArrival(packed: PackedArrival, bytes: Uint8Array): UnpackedArrival {
  const [delivery, fingerprintAt, fingerprintLength, repeatWindowMs, hook, provider, type, source, id, event, receivedAt, order, ...destinations] = packed;
  const fingerprint = bytes.subarray(fingerprintAt, fingerprintAt + fingerprintLength);
  const inOrder = order === undefined ? undefined : { conversation: Buffer.from(order[0], 'hex'), destinations: order.slice(1) };
  return { delivery, fingerprint, repeatWindowMs, hook, provider, type, source, id, event, receivedAt, inOrder, destinations };
}

export function unpackDelivery([headers, issues, bodyRedacted, bodyAt, bodyLength]: PackedDelivery, bytes: Uint8Array): UnpackedDelivery {
  return { headers, issues, bodyRedacted, body: bytes.subarray(bodyAt, bodyAt + bodyLength) };
}
