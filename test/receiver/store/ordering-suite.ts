import { createHash } from 'node:crypto';
import type { Arrival, Attempt, OutgoingRequest, Store } from '../../../receiver/store/store';
import { arrivalOf, type ArrivalParts } from './arrival';
import type { OpenStoreForTest } from './suite';

const ok: Attempt = { at: 1_763_000_000_000, latencyMs: 1, status: 200 };
const failed: Attempt = { at: 1_763_000_000_000, latencyMs: 1, status: 500 };

/** Events of a conversation to a destination that keeps their order. */
export function orderingSuite(open: OpenStoreForTest): void {
  const claim = async (store: Store, { destination = 'n8n', requests = 100, batch = 1 } = {}): Promise<readonly OutgoingRequest[]> =>
    (await store.claim({ destination, requests, batch, leaseMs: 60_000 })).requests;
  const settle = (store: Store, { webhookId = '', attempt = 1 }: Partial<OutgoingRequest> = {}, outcome: 'delivered' | 'dead' = 'delivered'): Promise<void> =>
    store.settle({ webhookId, attemptNumber: attempt, attempt: outcome === 'dead' ? failed : ok, outcome });

  describe('a destination that keeps the order', () => {
    test('is sent one event of a conversation at a time, in the order of keeping', async () => {
      const { store } = await open();
      for (const id of ['a1', 'a2', 'a3']) await store.append([ordered(id, 'a')]);
      const sent: string[] = [];
      for (let round = 0; round < 3; round++) {
        const requests = await claim(store);
        expect(requests).toHaveLength(1);
        expect(await claim(store)).toEqual([]);
        sent.push(...requests.flatMap(idsOf));
        await settle(store, requests[0]);
      }
      expect(sent).toEqual(['a1', 'a2', 'a3']);
      expect(await claim(store)).toEqual([]);
      expect((await store.counts()).forwards).toEqual([{ destination: 'n8n', status: 'delivered', count: 3 }]);
    });

    test('keeps the order of what came in one delivery', async () => {
      const { store } = await open();
      await store.append(['a1', 'a2', 'a3'].map((id) => ordered(id, 'a')));
      for (const id of ['a1', 'a2', 'a3']) {
        const requests = await claim(store);
        expect(requests.map(idsOf)).toEqual([[id]]);
        await settle(store, requests[0]);
      }
    });

    test('gets other conversations meanwhile, and what belongs to none', async () => {
      const { store } = await open();
      await store.append([ordered('a1', 'a'), ordered('a2', 'a'), ordered('b1', 'b'), arrivalOf('loose1'), ordered('b2', 'b'), arrivalOf('loose2'), ordered('c1', 'c')]);
      const first = await claim(store);
      expect(first.flatMap(idsOf)).toEqual(['a1', 'b1', 'loose1', 'loose2', 'c1']);
      await settle(store, first[1]);
      expect((await claim(store)).flatMap(idsOf)).toEqual(['b2']);
    });

    test('gets a batch with one event of a conversation at most', async () => {
      const { store } = await open();
      await store.append(['a1', 'a2', 'b1', 'a3', 'b2', 'c1'].map((id) => ordered(id, id.charAt(0))));
      const [batch, ...others] = await claim(store, { batch: 10 });
      expect(idsOf(batch)).toEqual(['a1', 'b1', 'c1']);
      expect(others).toEqual([]);
      await settle(store, batch);
      expect((await claim(store, { batch: 10 })).map(idsOf)).toEqual([['a2', 'b2']]);
    });

    test('holds up no other destination', async () => {
      const { store } = await open();
      const parts = { destinations: ['n8n', 'crm', 'log'], inOrder: { conversation: hashOf('a'), destinations: ['n8n', 'crm'] } };
      await store.append([arrivalOf('a1', parts), arrivalOf('a2', parts)]);
      expect((await claim(store)).flatMap(idsOf)).toEqual(['a1']);
      const [crm] = await claim(store, { destination: 'crm' });
      expect(idsOf(crm)).toEqual(['a1']);
      await settle(store, crm);
      expect((await claim(store, { destination: 'crm' })).flatMap(idsOf)).toEqual(['a2']);
      expect((await claim(store, { destination: 'log' })).flatMap(idsOf)).toEqual(['a1', 'a2']);
      expect(await claim(store)).toEqual([]);
    });

    test('waits for a retry before the next event of that conversation', async () => {
      const { store } = await open();
      await store.append([ordered('a1', 'a'), ordered('a2', 'a'), ordered('b1', 'b')]);
      const [first] = await claim(store, { requests: 1 });
      await store.settle({ webhookId: first?.webhookId ?? '', attemptNumber: 1, attempt: failed, outcome: 'retry', dueAt: Date.now() + 60_000 });
      expect((await claim(store)).flatMap(idsOf)).toEqual(['b1']);
      expect(await claim(store)).toEqual([]);
    });

    test('goes on with a retry that fell due, then with the next event', async () => {
      const { store } = await open();
      await store.append([ordered('a1', 'a'), ordered('a2', 'a')]);
      const [first] = await claim(store);
      await store.settle({ webhookId: first?.webhookId ?? '', attemptNumber: 1, attempt: failed, outcome: 'retry', dueAt: Date.now() - 1 });
      const again = await claim(store);
      expect(again.map(({ webhookId, attempt }) => [webhookId, attempt])).toEqual([[first?.webhookId, 2]]);
      await settle(store, again[0]);
      expect((await claim(store)).flatMap(idsOf)).toEqual(['a2']);
    });

    test('is freed by a dead letter', async () => {
      const { store } = await open();
      await store.append([ordered('a1', 'a'), ordered('a2', 'a')]);
      await settle(store, (await claim(store))[0], 'dead');
      expect((await claim(store)).flatMap(idsOf)).toEqual(['a2']);
    });

    test('keeps it over a restart', async () => {
      const { store, reopen } = await open();
      await store.append([ordered('a1', 'a'), ordered('a2', 'a')]);
      const [first] = await claim(store);
      const again = await reopen();
      await again.append([ordered('a3', 'a')]);
      const repeated = await claim(again);
      expect(repeated.map(({ webhookId }) => webhookId)).toEqual([first?.webhookId]);
      await settle(again, repeated[0]);
      expect((await claim(again)).flatMap(idsOf)).toEqual(['a2']);
    });

    test('takes up a conversation that had nothing waiting for a while', async () => {
      const { store } = await open();
      for (const id of ['a1', 'a2', 'a3']) {
        await store.append([ordered(id, 'a')]);
        const requests = await claim(store);
        expect(requests.flatMap(idsOf)).toEqual([id]);
        await settle(store, requests[0]);
      }
    });

    test('counts a copy through another hook in', async () => {
      const { store } = await open();
      const { body } = arrivalOf('a1');
      await store.append([ordered('a1', 'a', { destinations: [], body })]);
      await store.append([ordered('a2', 'a')]);
      const copy = await store.append([ordered('a1', 'a', { hook: 'sales', body })]);
      expect(copy).toMatchObject([{ duplicate: true, destinations: ['n8n'] }]);
      for (const id of ['a1', 'a2']) {
        const requests = await claim(store);
        expect(requests.flatMap(idsOf)).toEqual([id]);
        await settle(store, requests[0]);
      }
    });

    test('shares nothing of a conversation among many who claim at the same time', async () => {
      const { store } = await open();
      await store.append(Array.from({ length: 60 }, (_, index) => ordered(`m${index}`, String(index % 3))));
      const sent = new Map<string, number[]>();
      for (let round = 0; round < 20; round++) {
        const requests = (await Promise.all(Array.from({ length: 8 }, () => claim(store, { requests: 2, batch: 2 })))).flat();
        const numbers = requests.flatMap(idsOf).map((id) => Number(id.slice(1)));
        expect(new Set(numbers.map((number) => number % 3)).size).toBe(numbers.length);
        for (const number of numbers) sent.set(String(number % 3), [...(sent.get(String(number % 3)) ?? []), number]);
        await Promise.all(requests.map((request) => settle(store, request)));
      }
      for (const numbers of sent.values()) expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
      expect([...sent.values()].flat()).toHaveLength(60);
    });
  });

  describe('the order, when something is forwarded again', () => {
    test('is kept by dead letters that are redriven', async () => {
      const { store } = await open();
      await store.append(['a1', 'a2', 'a3'].map((id) => ordered(id, 'a')));
      for (let count = 0; count < 2; count++) await settle(store, (await claim(store))[0], 'dead');
      // a3 is free to go, and has not been claimed: the two before it come first again.
      expect((await store.redrive()).count).toBe(2);
      for (const id of ['a1', 'a2', 'a3']) {
        const requests = await claim(store);
        expect(requests.flatMap(idsOf)).toEqual([id]);
        await settle(store, requests[0]);
      }
    });

    test('lets a redriven event wait for the one that is on its way', async () => {
      const { store } = await open();
      await store.append(['a1', 'a2', 'a3'].map((id) => ordered(id, 'a')));
      await settle(store, (await claim(store))[0], 'dead');
      const [second] = await claim(store);
      expect(idsOf(second)).toEqual(['a2']);
      await store.redrive('n8n');
      expect(await claim(store)).toEqual([]);
      await settle(store, second);
      for (const id of ['a1', 'a3']) {
        const requests = await claim(store);
        expect(requests.flatMap(idsOf)).toEqual([id]);
        await settle(store, requests[0]);
      }
    });

    test('is kept by a replay', async () => {
      const { store } = await open();
      const [first] = await store.append([ordered('a1', 'a'), ordered('a2', 'a')]);
      await settle(store, (await claim(store))[0]);
      const [second] = await claim(store);
      expect(await store.replay(first?.key ?? '', ['n8n'])).toBe(1);
      expect(await claim(store)).toEqual([]);
      await settle(store, second);
      expect((await claim(store)).flatMap(idsOf)).toEqual(['a1']);
    });

    test('is kept by a replay to a destination that has not had the event', async () => {
      const { store } = await open();
      const [first, second] = await store.append([arrivalOf('a1', { destinations: [] }), arrivalOf('a2', { destinations: [] })]);
      await store.append([ordered('a3', 'a')]);
      const inOrder = { conversation: hashOf('a'), destinations: ['n8n'] };
      expect(await store.replay(second?.key ?? '', ['n8n', 'crm'], inOrder)).toBe(2);
      expect(await store.replay(first?.key ?? '', ['n8n', 'crm'], inOrder)).toBe(2);
      for (const id of ['a1', 'a2', 'a3']) {
        const requests = await claim(store);
        expect(requests.flatMap(idsOf)).toEqual([id]);
        await settle(store, requests[0]);
      }
      // The other one keeps no order.
      expect((await claim(store, { destination: 'crm' })).flatMap(idsOf).toSorted()).toEqual(['a1', 'a2']);
    });

    test('is kept by a replay of what was forwarded before the destination kept it', async () => {
      const { store } = await open();
      const [first] = await store.append([arrivalOf('a1')]);
      await settle(store, (await claim(store))[0], 'dead');
      await store.append([ordered('a2', 'a')]);
      const [second] = await claim(store);
      expect(await store.replay(first?.key ?? '', ['n8n'], { conversation: hashOf('a'), destinations: ['n8n'] })).toBe(1);
      expect(await claim(store)).toEqual([]);
      await settle(store, second);
      expect((await claim(store)).flatMap(idsOf)).toEqual(['a1']);
    });
  });

  describe('a conversation goes on', () => {
    test('when the event that it waits for is erased', async () => {
      const { store } = await open();
      const [waiting] = await store.append([ordered('a1', 'a')]);
      await store.append([ordered('a2', 'a')]);
      await store.append([ordered('a3', 'a')]);
      expect(await store.erase([waiting?.key ?? ''])).toBe(1);
      const requests = await claim(store);
      expect(requests.flatMap(idsOf)).toEqual(['a2']);
      expect(await store.erase([requests[0]?.events[0]?.key ?? ''])).toBe(1);
      expect((await claim(store)).flatMap(idsOf)).toEqual(['a3']);
    });

    test('after its destination was forgotten and registered again', async () => {
      const { store } = await open();
      await store.append([ordered('a1', 'a'), ordered('a2', 'a')]);
      await claim(store);
      expect(await store.deleteDestination('n8n')).toBe(true);
      await store.append([ordered('a3', 'a')]);
      expect((await claim(store)).flatMap(idsOf)).toEqual(['a3']);
    });
  });

  test('a long backlog of one conversation is sent one by one, and holds up no other', async () => {
    const { store } = await open();
    await store.append(Array.from({ length: 3_000 }, (_, index) => ordered(`a${index}`, 'a')));
    await store.append([ordered('b1', 'b')]);
    expect((await claim(store, { batch: 100 })).map(idsOf)).toEqual([['a0', 'b1']]);
    expect((await store.counts()).forwards).toEqual([{ destination: 'n8n', status: 'pending', count: 3_001 }]);
    expect(await store.deleteDestination('n8n')).toBe(true);
    expect((await store.counts()).forwards).toEqual([]);
  });
}

function ordered(id: string, conversation: string, parts: ArrivalParts = {}): Arrival {
  return arrivalOf(id, { inOrder: { conversation: hashOf(conversation), destinations: ['n8n'] }, ...parts });
}

function hashOf(conversation: string): string {
  return createHash('sha256').update(conversation).digest('hex');
}

function idsOf(request: OutgoingRequest | undefined): readonly string[] {
  return (request?.events ?? []).map(({ event }) => (JSON.parse(event) as { readonly id: string }).id);
}
