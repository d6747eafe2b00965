import { once } from 'node:events';
import { Worker, type Transferable } from 'node:worker_threads';
import { backoffMs, STORE_TROUBLE } from '../../backoff';
import type { Log } from '../../telemetry/log';
import { StoreOpenError } from '../open-error';
import { messageOf } from './failure';
import type { Greeting } from './protocol';

export interface ThreadOptions<Reply> {
  /** The worker's compiled file. */
  readonly file: string;
  /** What the worker is given. `first`: false when it takes the place of one that crashed. */
  readonly data: (first: boolean) => object;
  readonly onReply: (reply: Reply) => void;
  readonly onReady: () => void;
  /** The worker is gone, and with it whatever it was asked. */
  readonly onLost: (error: Error) => void;
  readonly log: Log | undefined;
}

/**
 * Batches are short-lived: V8 would let their garbage grow to dozens of megabytes before it looks, in each worker. What
 * lives longer is bounded by the queue and by a query's limit.
 */
export const HEAP = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 512 };

/** A worker that is started again, after a growing pause, when it crashes. */
export class Thread<Message, Reply> {
  readonly #options: ThreadOptions<Reply>;
  #worker: Worker | undefined;
  #state: 'starting' | 'ready' | 'down' | 'stopped' = 'starting';
  #failures = 0;
  #restart: NodeJS.Timeout | undefined;

  constructor(options: ThreadOptions<Reply>) {
    this.#options = options;
  }

  get state(): 'starting' | 'ready' | 'down' | 'stopped' {
    return this.#state;
  }

  /** Starts the worker for the first time. Rejects when it can't open the database. */
  async start(): Promise<void> {
    const worker = new Worker(this.#options.file, { workerData: this.#options.data(true), resourceLimits: HEAP });
    const greeting = await greetingOf(worker);
    if (greeting.kind === 'unfit') {
      this.#state = 'stopped';
      await worker.terminate();
      throw new StoreOpenError(greeting.code, greeting.message);
    }
    this.#watch(worker);
    this.#isReady();
  }

  post(message: Message, transfer: readonly Transferable[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  /** Sends the last message, and resolves when the worker has ended. */
  async stop(last: Message): Promise<void> {
    const state = this.#state;
    this.#state = 'stopped';
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker === undefined || state === 'down') return;
    // Not once(): that rejects when the worker crashes on its last way, and then it has ended as well.
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage(last);
    await ended;
  }

  #watch(worker: Worker): void {
    this.#worker = worker;
    let reason = new Error('a worker of the store ended');
    worker.on('error', (error) => (reason = error instanceof Error ? error : reason));
    worker.on('exit', () => this.#lost(reason));
    worker.on('message', (message: Reply | Greeting) => {
      if (isGreeting(message)) {
        if (message.kind === 'ready') this.#isReady();
        return;
      }
      this.#failures = 0;
      this.#options.onReply(message);
    });
  }

  #isReady(): void {
    if (this.#state === 'stopped') return;
    this.#state = 'ready';
    this.#options.onReady();
  }

  #lost(reason: Error): void {
    this.#worker = undefined;
    if (this.#state !== 'stopped') {
      this.#state = 'down';
      this.#failures++;
      this.#options.log?.error({ error: reason.name, failures: this.#failures }, 'a worker of the store crashed and is started again');
      this.#restart = setTimeout(() => {
        this.#state = 'starting';
        this.#watch(new Worker(this.#options.file, { workerData: this.#options.data(false), resourceLimits: HEAP }));
      }, backoffMs(STORE_TROUBLE, this.#failures, Math.random()));
    }
    this.#options.onLost(reason);
  }
}

function isGreeting(message: unknown): message is Greeting {
  return typeof message === 'object' && message !== null && 'kind' in message && (message.kind === 'ready' || message.kind === 'unfit');
}

async function greetingOf(worker: Worker): Promise<Greeting> {
  try {
    // Rejects when the worker throws before it has said a word.
    const [greeting] = (await once(worker, 'message')) as [Greeting];
    return greeting;
  } catch (error) {
    return { kind: 'unfit', code: 'store_cannot_open', message: `A worker of the store cannot start: ${messageOf(error)}. Check that this machine has memory left.` };
  }
}

