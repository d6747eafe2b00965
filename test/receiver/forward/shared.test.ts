/*
 * Destinations that several receivers share: each takes over what another has written.
 */
import { loadDestinations, type Destinations } from '../../../receiver/forward/destinations';
import { openStore } from '../../../receiver/store/open';
import type { DestinationRecord, Store } from '../../../receiver/store/store';
import { silentLog } from '../../../receiver/telemetry/log';
import { engines } from '../engines';
import { fakeTime, type FakeTime } from './fake-time';
import { add, destinationTo, openSink, run, until } from './harness';

const GRACE = 10_000;
const chat = destinationTo('http://127.0.0.1:1/', { id: 'chat' });
const extra = destinationTo('http://127.0.0.1:2/', { id: 'extra' });
const moved = { ...extra, url: 'http://127.0.0.1:3/' };

type SharedStore = Pick<Store, 'destinations' | 'putDestination' | 'deleteDestination' | 'watchDestinations'>;

/** One set of records with a door for each receiver, as a store on a database of its own has it. */
function sharedRecords() {
  const records = new Map<string, DestinationRecord>();
  const listeners: (() => void)[] = [];
  const writes: string[] = [];
  let failing = false;

  function door(): SharedStore {
    const own = listeners.length;
    const told = (what: string): void => {
      writes.push(what);
      listeners.forEach((listener, index) => index !== own && listener());
    };
    return {
      async destinations() {
        if (failing) throw new Error('unavailable');
        return [...records.values()];
      },
      async putDestination(record) {
        records.set(record.id, record);
        told(`put ${record.id}`);
      },
      async deleteDestination(id) {
        told(`delete ${id}`);
        return records.delete(id);
      },
      watchDestinations(listener) {
        listeners[own] = listener;
        return () => void (listeners[own] = () => undefined);
      },
    };
  }
  return { door, records, writes, failReads: (does: boolean) => { failing = does; } };
}

let shared: ReturnType<typeof sharedRecords>;
let time: FakeTime;
let here: Destinations;
let there: Destinations;

beforeEach(async () => {
  shared = sharedRecords();
  time = fakeTime();
  here = await load();
  there = await load();
});

describe('what another receiver writes', () => {
  it('is there without a restart: registered, replaced, forgotten', async () => {
    await there.put(extra);
    await settle();
    expect(here.get('extra')).toEqual({ config: extra, origin: 'registered' });
    expect(here.targets('chat.message.sent', 'room')).toEqual(['chat', 'extra']);
    await there.put(moved);
    await settle();
    expect(here.get('extra')?.config.url).toBe(moved.url);
    await there.delete('extra');
    await settle();
    expect(here.get('extra')).toBeUndefined();
    expect(here.known()).toEqual(['chat']);
  });

  it('is there too: disabled and enabled', async () => {
    there.disable('chat', 1_700_000_000_000);
    await there.save('chat');
    await settle();
    expect(here.get('chat')?.disabledAt).toBe(1_700_000_000_000);
    await here.enable('chat');
    await settle();
    expect(there.get('chat')).not.toHaveProperty('disabledAt');
  });

  it('is told to those who listen, once, and answered by no write', async () => {
    let changes = 0;
    here.subscribe(() => changes++);
    await there.put(extra);
    await settle();
    await there.put(extra);
    await settle();
    expect(changes).toBe(1);
    expect(shared.writes).toEqual(['put extra', 'put extra']);
  });

  it('takes nothing from what is being disabled here', async () => {
    here.disable('chat', 5);
    await there.put(extra);
    await settle();
    expect(here.get('chat')?.disabledAt).toBe(5);
    await here.save('chat');
    await settle();
    expect(there.get('chat')?.disabledAt).toBe(5);
  });

  it('counts when a destination moved while its former address was found to be gone', async () => {
    await there.put(extra);
    await settle();
    here.disable('extra', 5);
    await there.put(moved);
    await here.save('extra');
    await settle();
    for (const one of [here, there]) expect(one.get('extra')).toEqual({ config: moved, origin: 'registered' });
  });

  it('is not overwritten by enabling what was registered elsewhere a moment ago', async () => {
    await here.put(extra);
    await there.put(moved);
    expect(await here.enable('extra')).toBe(true);
    await settle();
    expect(there.get('extra')?.config.url).toBe(moved.url);
  });

  it('is read again when the store could not be read', async () => {
    shared.failReads(true);
    await there.put(extra);
    await settle();
    expect(here.get('extra')).toBeUndefined();
    shared.failReads(false);
    time.pass(5_000);
    await settle();
    expect(here.get('extra')).toEqual({ config: extra, origin: 'registered' });
  });

  it('is taken over no more after the end', async () => {
    here.close();
    await there.put(extra);
    await settle();
    expect(here.get('extra')).toBeUndefined();
  });
});

