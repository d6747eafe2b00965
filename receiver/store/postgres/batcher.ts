import { StoreError } from '../store';

export type Outcome<Result> = { readonly ok: true; readonly value: Result } | { readonly ok: false; readonly error: StoreError };

export interface BatcherOptions<Item, Result> {
  /** Carries out a batch, as one transaction if nothing comes between. Answers each item in its place; never rejects. */
  readonly flush: (items: readonly Item[]) => Promise<readonly Outcome<Result>[]>;
  /** How many batches may be under way at a time. */
  readonly lanes: number;
  /** How much memory an item holds while it waits, roughly. */
  readonly weigh: (item: Item) => number;
  readonly maxItems: number;
  readonly maxBytes: number;
}

/** So that one batch neither holds up the next one for long, nor needs much memory twice. */
const BATCH_ITEMS = 512;
const BATCH_BYTES = 16 * 1_048_576;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly weight: number;
  readonly resolve: (value: Result) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Group commit without a timer: what comes while all lanes are busy is the batch of the next one that is free. A lone
 * item goes at once and costs one commit; under load the batches grow by themselves.
 */
export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>;
  readonly #waiting: Waiting<Item, Result>[] = [];
  /** Those that keep their order: the first lane alone takes them. */
  readonly #inOrder: Waiting<Item, Result>[] = [];
  readonly #isBusy: boolean[];
  #items = 0;
  #bytes = 0;
  #drained: (() => void) | undefined;
  #closed = false;

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options;
    this.#isBusy = Array.from({ length: options.lanes }, () => false);
  }

  /** @param inOrder whether it has to be carried out after all such items before it */
  write(item: Item, inOrder = false): Promise<Result> {
    if (this.#closed) return Promise.reject(new StoreError('store_closed', 'The store is closed.'));
    const weight = this.#options.weigh(item);
    if (this.#isFull(weight)) return Promise.reject(new StoreError('store_busy', 'More waits to be written than the store keeps in memory. Try again later.'));
    this.#items++;
    this.#bytes += weight;
    return new Promise<Result>((resolve, reject) => {
      const queue = inOrder ? this.#inOrder : this.#waiting;
      queue.push({ item, weight, resolve, reject });
      // With the first one of those that wait: the others of this turn of the event loop join it.
      if (queue.length === 1) this.#start(inOrder ? 0 : this.#isBusy.lastIndexOf(false));
    });
  }

  /** Refuses new items, has the admitted ones written. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#items > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
  }

  #isFull(weight: number): boolean {
    const { maxItems, maxBytes } = this.#options;
    return this.#items >= maxItems || (this.#items > 0 && this.#bytes + weight > maxBytes);
  }

  /** At the end of this turn of the event loop: requests that arrived together are then one batch from the first on. */
  #start(lane: number): void {
    if (this.#isBusy[lane] !== false) return;
    this.#isBusy[lane] = true;
    setImmediate(() => void this.#work(lane));
  }

  async #work(lane: number): Promise<void> {
    for (let batch = this.#take(lane); batch.length > 0; batch = this.#take(lane)) {
      const outcomes = await this.#options.flush(batch.map(({ item }) => item));
      for (const [index, { weight, resolve, reject }] of batch.entries()) {
        this.#items--;
        this.#bytes -= weight;
        const outcome = outcomes[index];
        if (outcome?.ok === true) resolve(outcome.value);
        else reject(outcome?.error ?? new StoreError('store_unavailable', 'The store gave no answer.'));
      }
    }
    this.#isBusy[lane] = false;
    if (this.#items === 0) this.#drained?.();
  }

  #take(lane: number): readonly Waiting<Item, Result>[] {
    return lane === 0 && this.#inOrder.length > 0 ? takeBatch(this.#inOrder) : takeBatch(this.#waiting);
  }
}

/** Takes the next batch off those that wait. An item that is a batch's worth by itself goes alone. */
function takeBatch<Item, Result>(waiting: Waiting<Item, Result>[]): readonly Waiting<Item, Result>[] {
  let bytes = 0;
  const end = waiting.findIndex(({ weight }, index) => (bytes += weight) > BATCH_BYTES && index > 0);
  return waiting.splice(0, end < 0 ? BATCH_ITEMS : Math.min(end, BATCH_ITEMS));
}
