import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Log } from '../../telemetry/log';
import { StoreError } from '../store';
import { errorOf } from './failure';
import type { FromReader, Query, QueryKind, QueryResult, QueryResults, ToReader } from './protocol';
import { HEAP } from './thread';

/** Searches can take long: this many people waiting for one are enough. */
const MOST_WAITING = 256;

export interface ReadQueueOptions {
  readonly path: string;
  readonly log: Log | undefined;
  /** The reader ends when it has not been asked anything for so long. */
  readonly idleMs: number;
}

interface Waiting {
  readonly resolve: (value: QueryResult) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Asks the reader, which answers one query after the other and so never holds up the writer or this thread. It lives
 * only while somebody searches, since it costs some 15 MB: a query starts it, and waits in its mailbox meanwhile.
 */
export class ReadQueue {
  readonly #options: ReadQueueOptions;
  #reader: Worker | undefined;
  #waiting: Waiting[] = [];
  #idle: NodeJS.Timeout | undefined;
  #drained: (() => void) | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: ReadQueueOptions) {
    this.#options = options;
  }

  ask<Kind extends QueryKind>(query: Query & { readonly kind: Kind }): Promise<QueryResults[Kind]> {
    if (this.#closed) return Promise.reject(new StoreError('store_closed', 'The store is closed.'));
    if (this.#waiting.length >= MOST_WAITING) return Promise.reject(new StoreError('store_busy', 'Too many searches are waiting. Try again later.'));
    clearTimeout(this.#idle);
    this.#reader ??= this.#start();
    this.#reader.postMessage({ kind: 'query', query } satisfies ToReader);
    const found = new Promise<QueryResult>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    // The reader answers in the order of the questions, each with the result of its kind.
    return found as Promise<QueryResults[Kind]>;
  }

  /** Answers what was asked before, then ends the reader. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#waiting.length > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
    this.#end();
    await this.#ended;
  }

  #start(): Worker {
    const reader = new Worker(join(__dirname, 'reader.js'), { workerData: { path: this.#options.path }, resourceLimits: HEAP });
    let reason: unknown;
    reader.on('error', (error: unknown) => (reason = error));
    reader.on('exit', () => this.#lost(reader, reason));
    reader.on('message', (reply: FromReader) => this.#answer(reply));
    return reader;
  }

  #answer(reply: FromReader): void {
    const waiting = this.#waiting.shift();
    if (reply.kind === 'found') waiting?.resolve(reply.value);
    else waiting?.reject(errorOf(reply.failure));
    if (this.#waiting.length > 0) return;
    this.#idle = setTimeout(() => this.#end(), this.#options.idleMs).unref();
    this.#drained?.();
  }

  /** Nobody waits for it any more. A query that comes from now on starts another. */
  #end(): void {
    clearTimeout(this.#idle);
    const reader = this.#reader;
    if (reader === undefined) return;
    this.#reader = undefined;
    this.#ended = new Promise((resolve) => reader.once('exit', resolve));
    reader.postMessage({ kind: 'close' } satisfies ToReader);
  }

  /** It crashed, if it was not told to end. The next query starts another. */
  #lost(reader: Worker, reason: unknown): void {
    if (this.#reader !== reader) return;
    this.#reader = undefined;
    const lost = this.#waiting;
    this.#waiting = [];
    this.#options.log?.error({ error: reason instanceof Error ? reason.name : 'exit', queries: lost.length }, 'the reader of the store crashed');
    for (const { reject } of lost) reject(new StoreError('store_unavailable', 'The reader of the store crashed.', { cause: reason }));
    this.#drained?.();
  }
}
