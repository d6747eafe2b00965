import type { Connection } from './connection';
import type { State } from './state';

const ADD = 'INSERT INTO tallies (what, destination, count) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count';
const COUNT = "SELECT count FROM tallies WHERE what = ? AND destination = ''";

/** What was ever added, what has been removed since included: the number of the next one follows from it. */
type Sequence = 'events ever' | 'forwards ever';

/** What is counted: events, the bytes that they and their bodies take, what was erased since the last scrub, and forwards by their state. */
export type Tallied = 'events' | 'bytes' | 'unscrubbed' | State | Sequence;

/**
 * Counts along with a transaction, and numbers events and forwards: the number of one is how many there ever were. So
 * none is given twice, even after the newest were removed, and what a fingerprint or a request points at is never
 * another event. (SQLite's AUTOINCREMENT promises the same, at a lookup and an update for every row.)
 */
export class Tally {
  readonly #connection: Connection;
  readonly #changes = new Map<Tallied, Map<string, number>>();
  readonly #last = new Map<Sequence, number>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  add(what: Tallied, destination: string, by: number): void {
    let changes = this.#changes.get(what);
    if (changes === undefined) this.#changes.set(what, (changes = new Map<string, number>()));
    changes.set(destination, (changes.get(destination) ?? 0) + by);
  }

  /** The number that the next one gets, once it is {@link took taken}. */
  next(sequence: Sequence): number {
    let last = this.#last.get(sequence);
    if (last === undefined) this.#last.set(sequence, (last = this.#connection.get<{ readonly count: number }>(COUNT, sequence)?.count ?? 0));
    return last + 1;
  }

  took(sequence: Sequence): void {
    this.#last.set(sequence, this.next(sequence));
    this.add(sequence, '', 1);
  }

  /** How much there is, this transaction's changes included. */
  count(what: 'events' | 'bytes'): number {
    const written = this.#connection.get<{ readonly count: number }>(COUNT, what)?.count ?? 0;
    return written + (this.#changes.get(what)?.get('') ?? 0);
  }

  /** Writes the changes, as the last thing before a commit. */
  write(): void {
    for (const [what, changes] of this.#changes) {
      for (const [destination, by] of changes) {
        if (by !== 0) this.#connection.run(ADD, what, destination, by);
      }
    }
    this.#changes.clear();
  }

  /** The transaction was rolled back. */
  forget(): void {
    this.#changes.clear();
    this.#last.clear();
  }
}
