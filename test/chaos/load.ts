import { EventEmitter, once } from 'node:events';
import { bodyOf, send } from './deliveries';
import type { Answer } from './deliveries';
import type { Chance } from './chance';
import type { Offered } from './evidence';
import { sleep } from './wait';

/** Senders at work. Each sends its next delivery once the one before is acknowledged, and tries again until it is. */
export interface Load {
  readonly offered: ReadonlyMap<string, Offered>;
  readonly wrongAnswers: readonly string[];
  readonly acknowledged: () => number;
  /** How many answers there were of each kind. */
  readonly answers: Readonly<Record<Answer['kind'], number>>;
  /** Resolves to the URL of the receiver that acknowledges next; what follows runs before anything else happens here. */
  nextAcknowledgement(): Promise<string>;
  /** Sends so many deliveries at once, beside the senders' own. Resolves once all of them are acknowledged. */
  burst(size: number, text?: string): Promise<readonly Offered[]>;
  /** Sends a delivery that somebody has sent before. Resolves once it is acknowledged. */
  resend(delivery: Offered): Promise<void>;
  /** Begins no more deliveries, and resolves once all that were begun are acknowledged or given up. */
  stop(): Promise<void>;
  /** Begins nothing more, and tries nothing again. */
  abandon(): void;
}

export interface LoadOptions {
  readonly urls: readonly string[];
  readonly chance: Chance;
  readonly senders: number;
  /** Sources to send to, and which share of the senders by their number of mentions. */
  readonly sources: readonly string[];
  /** Those to this source give up, now and then, when a connection is lost: what is stored then was never acknowledged. */
  readonly hasty?: string;
  /** How long a sender rests between two deliveries, at most. */
  readonly restMs?: number;
  /** How long it waits for an answer. */
  readonly patienceMs?: number;
}

/** A provider waits for longer, and a test would with it. */
const RETRY_MS = 40;
const REST_MS = 25;
const GIVES_UP = 0.3;

/** Message ids of one process are never used twice, whatever runs in it. */
let started = 0;

export function startLoad({ urls, chance, senders, sources, hasty, restMs = REST_MS, patienceMs }: LoadOptions): Load {
  const run = ++started;
  const offered = new Map<string, Offered>();
  const wrongAnswers: string[] = [];
  const answers: Record<Answer['kind'], number> = { received: 0, unavailable: 0, other: 0, lost: 0, late: 0 };
  const events = new EventEmitter<{ acknowledged: [url: string] }>();
  let stopped = false;
  let abandoned = false;
  let acknowledged = 0;
  let bursts = 0;

  async function work(sender: number): Promise<void> {
    const source = sources[sender % sources.length] ?? '';
    for (let position = 0; !stopped; position++) {
      await deliver(offer(source, `${run}-${sender}`, position));
      await sleep(chance.next() * restMs);
    }
  }

  function offer(source: string, conversation: string, position: number): Offered {
    const delivery = { message: `m${conversation}-${position}`, source, conversation: `c${conversation}`, position };
    offered.set(delivery.message, delivery);
    return delivery;
  }

  async function deliver(delivery: Offered, text?: string): Promise<void> {
    const body = bodyOf(delivery, text);
    // It keeps to the receiver that it found until that one fails it.
    for (let at = chance.below(urls.length); !abandoned; at++) {
      const url = urls[at % urls.length] ?? '';
      const answer = await send(url, delivery.source, body, patienceMs);
      answers[answer.kind] += 1;
      if (answer.kind === 'received') {
        acknowledged += 1;
        delivery.acknowledged = answer.event;
        if (answer.duplicate) delivery.repeated = true;
        events.emit('acknowledged', url);
        return;
      }
      if (answer.kind === 'other') wrongAnswers.push(`${answer.status}: ${answer.text.slice(0, 200)}`);
      if (answer.kind === 'unavailable' && !(Number(answer.retryAfter) > 0)) wrongAnswers.push(`503 without Retry-After: ${answer.code}`);
      if (answer.kind === 'lost' && delivery.source === hasty && chance.next() < GIVES_UP) return;
      await sleep(RETRY_MS);
    }
  }

  const working = Array.from({ length: senders }, (_, sender) => work(sender));
  return {
    offered,
    wrongAnswers,
    answers,
    acknowledged: () => acknowledged,
    nextAcknowledgement: async () => ((await once(events, 'acknowledged')) as [string])[0],
    async burst(size, text) {
      const name = `${run}-burst-${++bursts}`;
      // Each in a conversation of its own: at once, there is no order between them.
      const deliveries = Array.from({ length: size }, (_, index) => offer(sources[index % sources.length] ?? '', `${name}-${index}`, 0));
      await Promise.all(deliveries.map((delivery) => deliver(delivery, text)));
      return deliveries;
    },
    async resend(delivery) {
      offered.set(delivery.message, delivery);
      await deliver(delivery);
    },
    async stop() {
      stopped = true;
      await Promise.all(working);
    },
    abandon() {
      stopped = true;
      abandoned = true;
    },
  };
}
