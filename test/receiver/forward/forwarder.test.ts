import { Webhook } from 'standardwebhooks';
import { StoreError, type Store } from '../../../receiver/store/store';
import type { ServerResponse } from 'node:http';
import { add, destinationTo, openSink, run, until, type Received, type Running, type Sink } from './harness';
import { openTestStore } from './open-store';

const closing: (() => unknown)[] = [];
let store: Store;

beforeEach(async () => {
  store = await openTestStore((close) => closing.push(close));
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('a forwarded event', () => {
  it('arrives as it is stored, signed, and is delivered then', async () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const sink = await open((response) => response.writeHead(202).end('taken'));
    const running = await start([destinationTo(sink.url, { secrets: [secret] })]);
    const [event] = await add(running, 1);
    await settled('delivered', 1);

    expect(sink.received).toHaveLength(1);
    expect(sink.received[0]?.body).toBe(event);
    new Webhook(secret).verify(sink.received[0]?.body ?? '', sink.received[0]?.headers as Record<string, string>);
    expect(running.reports).toMatchObject([{ outcome: { kind: 'delivered' }, attempt: { status: 202, answer: 'taken' }, request: { attempt: 1 } }]);
    expect(await store.forwards({ limit: 10 })).toMatchObject([{ destination: 'n8n', status: 'delivered', attempts: 1, lastAttempt: { status: 202 } }]);
  });

  it('is forwarded though it was stored before the forwarder started', async () => {
    const sink = await open((response) => response.end());
    await add({ store, forwarder: { ...idle, wake: () => undefined } }, 3);
    await start([destinationTo(sink.url)]);
    await settled('delivered', 3);
  });

  it('keeps its webhook-id when it is tried again', async () => {
    const sink = await open((response, _, count) => response.writeHead(count < 4 ? 500 : 200).end());
    await add(await start([destinationTo(sink.url)]), 1);
    await settled('delivered', 1);
    expect(sink.received).toHaveLength(4);
    expect(idsOf(sink)).toHaveLength(1);
    expect((await store.forwards({ limit: 10 }))[0]?.attempts).toBe(4);
  });

  it('shares its webhook-id with no other request', async () => {
    const sink = await open((response, _, count) => response.writeHead(count % 3 === 0 ? 503 : 200).end());
    const running = await start([destinationTo(sink.url)]);
    await Promise.all(Array.from({ length: 10 }, () => add(running, 6)));
    await settled('delivered', 60);
    expect(idsOf(sink)).toHaveLength(60);
    expect(new Set(sink.received.map(({ webhookId, body }) => `${webhookId} ${body}`)).size).toBe(60);
  });

  it('is a dead letter after its attempts, and not before', async () => {
    const sink = await open((response) => response.writeHead(500).end('no'));
    await add(await start([destinationTo(sink.url, { retry: { attempts: 3 } })]), 1);
    await settled('dead', 1);
    expect(sink.received).toHaveLength(3);
    expect(idsOf(sink)).toHaveLength(1);
    expect(await store.forwards({ status: 'dead', limit: 10 })).toMatchObject([{ attempts: 3, lastAttempt: { status: 500, answer: 'no' } }]);
  });

  it('waits as long as Retry-After says', async () => {
    const sink = await open((response, _, count) => response.writeHead(count === 1 ? 429 : 200, { 'retry-after': '1' }).end());
    await add(await start([destinationTo(sink.url)]), 1);
    await settled('delivered', 1);
    expect(times(sink)[0]).toBeGreaterThanOrEqual(950);
  });

  it('is tried again when nobody answers in time', async () => {
    const sink = await open((response, _, count) => count > 1 && response.end());
    const running = await start([destinationTo(sink.url, { timeoutMs: 200 })]);
    await add(running, 1);
    await settled('delivered', 1);
    expect(running.reports[0]).toMatchObject({ attempt: { error: 'timeout' }, outcome: { kind: 'retry' } });
  });
});

describe('a batch', () => {
  it('is an array of the events as they are stored, if and only if there are several', async () => {
    const sink = await open((response) => response.end());
    const running = await start([destinationTo(sink.url, { concurrency: 1, batch: { max: 4, waitMs: 500 } })]);
    const texts = await add(running, 9);
    await settled('delivered', 9);
    expect(sink.received.map(({ body }) => body)).toEqual([
      `[${texts.slice(0, 4).join(',')}]`,
      `[${texts.slice(4, 8).join(',')}]`,
      texts[8],
    ]);
  });

  it('is tried again as it was cut, whatever has come since', async () => {
    const sink = await open((response, _, count) => response.writeHead(count <= 2 ? 500 : 200).end());
    const running = await start([destinationTo(sink.url, { concurrency: 1, batch: { max: 100, waitMs: 0 } })]);
    await add(running, 3);
    await until(() => sink.received.length > 0);
    await add(running, 5);
    await settled('delivered', 8);
    const bodies = new Map<string, Set<string>>();
    for (const { webhookId, body } of sink.received) bodies.set(webhookId, (bodies.get(webhookId) ?? new Set()).add(body));
    expect([...bodies.values()].every(({ size }) => size === 1)).toBe(true);
    expect(sink.received.length).toBeGreaterThan(bodies.size);
  });

  it('waits for more events, and goes at once when it is full', async () => {
    const sink = await open((response) => response.end());
    const running = await start([destinationTo(sink.url, { batch: { max: 3, waitMs: 60_000 } })]);
    await until(() => running.claims.length > 0);
    await add(running, 1);
    await add(running, 1);
    await pause(300);
    expect(sink.received).toEqual([]);
    await add(running, 1);
    await settled('delivered', 3);
    expect(sink.received).toHaveLength(1);
  });

  it('goes when it has waited, full or not', async () => {
    const sink = await open((response) => response.end());
    const running = await start([destinationTo(sink.url, { batch: { max: 100, waitMs: 400 } })]);
    await until(() => running.claims.length > 0);
    await pause(50);
    const woken = Date.now();
    await add(running, 2);
    await settled('delivered', 2);
    expect(sink.received).toHaveLength(1);
    expect((sink.received[0]?.at ?? 0) - woken).toBeGreaterThanOrEqual(390);
  });
});

describe('a destination', () => {
  it('gets no more requests at once than it takes, but that many', async () => {
    // Each is answered when there are as many as there may be, the last ones when there are no more.
    const waiting: ServerResponse[] = [];
    const sink = await open((response, _, count) => {
      waiting.push(response);
      if (waiting.length === 3 || count > 18) for (const one of waiting.splice(0)) one.end();
    });
    await add(await start([destinationTo(sink.url, { concurrency: 3 })]), 20);
    await settled('delivered', 20);
    expect(sink.mostAtOnce()).toBe(3);
  });

  it('that is slow delays no other', async () => {
    const slow = await open(() => undefined);
    const quick = await open((response) => response.end());
    const running = await start([destinationTo(slow.url, { id: 'slow' }), destinationTo(quick.url, { id: 'quick' })]);
    await add(running, 30, ['slow', 'quick']);
    await until(async () => (await store.forwards({ destination: 'quick', status: 'delivered', limit: 100 })).length === 30);
    expect(slow.received.length).toBeLessThanOrEqual(4);
  });

  it('is disabled by 410: the events of that request are dead letters, the others are held until it is enabled', async () => {
    let gone = true;
    const sink = await open((response) => response.writeHead(gone ? 410 : 200).end());
    const config = destinationTo(sink.url, { concurrency: 1 });
    const running = await start([config]);
    await add(running, 5);
    await until(() => running.reports.length === 1);
    expect(running.reports[0]?.outcome).toEqual({ kind: 'disabled' });
    expect(running.logged.join()).toContain('the events of this request are dead letters, all others wait until it is enabled');
    await until(async () => (await store.destinations()).some(({ disabledAt }) => disabledAt !== undefined));
    await settled('dead', 1);
    await add(running, 1);
    await pause(200);
    expect(sink.received).toHaveLength(1);
    expect(await store.forwards({ status: 'pending', limit: 10 })).toHaveLength(5);

    await running.forwarder.stop();
    const again = await start([config]);
    await pause(200);
    expect(sink.received).toHaveLength(1);
    expect(again.destinations.get('n8n')?.disabledAt).toEqual(expect.any(Number));

    gone = false;
    expect(await again.destinations.enable('n8n')).toBe(true);
    await settled('delivered', 5);
    expect((await store.destinations()).every(({ disabledAt }) => disabledAt === undefined)).toBe(true);
  });

  it('is not disabled by a 410 of the address that it had before', async () => {
    const held: ServerResponse[] = [];
    const before = await open((response) => held.push(response));
    const after = await open((response) => response.end());
    const running = await start([]);
    await running.destinations.put(destinationTo(before.url, { id: 'moved' }));
    await add(running, 1, ['moved']);
    await until(() => held.length === 1);
    await running.destinations.put(destinationTo(after.url, { id: 'moved' }));
    held[0]?.writeHead(410).end();
    await settled('dead', 1);
    await until(() => running.reports.length === 1);
    expect(running.reports[0]?.outcome).toEqual({ kind: 'dead' });
    expect(running.destinations.get('moved')?.disabledAt).toBeUndefined();
    expect(await store.destinations()).toMatchObject([{ id: 'moved' }]);
    expect((await store.destinations())[0]).not.toHaveProperty('disabledAt');
    await add(running, 1, ['moved']);
    await settled('delivered', 1);
  });

  it('is served from the moment it is registered, and no more once it is forgotten', async () => {
    const sink = await open((response) => response.end());
    const running = await start([]);
    expect(await running.destinations.put(destinationTo(sink.url, { id: 'later' }))).toBe(true);
    await add(running, 1, ['later']);
    await settled('delivered', 1);
    expect(await running.destinations.delete('later')).toBe('deleted');
    running.forwarder.wake(['later']);
    await running.forwarder.drain(5_000);
    expect(sink.received).toHaveLength(1);
  });

  it('is served at its new address after a reload', async () => {
    const before = await open((response) => response.writeHead(500).end());
    const after = await open((response) => response.end());
    const running = await start([destinationTo(before.url)]);
    await add(running, 1);
    await until(() => before.received.length > 0);
    running.destinations.replace([destinationTo(after.url)]);
    await settled('delivered', 1);
    expect(after.received[0]?.webhookId).toBe(before.received[0]?.webhookId);
  });

  it('without events costs nothing: the store is not asked again and again', async () => {
    const running = await start([destinationTo('http://127.0.0.1:9/')]);
    await pause(500);
    expect(running.claims.length).toBeLessThanOrEqual(2);
  });
});

describe('when it ends', () => {
  it('waits for what is under way, and begins nothing new', async () => {
    const waiting: ServerResponse[] = [];
    const sink = await open((response) => waiting.push(response));
    const running = await start([destinationTo(sink.url, { concurrency: 2 })]);
    await add(running, 5);
    await until(() => waiting.length === 2);
    let drained: boolean | undefined;
    const draining = running.forwarder.drain(15_000).then((inTime) => (drained = inTime));
    await pause(150);
    expect(drained).toBeUndefined();
    for (const response of waiting) response.end();
    expect(await draining).toBe(true);
    expect(sink.received).toHaveLength(2);
    expect(await store.forwards({ status: 'delivered', limit: 10 })).toHaveLength(2);
  });

  it('waits no longer than it may', async () => {
    const sink = await open(() => undefined);
    const running = await start([destinationTo(sink.url)]);
    await add(running, 1);
    await until(() => sink.received.length === 1);
    expect(await running.forwarder.drain(100)).toBe(false);
    await running.forwarder.stop();
    expect(running.reports).toEqual([]);
  });

  it('between forwarding and settling, the repeat has the same webhook-id and the same batch', async () => {
    const sink = await open((response) => response.end());
    const config = destinationTo(sink.url, { timeoutMs: 300, batch: { max: 10, waitMs: 0 } });
    const crashing: Store = { ...bound(store), settle: () => new Promise(() => undefined) };
    const crashed = await start([config], { leaseMarginMs: 200 }, crashing);
    await add(crashed, 3);
    await until(() => sink.received.length === 1);
    // As a crash leaves it: sent, but nobody will ever settle it.
    void crashed.forwarder.stop();

    const running = await start([config], { leaseMarginMs: 200 });
    await add(running, 2);
    await settled('delivered', 5);
    const [first] = sink.received;
    expect(sink.received.filter(({ webhookId, body }) => webhookId === first?.webhookId && body === first.body)).toHaveLength(2);
    expect(idsOf(sink)).toHaveLength(2);
  });
});

describe('while the store is in trouble', () => {
  it('what was delivered is settled when it is back, and not sent twice', async () => {
    const sink = await open((response) => response.end());
    let failures = 0;
    const failing: Store = {
      ...bound(store),
      settle: async (settlement) => {
        if (++failures <= 5) throw new StoreError('store_unavailable', 'disk full');
        await store.settle(settlement);
      },
    };
    // The lease is over long before the store is back.
    const running = await start([destinationTo(sink.url, { timeoutMs: 300, concurrency: 2 })], { leaseMarginMs: 10 }, failing);
    await add(running, 1);
    await settled('delivered', 1);
    expect(failures).toBeGreaterThan(5);
    expect(sink.received).toHaveLength(1);
  });

  it('an outcome that the store can never keep blocks nothing for ever', async () => {
    const sink = await open((response) => response.end());
    let broken = '';
    const failing: Store = {
      ...bound(store),
      settle: async (settlement) => {
        broken ||= settlement.webhookId;
        if (settlement.webhookId === broken) throw new TypeError('a mistake');
        await store.settle(settlement);
      },
    };
    const running = await start([destinationTo(sink.url, { timeoutMs: 300, concurrency: 1 })], { leaseMarginMs: 10 }, failing);
    await add(running, 3);
    await settled('delivered', 2);
    expect(idsOf(sink)).toHaveLength(3);
  });

  it('an outcome that the store refuses for what it holds is given up soon', async () => {
    const sink = await open((response) => response.end());
    let refusals = 0;
    const failing: Store = {
      ...bound(store),
      settle: async () => {
        refusals++;
        throw new StoreError('operation_failed', 'poison');
      },
    };
    const running = await start([destinationTo(sink.url, { concurrency: 1 })], { leaseMarginMs: 60_000 }, failing);
    await add(running, 1);
    await until(() => running.reports.length === 1);
    expect(refusals).toBe(3);
  });

  it('claiming is tried again, unaided', async () => {
    const sink = await open((response) => response.end());
    let failures = 0;
    const failing: Store = {
      ...bound(store),
      claim: async (options) => {
        if (++failures <= 4) throw new StoreError('store_busy', 'locked');
        return store.claim(options);
      },
    };
    await add(await start([destinationTo(sink.url)], {}, failing), 1);
    await settled('delivered', 1);
    expect(failures).toBeLessThan(10);
  });

  it('a listener that throws changes nothing, and neither bodies nor secrets are logged', async () => {
    const sink = await open((response, _, count) => response.writeHead(count === 1 ? 500 : 200).end('answer-text'));
    const throwing = { onAttempt: () => { throw new Error('listener'); } };
    const running = await start([destinationTo(`${sink.url}token-in-url`, { secrets: ['plain-secret-text'] })], throwing);
    await add(running, 1);
    await settled('delivered', 1);
    await running.forwarder.drain(5_000);
    expect(running.logged.join()).toContain('a request was sent');
    expect(running.logged.join()).not.toMatch(/plain-secret-text|token-in-url|answer-text|grüße|127\.0\.0\.1/);
  });
});

const idle = { start: () => undefined, drain: async () => true, stop: async () => undefined };

async function open(answer: (response: ServerResponse, request: Received, count: number) => unknown): Promise<Sink> {
  const sink = await openSink(answer);
  closing.push(() => sink.close());
  return sink;
}

async function start(
  configured: Parameters<typeof run>[1],
  options: Parameters<typeof run>[2] = {},
  over: Store = store,
): Promise<Running & { readonly claims: readonly unknown[] }> {
  const claims: unknown[] = [];
  const counted: Store = {
    ...bound(over),
    claim: async (claim) => {
      const claimed = await over.claim(claim);
      claims.push(claimed);
      return claimed;
    },
  };
  const running = await run(counted, configured, options);
  closing.push(() => running.forwarder.stop());
  return { ...running, claims };
}

/** A store's methods as functions of their own, so that some can be replaced. */
function bound(of: Store): Store {
  return {
    append: (arrivals) => of.append(arrivals),
    claim: (options) => of.claim(options),
    settle: (settlement) => of.settle(settlement),
    events: (filter) => of.events(filter),
    event: (key) => of.event(key),
    forwards: (filter) => of.forwards(filter),
    replay: (key, destinations) => of.replay(key, destinations),
    redrive: (destination) => of.redrive(destination),
    destinations: () => of.destinations(),
    putDestination: (record) => of.putDestination(record),
    deleteDestination: (id) => of.deleteDestination(id),
    counts: () => of.counts(),
    prune: (options) => of.prune(options),
    erase: (keys) => of.erase(keys),
    watchDestinations: (listener) => of.watchDestinations(listener),
    check: () => of.check(),
    close: () => of.close(),
  };
}

async function settled(status: 'delivered' | 'dead', count: number): Promise<void> {
  await until(async () => (await store.forwards({ status, limit: 100 })).length === count);
}

function idsOf({ received }: Sink): readonly string[] {
  return [...new Set(received.map(({ webhookId }) => webhookId))];
}

/** How long after one request the next one came. */
function times({ received }: Sink): readonly number[] {
  return received.slice(1).map(({ at }, index) => at - (received[index]?.at ?? 0));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
