/*
 * What a scenario asks of what it saw: the answer, what took effect, what is kept.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Aspect, Fault } from './fault';
import type { Answer } from './sender';
import type { Door, Subject } from './subject';

interface Listed {
  readonly events: readonly { readonly event: { readonly type: string } }[];
}

/** What a receiver had under way when it died falls due again some seconds later; a busy machine needs a multiple. */
const SETTLED_WITHIN_MS = 45_000;

let marks = 0;

/** A text that is in one delivery and nowhere else. */
export function newMark(): string {
  marks += 1;
  return `mark-${process.pid}-${Date.now().toString(36)}-${marks}.`;
}

/** Does the same at each door, all at once, and gathers what is wrong. */
export async function atEach<Each extends Door>(doors: readonly Each[], run: (door: Each) => Promise<readonly Fault[]>): Promise<readonly Fault[]> {
  const faults = await Promise.all(doors.map(async (door) => (await run(door)).map(({ aspect, what }) => ({ aspect, what: `${door.name}: ${what}` }))));
  return faults.flat();
}

/** An acknowledgement: 200, and whether the event is new is said rightly. */
export function acknowledged({ status, text, duplicates }: Answer, { duplicate }: { readonly duplicate?: boolean } = {}): readonly Fault[] {
  if (status !== 200 || duplicates.length === 0) return [fault('answer', `${status ?? 'no answer'} in place of 200: ${text.slice(-200)}`)];
  if (duplicate === undefined || duplicates.every((said) => said === duplicate)) return [];
  return [fault('answer', `"duplicate": ${String(!duplicate)} for ${duplicate ? 'a repeat' : 'something new'}`)];
}

/** A refusal with this status and, where it matters, this code. */
export function refused({ status, code }: Answer, expected: number, expectedCode?: string): readonly Fault[] {
  if (status === expected && (expectedCode === undefined || code === expectedCode)) return [];
  return [fault('answer', `${status ?? 'no answer'} ${code ?? ''} in place of ${expected} ${expectedCode ?? ''}`)];
}

/** Waits until nothing is under way to the destination any more. */
export async function settled(subject: Subject): Promise<void> {
  const deadline = Date.now() + SETTLED_WITHIN_MS;
  while ((await subject.get<Listed>('/api/events?status=pending&limit=1')).events.length > 0) {
    if (Date.now() > deadline) throw new Error('There is still something under way to the destination.');
    await wait(20);
  }
}

/** After all is settled: it is kept once, and took effect once. */
export async function once(subject: Subject, mark: string): Promise<readonly Fault[]> {
  const [kept, effects] = [await countKept(subject, mark), subject.ledger.effects(mark)];
  return [
    ...(kept === 1 ? [] : [fault('state', `kept ${kept} times`)]),
    ...(effects === 1 ? [] : [fault(effects === 0 ? 'lost' : 'repeated', `took effect ${effects} times`)]),
  ];
}

/** After all is settled: it left nothing. */
export async function never(subject: Subject, mark: string): Promise<readonly Fault[]> {
  const [kept, effects] = [await countKept(subject, mark), subject.ledger.effects(mark)];
  return kept === 0 && effects === 0 ? [] : [fault('partial', `kept ${kept} times, took effect ${effects} times`)];
}

export async function countKept(subject: Subject, mark: string): Promise<number> {
  return (await subject.get<Listed>(`/api/events?limit=500&q=${encodeURIComponent(mark)}`)).events.length;
}

export function fault(aspect: Aspect, what: string): Fault {
  return { aspect, what };
}
