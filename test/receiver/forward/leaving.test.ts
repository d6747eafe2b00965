import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { loadDestinations, type Destinations, type DestinationsOptions } from '../../../receiver/forward/destinations';
import type { Store } from '../../../receiver/store/store';
import type { Log } from '../../../receiver/telemetry/log';
import { add, destinationTo, openSink, run, until, type Received, type Sink } from './harness';
import { fakeTime, type FakeTime } from './fake-time';
import { openTestStore } from './open-store';

const GRACE = 30_000;
const chat = destinationTo('http://127.0.0.1:1/', { id: 'chat', events: ['chat.**'] });
const extra = destinationTo('http://127.0.0.1:2/', { id: 'extra', sources: ['room'] });
const asleep = { start: () => undefined, wake: () => undefined, drain: async () => true, stop: async () => undefined };

const closing: (() => unknown)[] = [];
let store: Store;
let time: FakeTime;
let logged: string[];
let destinations: Destinations;

beforeEach(async () => {
  store = await openTestStore((close) => closing.push(close));
  time = fakeTime();
  logged = [];
  destinations = await load();
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('a registered destination that takes its leave', () => {
  beforeEach(async () => {
    await destinations.put(extra);
    await add({ store, forwarder: asleep }, 2, ['extra']);
    expect(await destinations.delete('extra', GRACE)).toBe('deleted');
  });

  it('is gone at once for everybody, but events wait for it', async () => {
    expect(destinations.get('extra')).toBeUndefined();
    expect(idsOf(destinations)).toEqual(['chat']);
    expect(await destinations.enable('extra')).toBe(false);
    expect(destinations.isLeaving('extra')).toBe(true);
    expect(destinations.known()).toEqual(['chat', 'extra']);
    expect(destinations.targets('chat.message.sent', 'room')).toEqual(['chat', 'extra']);
    expect(await pending()).toBe(2);
  });

  it('is forgotten at the end of its grace, with what is pending for it, and not before', async () => {
    await pass(GRACE - 1);
    expect(await pending()).toBe(2);
    await pass(1);
    expect(await pending()).toBe(0);
    expect(await store.destinations()).toEqual([]);
    expect(destinations.known()).toEqual(['chat']);
    expect(destinations.isLeaving('extra')).toBe(false);
    expect(destinations.targets('chat.message.sent', 'room')).toEqual(['chat']);
    expect(await destinations.delete('extra', GRACE)).toBe('unknown');
    expect(logged.join()).toContain('was not registered again');
  });

  it('has lost nothing when it is registered again in time, and stays', async () => {
    await pass(GRACE - 1);
    await destinations.put({ ...extra, events: ['identity.**'] });
    expect(time.timers()).toBe(0);
    await pass(GRACE);
    expect(idsOf(destinations)).toEqual(['chat', 'extra']);
    expect(destinations.targets('chat.message.sent', 'room')).toEqual(['chat']);
    expect(destinations.targets('identity.user.created', 'room')).toEqual(['extra']);
    expect(await pending()).toBe(2);
    expect(idsOf(await load())).toEqual(['chat', 'extra']);
  });

  it('has a grace of its own each time', async () => {
    await destinations.put(extra);
    await pass(GRACE / 2);
    await destinations.delete('extra', GRACE);
    await pass(GRACE - 1);
    expect(await pending()).toBe(2);
    await pass(1);
    expect(await pending()).toBe(0);
  });

  it('is forgotten at once when that is asked for, and not sooner', async () => {
    expect(await destinations.delete('extra', GRACE)).toBe('unknown');
    expect(await pending()).toBe(2);
    expect(await destinations.delete('extra')).toBe('deleted');
    expect(await pending()).toBe(0);
    expect(destinations.targets('chat.message.sent', 'room')).toEqual(['chat']);
    expect(time.timers()).toBe(0);
  });

  it('is disabled by nobody, and comes back enabled', async () => {
    destinations.disable('extra', 1);
    await destinations.save('extra');
    expect((await store.destinations())[0]).not.toHaveProperty('disabledAt');
    await destinations.put(extra);
    expect(destinations.get('extra')).toEqual({ config: extra, origin: 'registered' });
  });

  it('goes on with its grace after a restart', async () => {
    destinations.close();
    time.set(GRACE / 2);
    destinations = await load();
    expect(idsOf(destinations)).toEqual(['chat']);
    expect(destinations.targets('chat.message.sent', 'room')).toEqual(['chat', 'extra']);
    await pass(GRACE / 2 - 1);
    expect(await pending()).toBe(2);
    await pass(1);
    expect(await pending()).toBe(0);
    expect(await store.destinations()).toEqual([]);
  });

  it('is back when it is registered again after a restart', async () => {
    destinations.close();
    destinations = await load();
    await destinations.put(extra);
    await pass(2 * GRACE);
    expect(idsOf(destinations)).toEqual(['chat', 'extra']);
    expect(await pending()).toBe(2);
  });

  it('is forgotten when the grace ended while the program did not run', async () => {
    destinations.close();
    time.set(GRACE);
    destinations = await load();
    await pass(0);
    expect(await pending()).toBe(0);
    expect(destinations.known()).toEqual(['chat']);
  });

  it('is kept no longer than a minute when the clock was wrong', async () => {
    destinations.close();
    time.set(-365 * 86_400_000);
    destinations = await load();
    await pass(59_999);
    expect(destinations.isLeaving('extra')).toBe(true);
    await pass(1);
    expect(destinations.isLeaving('extra')).toBe(false);
    expect(await pending()).toBe(0);
  });

  it('is not forgotten any more once all is closed', async () => {
    destinations.close();
    expect(time.timers()).toBe(0);
    expect(await pending()).toBe(2);
  });

  it('is taken over by the configuration with what is pending, each event once', async () => {
    destinations.replace([chat, extra]);
    expect(destinations.isLeaving('extra')).toBe(false);
    expect(destinations.targets('chat.message.sent', 'room')).toEqual(['chat', 'extra']);
    expect(await destinations.delete('extra', GRACE)).toBe('configured');
    destinations.disable('extra', 7);
    await destinations.save('extra');
    await pass(GRACE);
    expect(await pending()).toBe(2);
    expect(await store.destinations()).toEqual([{ id: 'extra', disabledAt: 7 }]);
    destinations.replace([chat]);
    expect(destinations.known()).toEqual(['chat']);
  });
});

describe('when the store is slow or fails', () => {
  it('a destination stays when the grace ends as it is registered again, or deleted again', async () => {
    const gate = Promise.withResolvers<void>();
    let slow = false;
    destinations = await load({ ...bound(), putDestination: async (record) => { if (slow) await gate.promise; await store.putDestination(record); } });
    await destinations.put(extra);
    await add({ store, forwarder: asleep }, 2, ['extra']);
    await destinations.delete('extra', GRACE);
    slow = true;
    const again = destinations.put(extra);
    const gone = destinations.delete('extra', GRACE);
    time.pass(GRACE);
    gate.resolve();
    expect([await again, await gone]).toEqual([true, 'deleted']);
    await destinations.save('nobody');
    expect(destinations.isLeaving('extra')).toBe(true);
    expect(await pending()).toBe(2);
    await pass(GRACE);
    expect(await pending()).toBe(0);
  });

  it('a destination stays as it was when the store does not keep that it leaves', async () => {
    let full = false;
    destinations = await load({ ...bound(), putDestination: (record) => (full ? Promise.reject(new Error('full')) : store.putDestination(record)) });
    await destinations.put(extra);
    full = true;
    await expect(destinations.delete('extra', GRACE)).rejects.toThrow('full');
    expect(destinations.get('extra')).toEqual({ config: extra, origin: 'registered' });
    expect(time.timers()).toBe(0);
  });

  it('forgetting is tried again, and events wait as long', async () => {
    let failures = 0;
    destinations = await load({ ...bound(), deleteDestination: (id) => (++failures < 3 ? Promise.reject(new Error('full')) : store.deleteDestination(id)) });
    await destinations.put(extra);
    await add({ store, forwarder: asleep }, 2, ['extra']);
    await destinations.delete('extra', GRACE);
    await pass(GRACE);
    expect(destinations.targets('chat.message.sent', 'room')).toEqual(['chat', 'extra']);
    await pass(60_000);
    await pass(60_000);
    expect(failures).toBe(3);
    expect(await pending()).toBe(0);
    expect(destinations.known()).toEqual(['chat']);
    expect(logged.join()).toContain('trying again');
  });
});

describe('the forwarder', () => {
  it('sends nothing to a destination that takes its leave; back under another URL, it gets all, a repeat as it was', async () => {
    const before = await open((response) => response.writeHead(500).end());
    const after = await open((response) => response.end());
    const running = await run(store, [], { after: time.after });
    closing.push(() => running.forwarder.stop());
    await running.destinations.put(destinationTo(before.url, { id: 'moved', batch: { max: 2, waitMs: 0 } }));
    await add(running, 2, ['moved']);
    await until(() => running.reports.length > 0);
    await running.destinations.delete('moved', GRACE);
    await until(() => running.reports.length === before.received.length);
    const attempts = before.received.length;
    const between = await add(running, 1, running.destinations.targets('chat.message.sent', 'room'));
    await pause(300);
    expect([before.received.length, after.received.length]).toEqual([attempts, 0]);

    await running.destinations.put(destinationTo(after.url, { id: 'moved' }));
    await until(async () => (await store.forwards({ status: 'delivered', limit: 10 })).length === 3);
    const [repeat, fresh] = [...after.received].sort((one, other) => other.body.length - one.body.length);
    expect([repeat?.webhookId, repeat?.body]).toEqual([before.received[0]?.webhookId, before.received[0]?.body]);
    expect(fresh?.body).toBe(between[0]);
    expect(after.received).toHaveLength(2);
    expect(before.received).toHaveLength(attempts);
  });

  it.each([
    [200, 'delivered', 0],
    [500, 'pending', 1],
    // The address is gone, as it has to be: the event goes to the next one.
    [410, 'pending', 1],
  ])('lets a request under way end with its %s, %s', async (status, becomes, again) => {
    const held: ServerResponse[] = [];
    const before = await open((response) => held.push(response));
    const after = await open((response) => response.end());
    const running = await run(store, [], { after: time.after });
    closing.push(() => running.forwarder.stop());
    await running.destinations.put(destinationTo(before.url, { id: 'moved' }));
    await add(running, 1, ['moved']);
    await until(() => held.length === 1);
    await running.destinations.delete('moved', GRACE);
    held[0]?.writeHead(status).end();
    await until(() => running.reports.length === 1);
    expect(await store.forwards({ limit: 10 })).toMatchObject([{ status: becomes, attempts: 1 }]);
    await running.destinations.put(destinationTo(after.url, { id: 'moved' }));
    await until(async () => (await store.forwards({ status: 'delivered', limit: 10 })).length === 1);
    expect(running.destinations.get('moved')).not.toHaveProperty('disabledAt');
    expect(after.received.map(({ webhookId }) => webhookId)).toEqual(again === 0 ? [] : [before.received[0]?.webhookId]);
  });

  it('has no more requests under way at once than allowed, those to the old address among them', async () => {
    const held: ServerResponse[] = [];
    const before = await open((response) => held.push(response));
    const after = await open((response) => response.end());
    const running = await run(store, [], { after: time.after });
    closing.push(() => running.forwarder.stop());
    await running.destinations.put(destinationTo(before.url, { id: 'moved', concurrency: 1 }));
    await add(running, 2, ['moved']);
    await until(() => held.length === 1);
    await running.destinations.delete('moved', GRACE);
    await running.destinations.put(destinationTo(after.url, { id: 'moved', concurrency: 1 }));
    await pause(300);
    expect(after.received).toHaveLength(0);
    held[0]?.end();
    await until(() => after.received.length === 1);
  });

  it('keeps the outcome of a request under way though the store is busy meanwhile', async () => {
    const held: ServerResponse[] = [];
    const sink = await open((response) => held.push(response));
    let refusals = 0;
    const settle: Store['settle'] = (settlement) => (++refusals < 3 ? Promise.reject(new Error('busy')) : store.settle(settlement));
    const running = await run(store, [], { after: time.after, store: { claim: (options) => store.claim(options), settle } });
    closing.push(() => running.forwarder.stop());
    await running.destinations.put(destinationTo(sink.url, { id: 'moved' }));
    await add(running, 1, ['moved']);
    await until(() => held.length === 1);
    await running.destinations.delete('moved', GRACE);
    held[0]?.end();
    await until(async () => (await store.forwards({ status: 'delivered', limit: 10 })).length === 1);
  });
});

it('the grace keeps no process alive', () => {
  const file = join(__dirname, '../../../receiver/dist/receiver/forward/leaving.js');
  const ended = spawnSync(process.execPath, ['-e', `require(${JSON.stringify(file)}).inBackground(60_000, () => undefined)`], { timeout: 15_000 });
  expect([ended.status, String(ended.stderr)]).toEqual([0, '']);
});

function load(over: DestinationsOptions['store'] = store): Promise<Destinations> {
  const write = (fields: object, message: string): void => void logged.push(JSON.stringify({ ...fields, message }));
  const log: Log = { debug: write, info: write, warn: write, error: write };
  return loadDestinations({ store: over, configured: [chat], clock: time.clock, after: time.after, log });
}

/** A store's methods as functions of their own, so that some can be replaced. */
function bound(): DestinationsOptions['store'] {
  const of = store;
  return {
    destinations: () => of.destinations(),
    putDestination: (record) => of.putDestination(record),
    deleteDestination: (id) => of.deleteDestination(id),
    watchDestinations: (listener) => of.watchDestinations(listener),
  };
}

/** Has time pass, and waits for what that sets off: a change asked for now comes after it. */
async function pass(ms: number): Promise<void> {
  time.pass(ms);
  await destinations.save('nobody');
}

async function pending(): Promise<number> {
  return (await store.forwards({ status: 'pending', destination: 'extra', limit: 100 })).length;
}

function idsOf(of: Destinations): readonly string[] {
  return of.list().map(({ config }) => config.id);
}

async function open(answer: (response: ServerResponse, request: Received, count: number) => unknown): Promise<Sink> {
  const sink = await openSink(answer);
  closing.push(() => sink.close());
  return sink;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
