import type { Room } from '../http/room';

/** So much, of both. */
export interface Amount {
  readonly bytes: number;
  readonly requests: number;
}

export interface Allowance extends Amount {
  /** How many sources share it. */
  readonly sources: number;
}

/** A delivery's place among those under way, and the room for its body. */
export interface Place extends Room {
  /** Its sender is known now: what it holds counts among the strangers' no more. */
  know(): void;
  /** Gives back all that it holds. */
  leave(): void;
}

/**
 * What all deliveries under way may hold together: places, and bytes for their bodies as sent and as inflated.
 *
 * - Strangers, whose credentials were not found right so far, hold half of it at the most, so that those who are known
 *   always have the other half. A stranger's body counts as it comes and not as it is announced, since an announcement
 *   costs nothing.
 * - No source holds more than three times what would then be left: one that is flooded stops at three quarters, two at
 *   three sevenths each, and one that holds nothing finds room. A source that is alone has it all.
 */
export interface Budget {
  /**
   * A place for one more delivery to a source; undefined while there is none.
   * @param isKnown its credentials were found right, without its body.
   */
  enter(source: string, isKnown: boolean): Place | undefined;
  /** What is held now. */
  held(): Amount;
}

type Tally = { -readonly [Key in keyof Amount]: Amount[Key] };

interface Ledger {
  readonly allowance: () => Allowance;
  readonly all: Tally;
  readonly strangers: Tally;
}

const STRANGERS_SHARE = 1 / 2;
const SOURCE_TO_REST = 3;

/** @param allowance asked each time: a reload counts at once, for what comes. */
export function createBudget(allowance: () => Allowance): Budget {
  const ledger: Ledger = { allowance, all: nothing(), strangers: nothing() };
  const sources = new Map<string, Tally>();
  return {
    enter(id, isKnown) {
      let source = sources.get(id);
      if (source === undefined) sources.set(id, (source = nothing()));
      return fits(ledger, source, isKnown, 'requests', 1) ? new HeldPlace(ledger, source, isKnown) : undefined;
    },
    held: () => ({ ...ledger.all }),
  };
}

function fits({ allowance, all, strangers }: Ledger, source: Tally, isKnown: boolean, what: keyof Amount, wanted: number): boolean {
  const { [what]: most, sources } = allowance();
  const rest = most - all[what] - wanted;
  if (rest < 0) return false;
  // The first of all may be as large as a delivery can be.
  if (!isKnown && strangers[what] > 0 && strangers[what] + wanted > most * STRANGERS_SHARE) return false;
  return sources < 2 || source[what] === 0 || source[what] + wanted <= SOURCE_TO_REST * rest;
}

class HeldPlace implements Place {
  readonly #ledger: Ledger;
  readonly #source: Tally;
  #isKnown: boolean;
  #bytes = 0;

  constructor(ledger: Ledger, source: Tally, isKnown: boolean) {
    this.#ledger = ledger;
    this.#source = source;
    this.#isKnown = isKnown;
    this.#count('requests', 1);
  }

  get reserves(): boolean {
    return this.#isKnown;
  }

  grow(bytes: number): boolean {
    if (!fits(this.#ledger, this.#source, this.#isKnown, 'bytes', bytes)) return false;
    this.#count('bytes', bytes);
    return true;
  }

  shrink(bytes: number): void {
    this.#count('bytes', -bytes);
  }

  know(): void {
    if (this.#isKnown) return;
    this.#isKnown = true;
    this.#ledger.strangers.bytes -= this.#bytes;
    this.#ledger.strangers.requests -= 1;
  }

  leave(): void {
    this.#count('bytes', -this.#bytes);
    this.#count('requests', -1);
  }

  #count(what: keyof Amount, by: number): void {
    if (what === 'bytes') this.#bytes += by;
    this.#ledger.all[what] += by;
    this.#source[what] += by;
    if (!this.#isKnown) this.#ledger.strangers[what] += by;
  }
}

function nothing(): Tally {
  return { bytes: 0, requests: 0 };
}
