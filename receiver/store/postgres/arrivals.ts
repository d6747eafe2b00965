import type { Arrival } from '../store';
import { columnText } from './column-text';

/** An arrival, made ready for the statements that keep it. */
export interface ReadyArrival {
  readonly arrival: Arrival;
  /** The same object for all arrivals of one delivery. */
  readonly delivery: ReadyDelivery;
  readonly fingerprint: Buffer;
  /** The fingerprint in hexadecimal digits, to look things up by. */
  readonly print: string;
  readonly hook: string;
  readonly provider: string;
  readonly type: string;
  readonly source: string;
  readonly destinations: readonly string[];
  readonly event: Buffer;
}

export interface ReadyDelivery {
  readonly headers: string;
  readonly issues: string;
  readonly bodyRedacted: boolean;
  readonly body: Uint8Array;
}

/** What an arrival holds besides its event and its body, roughly. */
const ARRIVAL_OVERHEAD_BYTES = 2_048;

/**
 * Makes the arrivals of one call ready.
 * @throws when one of them is not what its type says: only its sender is to hear of it
 */
export function makeReady(arrivals: readonly Arrival[]): readonly ReadyArrival[] {
  let previous: Arrival | undefined;
  let delivery: ReadyDelivery | undefined;
  return arrivals.map((arrival) => {
    if (delivery === undefined || previous === undefined || !ofOneDelivery(previous, arrival)) {
      const { headers, issues, bodyRedacted, body } = arrival;
      delivery = { headers: JSON.stringify(headers), issues: JSON.stringify(issues), bodyRedacted, body };
    }
    previous = arrival;
    const fingerprint = Buffer.from(arrival.fingerprint);
    return {
      arrival,
      delivery,
      fingerprint,
      print: fingerprint.toString('hex'),
      hook: columnText(arrival.hook),
      provider: columnText(arrival.provider),
      type: columnText(arrival.type),
      source: columnText(arrival.source),
      destinations: arrival.destinations.map(columnText),
      event: Buffer.from(arrival.event),
    };
  });
}

/** How much memory arrivals hold while they wait, roughly. */
export function weightOf(arrivals: readonly ReadyArrival[]): number {
  let weight = 0;
  for (const { event, delivery } of arrivals) weight += event.byteLength + delivery.body.byteLength + ARRIVAL_OVERHEAD_BYTES;
  return weight;
}

/** The conversation whose order a destination keeps; nothing where it keeps none. */
export function conversationOf({ arrival: { inOrder } }: ReadyArrival, destination: string): string | null {
  return inOrder?.destinations.includes(destination) === true ? inOrder.conversation : null;
}

/** The events of one delivery come with the very same objects, not with equal ones. */
function ofOneDelivery(one: Arrival, other: Arrival): boolean {
  return one.body === other.body && one.headers === other.headers && one.issues === other.issues && one.bodyRedacted === other.bodyRedacted;
}
