import type { Fault } from './fault';
import { acknowledged, atEach, fault, never, newMark, once, refused, settled } from './judge';
import type { Mutation } from './mutations';
import { bodyOf } from './parcels';
import type { ReceiverProcess } from './process';
import { deliver, signed } from './sender';
import type { Answer } from './sender';

interface Shown {
  readonly events: readonly { readonly key: string; readonly event: { readonly type: string } }[];
}

/** Delivers something valid at each door, and then its mutant. The original has to come out of it unharmed. */
export async function runMutation(receiver: ReceiverProcess, { mutate, expected }: Mutation): Promise<readonly Fault[]> {
  return atEach(receiver.doors, async (door) => {
    const [originalMark, mark] = [newMark(), newMark()];
    const original = door.fresh(originalMark);
    const replaced = { ...original, body: Buffer.from(JSON.stringify({ ...bodyOf(original), conformance: mark })) };
    const first = await deliver(receiver, signed(door, original));
    const second = await deliver(receiver, mutate({ door, original, replaced, fresh: door.fresh(mark), mark }));
    await settled(receiver);
    return [...acknowledged(first, { duplicate: false }), ...(await judged(receiver, second, expected(door), mark)), ...(await once(receiver, originalMark))];
  });
}

async function judged(receiver: ReceiverProcess, answer: Answer, expected: ReturnType<Mutation['expected']>, mark: string): Promise<readonly Fault[]> {
  switch (expected.kind) {
    case 'refused':
      return [...refused(answer, expected.status, expected.code), ...(await never(receiver, mark))];
    case 'repeat':
      return [...acknowledged(answer, { duplicate: true }), ...(await never(receiver, mark))];
    case 'event':
      return [...acknowledged(answer, { duplicate: false }), ...(await once(receiver, mark)), ...(await kept(receiver, expected, mark))];
  }
}

async function kept(receiver: ReceiverProcess, { isUnknown = false, issue }: { readonly isUnknown?: boolean; readonly issue?: string }, mark: string): Promise<readonly Fault[]> {
  const { events } = await receiver.get<Shown>(`/api/events?q=${encodeURIComponent(mark)}`);
  const [shown] = events;
  if (shown === undefined) return [];
  const { issues } = await receiver.get<{ readonly issues: readonly { readonly code: string }[] }>(`/api/events/${shown.key}`);
  return [
    ...(shown.event.type.endsWith('.unknown') === isUnknown ? [] : [fault('state', `kept as ${shown.event.type}`)]),
    ...(issue === undefined || issues.some(({ code }) => code === issue) ? [] : [fault('state', `kept without a word about ${issue}`)]),
  ];
}
