import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { failureCode } from '../forward/failure';

export interface Shot {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Barrage {
  /** Makes the delivery of this number, 0 and up, at the moment when it is sent. */
  readonly shot: (sequence: number) => Shot;
  readonly count: number;
  /** How many are under way at once. */
  readonly concurrency: number;
  /** Deliveries a second; as fast as it goes without one. */
  readonly rate?: number;
  /** Aborted: what is under way is finished, nothing more is sent. */
  readonly signal: AbortSignal;
  readonly onAnswer?: (sent: number) => void;
}

/** What came of it. */
export interface Volley {
  /** How often each status came, or each failure by its code. */
  readonly answers: Readonly<Record<string, number>>;
  readonly sent: number;
  readonly seconds: number;
  readonly last?: { readonly status: number; readonly body: string };
}

/** Longer than any provider waits. */
const TIMEOUT_MS = 30_000;

/** Sends deliveries, several at once, evenly spread over time when there is a rate. Never rejects over an answer. */
export async function fire({ shot, count, concurrency, rate, signal, onAnswer }: Barrage): Promise<Volley> {
  const agent = new Agent({ connections: concurrency, connect: { timeout: TIMEOUT_MS }, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  const answers: Record<string, number> = {};
  const startedAt = performance.now();
  let next = 0;
  let sent = 0;
  let last: Volley['last'];

  const work = async (): Promise<void> => {
    while (next < count && !signal.aborted) {
      const sequence = next++;
      if (rate !== undefined && !(await until(startedAt + (sequence * 1000) / rate, signal))) return;
      const answer = await post(agent, shot(sequence));
      const outcome = typeof answer === 'string' ? answer : String(answer.status);
      answers[outcome] = (answers[outcome] ?? 0) + 1;
      if (typeof answer !== 'string') last = answer;
      sent += 1;
      onAnswer?.(sent);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, work));
  const seconds = (performance.now() - startedAt) / 1000;
  await agent.close();
  return { answers, sent, seconds, ...(last === undefined ? {} : { last }) };
}

async function post(dispatcher: Agent, { url, headers, body }: Shot): Promise<{ readonly status: number; readonly body: string } | string> {
  try {
    const answer = await request(url, { dispatcher, method: 'POST', headers, body });
    return { status: answer.statusCode, body: await answer.body.text() };
  } catch (error) {
    return failureCode(error);
  }
}

/** False when it was aborted meanwhile. */
async function until(moment: number, signal: AbortSignal): Promise<boolean> {
  const wait = moment - performance.now();
  if (wait <= 0) return !signal.aborted;
  return sleep(wait, true, { signal }).catch(() => false);
}
