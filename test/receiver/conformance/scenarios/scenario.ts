import type { Fault } from '../fault';
import type { Subject } from '../subject';

/** Something that happens between a sender and a receiver, and what has to hold afterwards. */
export interface Scenario {
  readonly number: number;
  readonly name: string;
  /** At all doors of a receiver that runs and is idle; it leaves it so. What is wrong; nothing when all is well. */
  readonly run: (subject: Subject) => Promise<readonly Fault[]>;
}
