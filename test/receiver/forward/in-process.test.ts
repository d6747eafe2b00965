import { createInProcess, inProcessDestination, type EventHandler } from '../../../receiver/forward/in-process';
import { createPost, type Shipment } from '../../../receiver/forward/post';
import type { Log } from '../../../receiver/telemetry/log';
import { add, run, until } from './harness';
import { openTestStore } from './open-store';
import { localConnector } from './local-connector';

const closing: (() => unknown)[] = [];
const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('a handler of events', () => {
  it('is given the event, after the one before it', async () => {
    const seen: unknown[] = [];
    const { post } = withHandlers(async (event) => { await Promise.resolve(); seen.push(['first', event.id]); }, (event) => seen.push(['second', event.id]));
    expect(await post.send(shipment())).toMatchObject({ status: 200 });
    expect(seen).toEqual([['first', 'e1'], ['second', 'e1']]);
  });

  it('that throws has the event tried again, and those behind it are not called', async () => {
    const behind = jest.fn();
    const { post } = withHandlers(() => { throw new Error('no'); }, behind);
    expect(await post.send(shipment())).toEqual({ error: 'handler_failed', latencyMs: expect.any(Number) });
    expect(behind).not.toHaveBeenCalled();
  });

  it('that never ends is a time-out, and those behind it are not called late', async () => {
    let release = (): void => undefined;
    const behind = jest.fn();
    const { post } = withHandlers(() => new Promise<void>((resolve) => { release = resolve; }), behind);
    const answer = await post.send(shipment({ timeoutMs: 50 }));
    expect(answer).toEqual({ error: 'timeout', latencyMs: expect.any(Number) });
    release();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(behind).not.toHaveBeenCalled();
  });

  it('that rejects after its time is nobody\'s unhandled rejection', async () => {
    let fail = (_: Error): void => undefined;
    const { post } = withHandlers(() => new Promise<void>((_, reject) => { fail = reject; }));
    expect((await post.send(shipment({ timeoutMs: 20 }))).error).toBe('timeout');
    fail(new Error('late'));
    await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it('is cut off when the post is closed, and called no more', async () => {
    const handler = jest.fn(() => new Promise(() => undefined));
    const { post } = withHandlers(handler);
    const answers = [post.send(shipment()), post.send(shipment())];
    await post.close();
    expect(await Promise.all(answers)).toMatchObject([{ error: 'stopped' }, { error: 'stopped' }]);
    expect((await post.send(shipment())).error).toBe('stopped');
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('that never ends does not keep the forwarder from stopping', async () => {
    const store = await openTestStore((close) => closing.push(close));
    const handler = jest.fn(() => new Promise(() => undefined));
    const { post } = withHandlers(handler);
    const running = await run(store, [inProcessDestination], { post });
    await add(running, 1, [inProcessDestination.id]);
    await until(() => handler.mock.calls.length === 1);
    expect(await running.forwarder.drain(20)).toBe(false);
    await running.forwarder.stop();
    expect(running.reports).toEqual([]);
  });
});

function withHandlers(...handlers: readonly EventHandler[]): ReturnType<typeof createInProcess> {
  const inProcess = createInProcess(createPost({ version: '0', connector: localConnector }), silent);
  closing.push(() => inProcess.post.close());
  for (const handler of handlers) inProcess.add(handler);
  return inProcess;
}

function shipment(parts: Partial<Shipment> = {}): Shipment {
  const { id, url, timeoutMs } = inProcessDestination;
  return { destination: id, url, timeoutMs, webhookId: 'msg_1', timestamp: 1_700_000_000, body: Buffer.from('{"id":"e1"}'), ...parts };
}
