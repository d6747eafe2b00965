import { loadDestinations, type Destinations } from '../../../receiver/forward/destinations';
import type { Log } from '../../../receiver/telemetry/log';
import type { Store } from '../../../receiver/store/store';
import { destinationTo } from './harness';
import { openTestStore } from './open-store';

const closing: (() => unknown)[] = [];
const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const chat = destinationTo('http://127.0.0.1:1/', { id: 'chat', events: ['chat.**'] });
const extra = destinationTo('http://127.0.0.1:2/', { id: 'extra', sources: ['room'] });
let store: Store;
let destinations: Destinations;

beforeEach(async () => {
  store = await openTestStore((close) => closing.push(close));
  destinations = await loadDestinations({ store, configured: [chat], log: silent });
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe('the destinations', () => {
  it('are those configured, then those registered, and the latter outlive a restart', async () => {
    await destinations.put(extra);
    const again = await loadDestinations({ store, configured: [chat], log: silent });
    expect(again.list()).toEqual([{ config: chat, origin: 'configured' }, { config: extra, origin: 'registered' }]);
    expect(again.targets('chat.message.sent', 'room')).toEqual(['chat', 'extra']);
    expect(again.targets('identity.user.created', 'idp')).toEqual([]);
  });

  it('can be forgotten when they are registered, and not when they are configured', async () => {
    await destinations.put(extra);
    expect(await destinations.delete('extra')).toBe('deleted');
    expect(await destinations.delete('extra')).toBe('unknown');
    expect(await destinations.delete('chat')).toBe('configured');
    expect(await destinations.put({ ...extra, id: 'chat' })).toBe(false);
    expect(destinations.targets('chat.message.sent', 'room')).toEqual(['chat']);
    expect(await store.destinations()).toEqual([]);
  });

  it('stay disabled over a restart until they are enabled, and events wait for them', async () => {
    destinations.disable('chat', 1_700_000_000_000);
    destinations.disable('chat', 1_800_000_000_000);
    destinations.disable('unknown', 1);
    await destinations.save('chat');
    await destinations.save('unknown');
    const again = await loadDestinations({ store, configured: [chat], log: silent });
    expect(again.list()).toEqual([{ config: chat, origin: 'configured', disabledAt: 1_700_000_000_000 }]);
    expect(again.targets('chat.message.sent', 'room')).toEqual(['chat']);
    expect(await again.enable('chat')).toBe(true);
    expect(await again.enable('unknown')).toBe(false);
    expect((await loadDestinations({ store, configured: [chat], log: silent })).get('chat')).toEqual({ config: chat, origin: 'configured' });
  });

  it('are enabled by being registered again', async () => {
    await destinations.put(extra);
    destinations.disable('extra', 1);
    await destinations.save('extra');
    await destinations.put({ ...extra, url: 'http://127.0.0.1:3/' });
    const again = await loadDestinations({ store, configured: [], log: silent });
    expect(again.list()).toEqual([{ config: { ...extra, url: 'http://127.0.0.1:3/' }, origin: 'registered' }]);
  });

  it('follow a reloaded configuration, and tell about each change', async () => {
    let changes = 0;
    const unsubscribe = destinations.subscribe(() => changes++);
    await destinations.put(extra);
    destinations.replace([{ ...chat, events: ['identity.**'] }, { ...extra, events: ['none'] }]);
    expect(destinations.get('extra')?.origin).toBe('configured');
    expect(destinations.targets('chat.message.sent', 'room')).toEqual([]);
    expect(destinations.targets('identity.user.created', 'room')).toEqual(['chat']);
    destinations.replace([]);
    expect(destinations.list()).toEqual([{ config: extra, origin: 'registered' }]);
    expect(changes).toBe(3);
    unsubscribe();
    destinations.replace([chat]);
    expect(changes).toBe(3);
  });

  it('leave out a registration that makes no sense any more', async () => {
    await store.putDestination({ id: 'odd', registration: 'not json' });
    const again = await loadDestinations({ store, configured: [chat], log: silent });
    expect(again.list().map(({ config }) => config.id)).toEqual(['chat']);
  });

  it('are as they were when the store keeps nothing', async () => {
    const failing = { destinations: async () => [], putDestination: () => Promise.reject(new Error('full')), deleteDestination: async () => true };
    const unkept = await loadDestinations({ store: failing, configured: [chat], log: silent });
    await expect(unkept.put(extra)).rejects.toThrow('full');
    expect(unkept.list()).toHaveLength(1);
    unkept.disable('chat', 1);
    await expect(unkept.enable('chat')).rejects.toThrow('full');
    expect(unkept.get('chat')?.disabledAt).toBe(1);
  });
});
