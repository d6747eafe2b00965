import { BASIC_HEADER } from '../support/running';
import type { Offered } from './evidence';

/** How a sender was answered. */
export type Answer =
  | { readonly kind: 'received'; readonly event: string; readonly duplicate: boolean }
  /** To be sent again; `retryAfter` is what the header said, if there was one. */
  | { readonly kind: 'unavailable'; readonly retryAfter: string | null; readonly code: string }
  | { readonly kind: 'other'; readonly status: number; readonly text: string }
  /** No connection, or one that was cut off: whether it arrived, the sender can't know. */
  | { readonly kind: 'lost' }
  /** The sender's patience was at its end. */
  | { readonly kind: 'late' };

/** Seconds, for a machine with other work; a receiver that makes senders wait as long as that fails its test. */
const SENDER_PATIENCE_MS = 10_000;

/** The body of a delivery, as CometChat would send it. */
export function bodyOf({ message, conversation }: Offered, text = 'ahoy'): string {
  const body = { id: message, conversationId: conversation, sender: 'ines', receiverType: 'group', receiver: conversation, type: 'text', data: { text }, sentAt: 1_795_226_453, updatedAt: 1_795_226_453 };
  return JSON.stringify({ trigger: 'message_sent', data: { message: body }, appId: 'chaos', webhook: 'w' });
}

/** Sends a delivery once. Never rejects. */
export async function send(url: string, source: string, body: string, patienceMs = SENDER_PATIENCE_MS): Promise<Answer> {
  try {
    const answer = await fetch(`${url}/hooks/${source}`, {
      method: 'POST',
      headers: { authorization: BASIC_HEADER, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(patienceMs),
    });
    return read(answer.status, answer.headers.get('retry-after'), await answer.text());
  } catch (error) {
    return { kind: nameOf(error) === 'TimeoutError' ? 'late' : 'lost' };
  }
}

/** Not by its class: it comes from outside of what jest takes for the world. */
function nameOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined;
}

function read(status: number, retryAfter: string | null, text: string): Answer {
  if (status === 200) {
    const { events } = JSON.parse(text) as { events: { id: string; duplicate: boolean }[] };
    const [event] = events;
    return event === undefined ? { kind: 'other', status, text } : { kind: 'received', event: event.id, duplicate: event.duplicate };
  }
  if (status === 503) return { kind: 'unavailable', retryAfter, code: (JSON.parse(text) as { error: { code: string } }).error.code };
  return { kind: 'other', status, text };
}
