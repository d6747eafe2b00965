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
  readonly query: Query;
  readonly resolve: (value: QueryResult) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Asks the reader, which answers one query after the other and so never holds up the writer or this thread. It lives
 * only while somebody searches, since it costs some 15 MB: a query starts it.
 */
export class ReadQueue {
  readonly #options: ReadQueueOptions;
  #reader: Worker | undefined;
  /** What the reader works on. The others wait here and not in its mailbox: whoever gives up waiting can be taken out. */
  #asked: Waiting | undefined;
  #waiting: Waiting[] = [];
  #idle: NodeJS.Timeout | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: ReadQueueOptions) {
    this.#options = options;
  }

  /** @param signal says that nobody waits for the answer any more: a query that has not begun is spared. */
  ask<Kind extends QueryKind>(query: Query & { readonly kind: Kind }, signal?: AbortSignal): Promise<QueryResults[Kind]> {
    if (this.#closed) return Promise.reject(closed());
    if (this.#waiting.length >= MOST_WAITING) return Promise.reject(new StoreError('store_busy', 'Too many searches are waiting. Try again later.'));
    const found = new Promise<QueryResult>((resolve, reject) => {
      const waiting = { query, resolve, reject };
      this.#waiting.push(waiting);
      signal?.addEventListener('abort', () => this.#spare(waiting), { once: true });
      if (signal?.aborted === true) this.#spare(waiting);
    });
    this.#next();
    // The reader answers each question with the result of its kind.
    return found as Promise<QueryResults[Kind]>;
  }

  /** Refuses those who wait, and ends the reader: it only reads, so that nothing is lost but an answer. */
  async close(): Promise<void> {
    this.#closed = true;
    const asked = this.#asked;
    const refused = [...(asked === undefined ? [] : [asked]), ...this.#waiting.splice(0)];
    this.#asked = undefined;
    for (const { reject } of refused) reject(closed());
    if (asked === undefined) {
      this.#end();
    } else {
      this.#ended = this.#reader?.terminate() ?? this.#ended;
      this.#reader = undefined;
    }
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

  #next(): void {
    if (this.#asked !== undefined) return;
    this.#asked = this.#waiting.shift();
    if (this.#asked === undefined) return;
    clearTimeout(this.#idle);
    this.#reader ??= this.#start();
    this.#reader.postMessage({ kind: 'query', query: this.#asked.query } satisfies ToReader);
  }

  #answer(reply: FromReader): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (reply.kind === 'found') asked?.resolve(reply.value);
    else asked?.reject(errorOf(reply.failure));
    if (this.#closed) return;
    this.#next();
    if (this.#asked === undefined) this.#idle = setTimeout(() => this.#end(), this.#options.idleMs).unref();
  }

  #spare(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    waiting.reject(new StoreError('store_busy', 'Nobody waits for this search any more.'));
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

  /** It crashed, if it was not told to end. The next query starts another; the one that it was at may have been the reason. */
  #lost(reader: Worker, reason: unknown): void {
    if (this.#reader !== reader) return;
    this.#reader = undefined;
    const lost = this.#asked;
    this.#asked = undefined;
    this.#options.log?.error({ error: reason instanceof Error ? reason.name : 'exit' }, 'the reader of the store crashed');
    lost?.reject(new StoreError('store_unavailable', 'The reader of the store crashed.', { cause: reason }));
    this.#next();
  }
}

function closed(): StoreError {
  return new StoreError('store_closed', 'The store is closed.');
}
