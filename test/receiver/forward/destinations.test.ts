import { loadDestinations, type Destinations } from '../../../receiver/forward/destinations';
import type { Log } from '../../../receiver/telemetry/log';
import type { Store } from '../../../receiver/store/store';
import { add, destinationTo } from './harness';
import { openTestStore } from './open-store';

const closing: (() => unknown)[] = [];
const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const asleep = { start: () => undefined, wake: () => undefined, drain: async () => true, stop: async () => undefined };
const chat = destinationTo('http://127.0.0.1:1/', { id: 'chat', events: ['chat.**'] });
const extra = destinationTo('http://127.0.0.1:2/', { id: 'extra', sources: ['room'] });
let store: Store;
let destinations: Destinations;

beforeEach(async () => {
  store = await openTestStore((close) => closing.push(close));
  destinations = await loadDestinations({ store, clock: Date.now, configured: [chat], log: silent });
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe('the destinations', () => {
  it('are those configured, then those registered, and the latter outlive a restart', async () => {
    await destinations.put(extra);
    const again = await loadDestinations({ store, clock: Date.now, configured: [chat], log: silent });
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
    const again = await loadDestinations({ store, clock: Date.now, configured: [chat], log: silent });
    expect(again.list()).toEqual([{ config: chat, origin: 'configured', disabledAt: 1_700_000_000_000 }]);
    expect(again.targets('chat.message.sent', 'room')).toEqual(['chat']);
    expect(await again.enable('chat')).toBe(true);
    expect(await again.enable('unknown')).toBe(false);
    expect((await loadDestinations({ store, clock: Date.now, configured: [chat], log: silent })).get('chat')).toEqual({ config: chat, origin: 'configured' });
  });

  it('are enabled by being registered again', async () => {
    await destinations.put(extra);
    destinations.disable('extra', 1);
    await destinations.save('extra');
    await destinations.put({ ...extra, url: 'http://127.0.0.1:3/' });
    const again = await loadDestinations({ store, clock: Date.now, configured: [], log: silent });
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

  it.each<[string, unknown]>([
    ['is no object', 'text'],
    ['is null', null],
    ['has no url', { ...extra, url: undefined }],
    ['has a url that is none', { ...extra, url: 'nowhere' }],
    ['has no secrets', { ...extra, secrets: undefined }],
    ['has a secret that is a number', { ...extra, secrets: [1] }],
    ['has no events', { ...extra, events: undefined }],
    ['has sources that are no list', { ...extra, sources: 'room' }],
    ['has no concurrency', { ...extra, concurrency: undefined }],
    ['has a concurrency of none', { ...extra, concurrency: 0 }],
    ['has no batch', { ...extra, batch: undefined }],
    ['has an empty batch', { ...extra, batch: {} }],
    ['has no time-out', { ...extra, timeoutMs: undefined }],
    ['has an order that is none', { ...extra, order: 'upwards' }],
    ['has no attempts', { ...extra, retry: {} }],
    ['may come back until a time that is none', { ...extra, leavingUntil: '2026-11-21' }],
  ])('leave out a registration that %s, say so, and start', async (_, registration) => {
    await store.putDestination({ id: 'odd', registration: JSON.stringify(registration) });
    await store.putDestination({ id: 'unsigned', registration: JSON.stringify({ ...extra, id: 'unsigned', secrets: [] }) });
    const errors: object[] = [];
    const again = await loadDestinations({ store, clock: Date.now, configured: [chat], log: { ...silent, error: (fields) => errors.push(fields) } });
    expect(again.list().map(({ config }) => config.id)).toEqual(['chat', 'unsigned']);
    expect(errors).toMatchObject([{ destination: 'odd' }]);
  });

  it('that were registered before there was an order keep none', async () => {
    const { order: _, ...before } = extra;
    await store.putDestination({ id: 'extra', registration: JSON.stringify(before) });
    const again = await loadDestinations({ store, clock: Date.now, configured: [], log: silent });
    expect(again.list()).toEqual([{ config: { ...extra, order: 'none' }, origin: 'registered' }]);
  });

  it('leave out a registration that is no JSON', async () => {
    await store.putDestination({ id: 'odd', registration: 'not json' });
    const again = await loadDestinations({ store, clock: Date.now, configured: [chat], log: silent });
    expect(again.list().map(({ config }) => config.id)).toEqual(['chat']);
  });

  it('that are no more are forgotten with what is pending for them', async () => {
    await add({ store, forwarder: asleep }, 3, ['removed', 'chat']);
    expect(await destinations.delete('removed')).toBe('deleted');
    expect(await destinations.delete('removed')).toBe('unknown');
    expect(await store.counts()).toMatchObject({ events: 3, forwards: [{ destination: 'chat', status: 'pending', count: 3 }] });
  });

  it('take no event from the moment that they are to be forgotten', async () => {
    await destinations.put(extra);
    const deleted = destinations.delete('extra');
    await Promise.resolve();
    const targets = destinations.targets('chat.message.sent', 'room');
    await add({ store, forwarder: asleep }, 1, targets);
    expect(await deleted).toBe('deleted');
    expect(targets).toEqual(['chat']);
    expect((await store.counts()).forwards.map(({ destination }) => destination)).toEqual(['chat']);
  });

  it('are there when they are registered anew while they are being forgotten', async () => {
    await destinations.put(extra);
    await add({ store, forwarder: asleep }, 2_500, ['extra']);
    const [deleted, put] = await Promise.all([destinations.delete('extra'), destinations.put({ ...extra, url: 'http://127.0.0.1:3/' })]);
    expect([deleted, put]).toEqual(['deleted', true]);
    const again = await loadDestinations({ store, clock: Date.now, configured: [], log: silent });
    expect(again.list()).toEqual(destinations.list().filter(({ origin }) => origin === 'registered'));
    expect(again.list()).toHaveLength(1);
  });

  it('stay when the store cannot forget them', async () => {
    const failing = { destinations: () => store.destinations(), putDestination: async () => undefined, deleteDestination: () => Promise.reject(new Error('full')), watchDestinations: () => () => undefined };
    const unkept = await loadDestinations({ store: failing, clock: Date.now, configured: [chat], log: silent });
    await unkept.put(extra);
    await expect(unkept.delete('extra')).rejects.toThrow('full');
    expect(unkept.targets('chat.message.sent', 'room')).toEqual(['chat', 'extra']);
  });

  it('are as they were when the store keeps nothing', async () => {
    const failing = { destinations: async () => [], putDestination: () => Promise.reject(new Error('full')), deleteDestination: async () => true, watchDestinations: () => () => undefined };
    const unkept = await loadDestinations({ store: failing, clock: Date.now, configured: [chat], log: silent });
    await expect(unkept.put(extra)).rejects.toThrow('full');
    expect(unkept.list()).toHaveLength(1);
    unkept.disable('chat', 1);
    await expect(unkept.enable('chat')).rejects.toThrow('full');
    expect(unkept.get('chat')?.disabledAt).toBe(1);
  });
});
