import type { ServerResponse } from 'node:http';
import type { Store } from '../../../../receiver/store/store';
import { add, destinationTo, openSink, run, until, type Received, type Running, type Sink } from '../harness';
import { openTestStore } from '../open-store';

const closing: (() => unknown)[] = [];
/** Opens at the third request that fails; tries a probe soon. */
const circuit = { failures: 3, pauses: { baseMs: 200, factor: 1, capMs: 200 } };
/** Never tries one within a test. */
const forEver = { failures: 3, pauses: { baseMs: 3_600_000, factor: 1, capMs: 3_600_000 } };
let store: Store;

beforeEach(async () => {
  store = await openTestStore((close) => closing.push(close));
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('a destination that is down', () => {
  it('gets nothing while its circuit is open, its events use up no attempts, and the others get theirs', async () => {
    const down = await open((response) => response.writeHead(503).end());
    const up = await open((response) => response.end());
    const running = await start([destinationTo(down.url, { id: 'down', concurrency: 2 }), destinationTo(up.url, { id: 'up' })], { circuit: forEver, schedule: forEver.pauses });
    await add(running, 40, ['down', 'up']);
    await until(async () => (await store.forwards({ destination: 'up', status: 'delivered', limit: 100 })).length === 40);
    await until(() => running.forwarder.circuit('down') === 'open');
    expect(running.forwarder.circuit('up')).toBe('closed');
    await until(async () => (await store.forwards({ destination: 'down', limit: 100 })).filter(({ attempts }) => attempts > 0).length >= 3);
    running.forwarder.wake(['down']);
    await add(running, 1, ['down', 'up']);
    await until(async () => (await store.forwards({ destination: 'up', status: 'delivered', limit: 100 })).length === 41);
    // Three opened it; one more may have been under way.
    expect(down.received.length).toBeLessThanOrEqual(4);
    expect(await store.forwards({ destination: 'down', status: 'pending', limit: 100 })).toHaveLength(41);
    expect(running.logged.filter((line) => line.includes('"circuit":"open"'))).toHaveLength(1);
  });

  it('is tried by one request at a time, and gets everything when it is back', async () => {
    let isUp = false;
    let underWay = 0;
    let most = 0;
    // It takes its time to fail, so that two at once would be seen.
    const sink = await open((response) => {
      most = Math.max(most, ++underWay);
      response.once('close', () => underWay--);
      setTimeout(() => response.writeHead(isUp ? 200 : 500).end(), isUp ? 0 : 50);
    });
    const running = await start([destinationTo(sink.url, { concurrency: 8, retry: { attempts: 1_000 } })], { circuit });
    await add(running, 30);
    await until(() => running.forwarder.circuit('n8n') !== 'closed' && underWay === 0);
    most = 0;
    const before = sink.received.length;
    await until(() => sink.received.length >= before + 3);
    expect(most).toBe(1);
    isUp = true;
    await until(async () => (await store.forwards({ status: 'delivered', limit: 100 })).length === 30);
    expect(running.forwarder.circuit('n8n')).toBe('closed');
    expect(running.logged.filter((line) => line.includes('"circuit":"closed"'))).toHaveLength(1);
    // Those that waited have been sent once.
    const attempts = (await store.forwards({ limit: 100 })).map((forward) => forward.attempts);
    expect(attempts.filter((count) => count === 1).length).toBeGreaterThanOrEqual(10);
  });

  it('is found to be up beside events that it can not take, though one of these is always due', async () => {
    const poison = new Set<string>();
    const sink = await open((response, { body }) => response.writeHead(poison.has(body) ? 500 : 200).end());
    const soon = { baseMs: 10, factor: 1, capMs: 10 };
    const running = await start([destinationTo(sink.url, { concurrency: 1, retry: { attempts: 1_000 } })], { circuit, schedule: soon });
    for (const text of await add({ store, forwarder: { wake: () => undefined } }, 6)) poison.add(text);
    running.forwarder.wake(['n8n']);
    await until(() => running.forwarder.circuit('n8n') === 'open');
    await add(running, 3);
    await until(async () => (await store.forwards({ status: 'delivered', limit: 100 })).length === 3);
  });

  it('stays closed to no event that it does not want: a 422 each time, and others arrive', async () => {
    const sink = await open((response, { webhookId }) => response.writeHead(Number.parseInt(webhookId.slice(-1), 16) % 2 === 0 ? 422 : 200).end());
    const running = await start([destinationTo(sink.url, { retry: { attempts: 2 } })], { circuit: forEver });
    await add(running, 60);
    await until(async () => (await store.forwards({ status: 'pending', limit: 100 })).length === 0);
    expect(running.forwarder.circuit('n8n')).toBe('closed');
  });

  it('is another destination once it has moved', async () => {
    const down = await open((response) => response.writeHead(503).end());
    const moved = await open((response) => response.end());
    const running = await start([destinationTo(down.url)], { circuit: forEver });
    await add(running, 10);
    await until(() => running.forwarder.circuit('n8n') === 'open');
    running.destinations.replace([destinationTo(moved.url)]);
    await until(async () => (await store.forwards({ status: 'delivered', limit: 100 })).length === 10);
    expect(running.forwarder.circuit('n8n')).toBe('closed');
  });
});

it('the circuit of no destination is closed', async () => {
  expect((await start([], {})).forwarder.circuit('nobody')).toBe('closed');
});

async function open(answer: (response: ServerResponse, request: Received, count: number) => unknown): Promise<Sink> {
  const sink = await openSink(answer);
  closing.push(() => sink.close());
  return sink;
}

async function start(...[configured, options]: [Parameters<typeof run>[1], Parameters<typeof run>[2]]): Promise<Running> {
  const running = await run(store, configured, options);
  closing.push(() => running.forwarder.stop());
  return running;
}
