import { createHash } from 'node:crypto';
import type { Arrival } from '../../../receiver/store/store';

export interface ArrivalParts extends Partial<Omit<Arrival, 'event' | 'fingerprint'>> {
  readonly text?: string;
}

/** An arrival as ingest makes one, of a chat message; the same id is the same event. */
export function arrivalOf(id: string, { text = 'hello', ...parts }: ArrivalParts = {}): Arrival {
  const { source = '/cometchat/app1', type = 'chat.message.sent', provider = 'cometchat', hook = 'support', receivedAt = Date.now() } = parts;
  const event = { specversion: '1.0', id, source, type, provider, hook, receivedat: new Date(receivedAt).toISOString(), data: { message: { id, text } } };
  return {
    fingerprint: createHash('sha256').update(`${source.length}:${source}${id}`).digest(),
    headers: [['Content-Type', 'application/json']],
    body: Buffer.from(JSON.stringify({ id, text })),
    bodyRedacted: false,
    issues: [],
    destinations: ['n8n'],
    ...parts,
    hook,
    provider,
    type,
    source,
    id,
    event: JSON.stringify(event),
    receivedAt,
  };
}

export function arrivalsOf(count: number, parts: ArrivalParts = {}): readonly Arrival[] {
  return Array.from({ length: count }, (_, index) => arrivalOf(`m${index}`, parts));
}