describe('a grace', () => {
  it('is one for all: events wait everywhere, and the end of it is harmless twice', async () => {
    await there.put(extra);
    await there.delete('extra', GRACE);
    await settle();
    expect(here.isLeaving('extra')).toBe(true);
    expect(here.targets('chat.message.sent', 'room')).toEqual(['chat', 'extra']);
    expect(time.timers()).toBe(2);
    time.pass(GRACE);
    await settle();
    for (const one of [here, there]) expect(one.known()).toEqual(['chat']);
    expect([...shared.records.keys()]).toEqual([]);
  });

  it('is not begun anew by what is read meanwhile', async () => {
    await there.put(extra);
    await there.delete('extra', GRACE);
    await settle();
    time.pass(GRACE - 1_000);
    await there.put({ ...extra, id: 'other' });
    await settle();
    expect(time.timers()).toBe(2);
    time.pass(1_000);
    await settle();
    expect(here.known()).toEqual(['chat', 'other']);
  });

  it('ends for all when the destination is registered again with any', async () => {
    await there.put(extra);
    await there.delete('extra', GRACE);
    await settle();
    await here.put(moved);
    await settle();
    time.pass(GRACE);
    await settle();
    for (const one of [here, there]) expect(one.get('extra')).toEqual({ config: moved, origin: 'registered' });
    expect(shared.writes.filter((write) => write.startsWith('delete'))).toEqual([]);
  });

  it('that ends before one has heard of the new registration forgets nothing', async () => {
    await there.put(extra);
    await there.delete('extra', GRACE);
    await settle();
    // The notification is lost, or late.
    shared.records.set('extra', { id: 'extra', registration: JSON.stringify(moved) });
    time.pass(GRACE);
    await settle();
    for (const one of [here, there]) expect(one.get('extra')).toEqual({ config: moved, origin: 'registered' });
    expect([...shared.records.keys()]).toEqual(['extra']);
  });

  it('is asked for with a receiver that has not heard of the destination yet: it has its grace all the same', async () => {
    shared.records.set('extra', { id: 'extra', registration: JSON.stringify(extra) });
    expect(await here.delete('extra', GRACE)).toBe('deleted');
    expect(here.isLeaving('extra')).toBe(true);
  });
});

const postgres = engines.find(({ name }) => name === 'postgres');

describe('two receivers on one database', () => {
  (postgres === undefined ? it.skip : it)('register with one, forward with either, and disable for both', async () => {
    const closing: (() => unknown)[] = [];
    const empty = await postgres?.open();
    if (empty === undefined) return;
    closing.push(() => empty.dispose());
    try {
      let gone = false;
      const sink = await openSink((response) => response.writeHead(gone ? 410 : 200).end());
      closing.push(() => sink.close());
      const [one, other] = await Promise.all([0, 1].map(async () => {
        const store = await openStore(empty.url);
        const running = await run(store, []);
        closing.push(async () => {
          running.destinations.close();
          await running.forwarder.stop();
          await store.close();
        });
        return running;
      }));
      if (one === undefined || other === undefined) throw new Error('There are two.');
      await one.destinations.put(destinationTo(sink.url, { id: 'extra' }));
      await until(() => other.destinations.get('extra') !== undefined);
      await one.forwarder.drain(10_000);
      await add(other, 3, ['extra']);
      await until(() => sink.received.length === 3);
      gone = true;
      await add(other, 1, ['extra']);
      await until(() => one.destinations.get('extra')?.disabledAt !== undefined);
      await one.destinations.enable('extra');
      await until(() => other.destinations.get('extra')?.disabledAt === undefined);
    } finally {
      for (const close of closing.reverse()) await close();
    }
  }, 60_000);
});

function load(): Promise<Destinations> {
  return loadDestinations({ store: shared.door(), configured: [chat], clock: time.clock, after: time.after, log: silentLog });
}

/** Waits for what was set off: a change that is asked for now comes after it. This one neither reads nor writes. */
async function settle(): Promise<void> {
  for (let count = 0; count < 3; count++) for (const one of [here, there]) await one.save('nobody').catch(() => undefined);
}
