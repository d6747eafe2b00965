import type { Delivery, Sample } from '../../providers/provider';

export const RECEIVED_AT = new Date('2026-11-21T10:00:00.120Z');

export interface DeliveryOptions {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly receivedAt?: Date;
}

/** A delivery with a JSON body (or these very bytes). */
export function delivery(body: unknown, options: DeliveryOptions = {}): Delivery {
  return {
    headers: new Map([['content-type', ['application/json']], ...lists(options.headers)]),
    query: new Map(lists(options.query)),
    body: bytesOf(body),
    receivedAt: options.receivedAt ?? RECEIVED_AT,
  };
}

/** A sample as its provider would send it, but for the credentials. */
export function sampleDelivery(sample: Sample, options: DeliveryOptions = {}): Delivery {
  return delivery(sample.body, { ...options, headers: { ...sample.headers, ...options.headers } });
}

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function lists(record: DeliveryOptions['headers'] = {}): [string, readonly string[]][] {
  return Object.entries(record).map(([name, value]) => [name.toLowerCase(), typeof value === 'string' ? [value] : value]);
}
