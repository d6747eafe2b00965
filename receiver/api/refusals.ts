import { diagnoses, refusals } from '../../providers/refusals';
import type { RefusalCode } from '../../providers/refusals';

/** A delivery that was refused, as the operator sees it: no body, no header, no credential. */
export interface RefusalRecord {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Id of the source; empty when the URL named none that is configured. */
  readonly source: string;
  readonly code: RefusalCode;
  /** One of the contract's diagnoses. The sender never learns it. */
  readonly diagnosis?: string;
}

/** Remembers the latest refusals, newest first. */
export interface RecentRefusals {
  add(refusal: RefusalRecord): void;
  list(): readonly RefusalRecord[];
}

/** Kept in memory and bounded: anybody can cause a refusal, so anybody could fill a store with them. */
export function createRecentRefusals(most = 200): RecentRefusals {
  const kept: RefusalRecord[] = [];
  return {
    add(refusal) {
      kept.push(refusal);
      if (kept.length > most) kept.shift();
    },
    list: () => kept.toReversed(),
  };
}

/** A refusal with what it means and what to check. */
export function refusalView({ at, source, code, diagnosis }: RefusalRecord): object {
  const { status, message } = refusals[code];
  const explanation = diagnosis !== undefined && Object.hasOwn(diagnoses, diagnosis) ? diagnoses[diagnosis as keyof typeof diagnoses] : undefined;
  return { time: new Date(at).toISOString(), source, status, code, message, diagnosis, explanation };
}
