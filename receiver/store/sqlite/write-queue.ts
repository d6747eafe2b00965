import { join } from 'node:path';
import type { Log } from '../../telemetry/log';
import { StoreError } from '../store';
import { errorOf, messageOf } from './failure';
import { packBatch, weightOf, type QueuedOperation } from './pack';
import type { FromWriter, ToWriter, WriteResult, WriteResults } from './protocol';
import { Thread } from './thread';
import { takeBatch, type Waiting } from './waiting';
import type { WriterData } from './writer';

export interface WriteQueueOptions {
  readonly path: string;
  readonly maxBytes: number | undefined;
  readonly maxQueuedAppends: number;
  readonly maxQueuedBytes: number;
  readonly log: Log | undefined;
}

/**
 * Group commit without a timer: what is asked for while the writer is busy goes to it as one batch, in one transaction,
 * when it is free again. A lone operation goes at once and costs one fsync; under load the batches grow by themselves.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  readonly #thread: Thread<ToWriter, FromWriter>;
  #waiting: Waiting[] = [];
  #underWay: readonly Waiting[] = [];
  #appends = 0;
  #bytes = 0;
  #scheduled = false;
  /** So many of those that wait first go one by one. */
  #alone = 0;
  #drained: (() => void) | undefined;
  #closed = false;

  constructor(options: WriteQueueOptions) {
    this.#options = options;
    const { path, maxBytes, log } = options;
    this.#thread = new Thread({
      file: join(__dirname, 'writer.js'),
      data: (first): WriterData => ({ path, maxBytes, first }),
      onReply: (reply) => this.#answer(reply),
      onReady: () => this.#schedule(),
      onLost: (error) => this.#failAll(error),
      log,
    });
  }

  start(): Promise<void> {
    return this.#thread.start();
  }

  /** Resolves after the operation's transaction was committed, never before. */
  write<Kind extends QueuedOperation['kind']>(operation: QueuedOperation & { readonly kind: Kind }): Promise<WriteResults[Kind]> {
    if (this.#closed) return Promise.reject(new StoreError('store_closed', 'The store is closed.'));
    if (this.#thread.state === 'down') return Promise.reject(new StoreError('store_unavailable', 'The writer of the store crashed and is being started again.'));
    const weight = weightOf(operation);
    if (operation.kind === 'append' && this.#isFull(weight)) return Promise.reject(new StoreError('store_busy', 'More deliveries wait to be written than the store keeps in memory.'));
    const written = new Promise<WriteResult>((resolve, reject) => this.#waiting.push({ operation, weight, resolve, reject }));
    this.#count(operation, weight, 1);
    this.#schedule();
    // The writer answers each operation with the result of its kind.
    return written as Promise<WriteResults[Kind]>;
  }

  /** Refuses new operations, has the admitted ones written, ends the writer. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#waiting.length + this.#underWay.length > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
    await this.#thread.stop({ kind: 'close' });
  }

  /** The others are few (a forwarder has so many requests under way), and refusing a settlement would send an event twice. */
  #isFull(weight: number): boolean {
    const { maxQueuedAppends, maxQueuedBytes } = this.#options;
    return this.#appends >= maxQueuedAppends || (this.#appends > 0 && this.#bytes + weight > maxQueuedBytes);
  }

  #count(operation: QueuedOperation, weight: number, by: 1 | -1): void {
    if (operation.kind === 'append') this.#appends += by;
    this.#bytes += by * weight;
  }

  /** At the end of this turn of the event loop: requests that arrived together are then one batch from the first on. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#send();
    });
  }

  #send(): void {
    if (this.#underWay.length > 0 || this.#waiting.length === 0 || this.#thread.state !== 'ready') return;
    const batch = this.#alone > 0 ? this.#waiting.splice(0, 1) : takeBatch(this.#waiting);
    if (this.#alone > 0) this.#alone--;
    try {
      const message = packBatch(batch.map(({ operation }) => operation));
      this.#thread.post({ kind: 'batch', ...message }, [message.bytes.buffer]);
      this.#underWay = batch;
    } catch (error) {
      // One of them is not fit for a message. Only its sender is to hear of it.
      if (batch.length > 1) {
        this.#waiting.unshift(...batch);
        this.#alone = batch.length;
        this.#schedule();
      } else {
        this.#underWay = batch;
        this.#answer({ kind: 'failed', failure: { kind: 'operation', message: messageOf(error) } });
      }
    }
  }

  #answer(reply: FromWriter): void {
    const answered = this.#underWay;
    this.#underWay = [];
    for (const [index, { operation, weight, resolve, reject }] of answered.entries()) {
      this.#count(operation, weight, -1);
      if (reply.kind === 'failed') {
        reject(errorOf(reply.failure));
        continue;
      }
      const outcome = reply.outcomes[index];
      if (outcome?.ok === true) resolve(outcome.value);
      else reject(errorOf(outcome?.failure ?? { kind: 'unavailable', message: 'the writer gave no answer' }));
    }
    this.#next();
  }

  #failAll(error: Error): void {
    const lost = [...this.#underWay, ...this.#waiting];
    this.#underWay = [];
    this.#waiting = [];
    this.#alone = 0;
    for (const { operation, weight, reject } of lost) {
      this.#count(operation, weight, -1);
      reject(new StoreError('store_unavailable', 'The writer of the store crashed.', { cause: error }));
    }
    this.#next();
  }

  #next(): void {
    if (this.#waiting.length > 0) this.#schedule();
    else this.#drained?.();
  }
}
