import type { Aspect } from '../fault';
import { effectAtLast, isFresh, isSignedOver } from './behaviour';
import type { Behaviour, Machine, Receipt } from './behaviour';
import { openLazyStore, rowOf } from './store';
import type { Event } from './store';

export interface Flaw {
  readonly name: string;
  /** The one thing that it does otherwise. */
  readonly override: Partial<Behaviour>;
  /** The scenarios that have to fail, and in which respects. All others have to pass. */
  readonly caughtBy: Readonly<Record<number, readonly Aspect[]>>;
}

export const flaws: readonly Flaw[] = [
  {
    name: 'no idempotency',
    override: {
      async take(event, machine) {
        const row = rowOf(event);
        await machine.store.insert(row);
        machine.carry(row);
        return 'new';
      },
    },
    caughtBy: {
      2: ['answer', 'repeated', 'state'],
      3: ['answer', 'repeated', 'state'],
      5: ['repeated', 'state'],
      13: ['answer', 'repeated', 'state'],
      14: ['repeated', 'state'],
      15: ['repeated', 'state'],
    },
  },
  {
    name: 'check, then insert',
    override: {
      async take(event, machine) {
        if ((await machine.store.find(event.id)) !== undefined) return 'duplicate';
        const row = rowOf(event);
        await machine.store.insert(row);
        machine.carry(row);
        return 'new';
      },
    },
    caughtBy: { 3: ['answer', 'repeated', 'state'] },
  },
  {
    name: 'marked as done before the effect',
    override: {
      async carry(row, machine) {
        await machine.store.finish(row);
        await effectAtLast(row, machine);
      },
    },
    caughtBy: { 15: ['lost'] },
  },
  {
    name: 'answered before it is durable',
    override: { openStore: openLazyStore },
    caughtBy: { 13: ['answer', 'repeated'], 15: ['lost', 'repeated', 'state'] },
  },
  {
    name: 'signature over re-serialised JSON',
    override: {
      isAuthentic: (request, secret, now) => isFresh(request, now) && isSignedOver(request, reserialised(request.body), secret),
    },
    caughtBy: { 1: ['answer'], 11: ['answer', 'partial'] },
  },
  {
    name: 'any signature will do',
    override: { isAuthentic: ({ signature }) => signature !== undefined },
    caughtBy: { 8: ['answer', 'partial'], 9: ['answer', 'partial'], 10: ['answer', 'partial'], 11: ['answer', 'partial'] },
  },
  {
    name: 'effect before the check for duplicates',
    override: {
      async take(event, machine) {
        const row = { ...rowOf(event), isDone: true };
        if (!(await machine.effect(row))) return 'unavailable';
        return (await machine.store.insertUnlessKept(row)) ? 'new' : 'duplicate';
      },
    },
    caughtBy: { 1: ['late'], 2: ['repeated'], 3: ['repeated'], 5: ['repeated'], 13: ['repeated'], 14: ['repeated'], 15: ['repeated'] },
  },
  {
    name: 'order taken for granted',
    override: {
      async isExpected(event, machine) {
        const isChange = event.type === 'message.edited';
        return !isChange || machine.store.rows().some((row) => row.event.message === event.message);
      },
    },
    caughtBy: { 4: ['answer', 'lost', 'state'] },
  },
  {
    name: 'secrets in the log',
    override: { note: (request, status) => `${status} ${request.signature ?? ''} ${request.body.toString('utf8')}` },
    caughtBy: { 16: ['leak'] },
  },
  {
    name: 'a gap between the effect and its record',
    override: {
      take(event, machine) {
        const earlier = machine.running.get(event.id);
        if (earlier !== undefined) return earlier.then((receipt) => (receipt === 'new' ? 'duplicate' : receipt));
        const running = effectThenRecord(event, machine);
        machine.running.set(event.id, running);
        return running.finally(() => machine.running.delete(event.id));
      },
    },
    caughtBy: { 1: ['late'], 15: ['repeated'] },
  },
];

async function effectThenRecord(event: Event, machine: Machine): Promise<Receipt> {
  if ((await machine.store.find(event.id)) !== undefined) return 'duplicate';
  const row = { ...rowOf(event), isDone: true };
  if (!(await machine.effect(row))) return 'unavailable';
  await machine.store.insert(row);
  return 'new';
}

/** What can't be read is left as it came. */
function reserialised(body: Buffer): Buffer {
  try {
    return Buffer.from(JSON.stringify(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))));
  } catch {
    return body;
  }
}
