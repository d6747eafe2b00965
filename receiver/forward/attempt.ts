import type { DestinationConfig } from '../config/config';
import type { Attempt, OutgoingRequest } from '../store/store';
import type { Post, Shipment } from './post';
import type { Schedule } from '../backoff';
import { outcomeOf, type Outcome } from './outcome';
import { retryAfterMs } from './retry-after';
import { sign } from './sign';

export interface AttemptTools {
  readonly post: Pick<Post, 'send'>;
  readonly clock: () => number;
  readonly random: () => number;
  readonly schedule: Schedule;
}

export interface Attempted {
  readonly attempt: Attempt;
  readonly outcome: Outcome;
  /** What the answer asked for, if it did. */
  readonly retryAfterMs?: number;
}

/** Sends a request once. The signature is of this attempt, since its time is signed; the webhook-id is the request's. */
export async function attemptRequest(request: OutgoingRequest, destination: DestinationConfig, tools: AttemptTools): Promise<Attempted> {
  const { post, clock, random, schedule } = tools;
  const at = clock();
  const answer = await post.send(shipmentOf(request, destination, at));
  const { latencyMs, status, error, answer: text } = answer;
  const asked = retryAfterMs(answer.retryAfter, clock());
  return {
    attempt: {
      at,
      latencyMs,
      ...(status === undefined ? {} : { status }),
      ...(error === undefined ? {} : { error }),
      ...(text === undefined ? {} : { answer: text }),
    },
    outcome: outcomeOf(answer, {
      attempt: request.attempt,
      attempts: destination.retry.attempts,
      schedule,
      now: clock(),
      random: random(),
    }),
    ...(asked === undefined ? {} : { retryAfterMs: asked }),
  };
}

function shipmentOf({ webhookId, events }: OutgoingRequest, { id, url, timeoutMs, secrets }: DestinationConfig, at: number): Shipment {
  const timestamp = Math.floor(at / 1000);
  const body = Buffer.from(bodyOf(events.map(({ event }) => event)));
  const signature = sign({ secrets, webhookId, timestamp, body });
  return { destination: id, url, timeoutMs, webhookId, timestamp, body, ...(signature === undefined ? {} : { signature }) };
}

/** One event as it is stored, several as an array of these: texts are joined, so that no number is ever read and rounded. */
export function bodyOf(events: readonly string[]): string {
  const [only] = events;
  return only !== undefined && events.length === 1 ? only : `[${events.join(',')}]`;
}
