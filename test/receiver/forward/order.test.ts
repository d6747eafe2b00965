import type { ServerResponse } from 'node:http';
import type { NormalizedEvent } from '../../../providers/event';
import { arrivalOf } from '../../../receiver/ingest/arrival';
import { createRoutes } from '../../../receiver/forward/routes';
import { openStore } from '../../../receiver/store/open';
import type { Store } from '../../../receiver/store/store';
import { listener } from '../../support/listener';
import { readSample } from '../../support/samples';
import { BASIC, BASIC_HEADER, running } from '../../support/running';
import { engines } from '../engines';
import { destinationTo, openSink, run, until, type Received, type Running, type Sink } from './harness';

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('an event\'s way', () => {
  const routes = createRoutes([destinationTo('http://a/', { id: 'a', order: 'conversation' }), destinationTo('http://b/', { id: 'b' }), destinationTo('http://c/', { id: 'c', order: 'conversation', sources: ['other'] })]);
  const route = routes('chat.message.sent', 'room');

  it('names the destinations that keep the order, of those that get it', () => {
    expect(route).toEqual({ destinations: ['a', 'b'], inOrder: ['a'] });
    expect(arrived(event('1', 'x')).inOrder).toEqual({ conversation: expect.stringMatching(/^[0-9a-f]{64}$/) as string, destinations: ['a'] });
  });

  it('keeps no order without a conversation, or where no destination keeps one', () => {
    expect(arrived(event('1', undefined))).not.toHaveProperty('inOrder');
    expect(arrivalOf({ event: event('1', 'x') }, record, { destinations: ['b'], inOrder: [] })).not.toHaveProperty('inOrder');
  });

  it('tells conversations apart by their tenants, too', () => {
    const hashes = [event('1', 'x'), event('2', 'y'), event('3', 'x', '/cometchat/b'), event('4', 'bx', '/cometchat/'), event('5', '')].map((one) => arrived(one).inOrder?.conversation);
    expect(new Set(hashes).size).toBe(5);
    expect(arrived(event('6', 'x')).inOrder?.conversation).toBe(hashes[0]);
  });

  function arrived(one: NormalizedEvent) {
    return arrivalOf({ event: one }, record, route);
  }
});

describe.each(engines)('a destination that keeps the order, on $name', ({ open: openEmpty }) => {
  let store: Store;

  beforeEach(async () => {
    const empty = await openEmpty();
    closing.push(() => empty.dispose());
    store = await openStore(empty.url);
    closing.push(() => store.close());
  }, 60_000);

  it.each([['one by one', 1], ['in batches', 5]])('gets each conversation in its order, %s, while one is held up', async (_, max) => {
    const bodies: string[] = [];
    // The first event of one conversation fails, twice at least and until another conversation has begun to arrive.
    let failures = 2;
    const sink = await sinkOf((response, { body }) => {
      const fails = body.includes('"slow-00"') && (failures-- > 0 || !bodies.join().includes('"quick-00"'));
      if (!fails) bodies.push(body);
      response.writeHead(fails ? 500 : 200).end();
    });
    const config = destinationTo(sink.url, { order: 'conversation', concurrency: 8, batch: { max, waitMs: 20 }, retry: { attempts: 1_000 } });
    const running = await run(store, [config], { schedule: { baseMs: 100, factor: 1, capMs: 100 } });
    closing.push(() => running.forwarder.stop());
    const numbers = Array.from({ length: 12 }, (__, index) => String(index).padStart(2, '0'));
    await keep(running, numbers.slice(0, 1).map((number) => event(`slow-${number}`, 'slow')));
    await until(() => sink.received.length > 0);
    for (const number of numbers) await keep(running, [...(number === '00' ? [] : [event(`slow-${number}`, 'slow')]), event(`quick-${number}`, 'quick'), event(`loose-${number}`, undefined)]);
    await until(async () => (await store.forwards({ status: 'delivered', limit: 100 })).length === 36);

    const arrived = bodies.flatMap((body) => [JSON.parse(body) as NormalizedEvent | NormalizedEvent[]].flat().map(({ id }) => id));
    expect(arrived.filter((id) => id.startsWith('slow'))).toEqual(numbers.map((number) => `slow-${number}`));
    expect(arrived.filter((id) => id.startsWith('quick'))).toEqual(numbers.map((number) => `quick-${number}`));
    expect(arrived.filter((id) => id.startsWith('loose')).toSorted()).toEqual(numbers.map((number) => `loose-${number}`));
    expect(sink.received.filter(({ body }) => body.includes('"slow-00"')).length).toBeGreaterThanOrEqual(3);
  }, 60_000);
});

it('order: conversation of a configuration, from the delivery to the destination', async () => {
  const destination = await listener();
  closing.push(() => destination.close());
  const receiver = await running({ sources: [{ id: 'chat', provider: 'cometchat', auth: BASIC }], destinations: [{ id: 'n8n', url: destination.url, order: 'conversation', concurrency: 8 }] });
  closing.push(() => receiver.close());
  const sample = JSON.stringify(readSample('cometchat', 'message_sent').body);
  const ids = Array.from({ length: 20 }, (_, index) => String(70_000 + index));
  for (const id of ids) {
    const answer = await receiver.post('/hooks/chat', sample.replace('"48213"', `"${id}"`), { authorization: BASIC_HEADER });
    expect(answer.status).toBe(200);
  }
  await until(() => destination.heard.length >= ids.length);
  expect(destination.heard.map(({ text }) => (JSON.parse(text) as NormalizedEvent).data.message?.id)).toEqual(ids);
});

const record = { headers: [], body: Buffer.from('{}'), redacted: false, issues: [] };

function event(id: string, conversation: string | undefined, source = '/cometchat/a'): NormalizedEvent {
  return {
    specversion: '1.0', id, source, type: 'chat.message.sent', time: '2026-11-21T10:00:00.000Z', datacontenttype: 'application/json',
    provider: 'cometchat', providerevent: 'message_sent', hook: 'room', receivedat: '2026-11-21T10:00:00.120Z',
    data: { ...(conversation === undefined ? {} : { conversation: { id: conversation } }), raw: {} },
  };
}

async function keep({ store, destinations, forwarder }: Running, events: readonly NormalizedEvent[]): Promise<void> {
  const arrivals = events.map((one) => arrivalOf({ event: one }, record, destinations.route(one.type, one.hook)));
  forwarder.wake((await store.append(arrivals)).flatMap((appended) => appended.destinations));
}

async function sinkOf(answer: (response: ServerResponse, request: Received, count: number) => unknown): Promise<Sink> {
  const sink = await openSink(answer);
  closing.push(() => sink.close());
  return sink;
}
