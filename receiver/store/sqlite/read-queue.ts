import { join } from 'node:path';
import type { Log } from '../../telemetry/log';
import { StoreError } from '../store';
import { errorOf } from './failure';
import type { FromReader, Query, QueryKind, QueryResult, QueryResults, ToReader } from './protocol';
import { Thread } from './thread';

/** Searches can take long: this many people waiting for one are enough. */
const MOST_WAITING = 256;

interface Waiting {
  readonly resolve: (value: QueryResult) => void;
  readonly reject: (error: Error) => void;
}

/** Asks the reader, which answers one query after the other and so never holds up the writer or this thread. */
export class ReadQueue {
  readonly #thread: Thread<ToReader, FromReader>;
  #waiting: Waiting[] = [];
  #drained: (() => void) | undefined;
  #closed = false;

  constructor({ path, log }: { readonly path: string; readonly log: Log | undefined }) {
    this.#thread = new Thread({
      file: join(__dirname, 'reader.js'),
      data: () => ({ path }),
      onReply: (reply) => this.#answer(reply),
      onReady: () => undefined,
      onLost: (error) => this.#failAll(error),
      log,
    });
  }

  start(): Promise<void> {
    return this.#thread.start();
  }

  ask<Kind extends QueryKind>(query: Query & { readonly kind: Kind }): Promise<QueryResults[Kind]> {
    if (this.#closed) return Promise.reject(new StoreError('store_closed', 'The store is closed.'));
    if (this.#thread.state === 'down') return Promise.reject(new StoreError('store_unavailable', 'The reader of the store crashed and is being started again.'));
    if (this.#waiting.length >= MOST_WAITING) return Promise.reject(new StoreError('store_busy', 'Too many searches are waiting. Try again later.'));
    const found = new Promise<QueryResult>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#thread.post({ kind: 'query', query });
    // The reader answers in the order of the questions, each with the result of its kind.
    return found as Promise<QueryResults[Kind]>;
  }

  /** Answers what was asked before, then ends the reader. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#waiting.length > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
    await this.#thread.stop({ kind: 'close' });
  }

  #answer(reply: FromReader): void {
    const waiting = this.#waiting.shift();
    if (reply.kind === 'found') waiting?.resolve(reply.value);
    else waiting?.reject(errorOf(reply.failure));
    if (this.#waiting.length === 0) this.#drained?.();
  }

  #failAll(error: Error): void {
    const lost = this.#waiting;
    this.#waiting = [];
    for (const { reject } of lost) reject(new StoreError('store_unavailable', 'The reader of the store crashed.', { cause: error }));
    this.#drained?.();
  }
}
