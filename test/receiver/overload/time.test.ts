import { headerOf } from '../../support/exchange';
import { running, until } from '../../support/running';
import type { Running } from '../../support/running';
import { watchPace } from '../../../receiver/http/pace';
import { heldStore } from './held-store';
import { chat, deliver, hangUp, headOf, message, metric, outcome, outcomeOf, sender, untilMetric } from './sender';

const USUAL = { headers: 10_000, request: 30_000, checkedEvery: 100, keepAlive: 65_000, silence: 60_000, lastDeliveries: 10_000 };

let receiver: Running;
afterEach(async () => {
  hangUp();
  await receiver?.close();
});

const start = async (times: Partial<typeof USUAL>, pace = { graceMs: 60_000, bytesPerSecond: 1_000 }): Promise<void> => {
  receiver = await running({ sources: [chat] }, undefined, { times: { ...USUAL, ...times }, parts: { pace } });
};

describe('a body that comes too slowly is cut off, with an answer', () => {
  beforeEach(() => start({}, { graceMs: 300, bytesPerSecond: 1_000 }));

  it('not at all', async () => {
    const answers = await sender(receiver.port, headOf(1_000)).closed;
    expect(answers.map(outcomeOf)).toEqual(['408 request_timeout']);
    expect(answers[0] && headerOf(answers[0], 'connection')).toBe('close');
    expect(await metric(receiver, 'chathooks_deliveries_under_way')).toBe(0);
    expect(await metric(receiver, 'chathooks_buffered_bytes')).toBe(0);
  });

  it.each([
    ['announced', headOf(10_000), 'x'],
    ['in chunks', headOf(0).replace('Content-Length: 0', 'Transfer-Encoding: chunked'), '1\r\nx\r\n'],
  ])('a byte at a time, %s', async (_name, head, drop) => {
    const slow = sender(receiver.port, head);
    slow.drip(drop, 50);
    expect((await slow.closed).map(outcomeOf)).toEqual(['408 request_timeout']);
  });
});

it('a body that comes in two parts is taken', async () => {
  await start({});
  const body = message();
  const sent = sender(receiver.port, `${headOf(body.length)}${body.slice(0, 10)}`);
  await untilMetric(receiver, 'chathooks_deliveries_under_way', (value) => value === 1);
  sent.write(body.slice(10));
  expect((await until(() => sent.answers().length > 0 && sent.answers())).map(outcomeOf)).toEqual(['200']);
});

describe('the pace of a body', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick'] }));
  afterEach(() => void jest.useRealTimers());

  it('is the average since its beginning, once the grace is over', () => {
    let received = 0;
    const tooSlow = jest.fn();
    watchPace({ graceMs: 5_000, bytesPerSecond: 1_000 }, () => received, tooSlow);
    jest.advanceTimersByTime(4_999);
    received = 5_000;
    jest.advanceTimersByTime(10);
    expect(tooSlow).not.toHaveBeenCalled();
    received = 6_999;
    jest.advanceTimersByTime(1_000);
    expect(tooSlow).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1_000);
    expect(tooSlow).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(60_000);
    expect(tooSlow).toHaveBeenCalledTimes(1);
  });

  it('matters no more after the end', () => {
    const tooSlow = jest.fn();
    const end = watchPace({ graceMs: 100, bytesPerSecond: 1 }, () => 0, tooSlow);
    end();
    jest.advanceTimersByTime(60_000);
    expect(tooSlow).not.toHaveBeenCalled();
  });
});

it('headers that come too slowly are cut off', async () => {
  await start({ headers: 300 });
  const slow = sender(receiver.port, 'POST /hooks/chat HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  slow.drip('a', 50);
  expect((await slow.closed).map(outcomeOf)).toEqual(['408 request_timeout']);
});

it('a whole request that takes too long is cut off, however its pace is', async () => {
  await start({ headers: 300, request: 600 });
  const slow = sender(receiver.port, headOf(1_000_000));
  slow.drip('x'.repeat(1_000), 20);
  expect((await slow.closed).map(outcomeOf)).toEqual(['408 request_timeout']);
  expect(await outcome(await deliver(receiver))).toBe('200');
});

it('the API answers, however long that takes, and its client is not told from a silent one meanwhile', async () => {
  const store = heldStore();
  receiver = await running({ sources: [chat] }, undefined, { times: { ...USUAL, silence: 300 }, parts: { open: store.open } });
  store.hold();
  const searching = receiver.api('/erase', { method: 'POST', body: JSON.stringify({ subject: 'ada', dryRun: true }) });
  await until(() => store.waiting() === 1);
  // It has been silent for less long than the other, and its time is up.
  await sender(receiver.port).closed;
  store.release();
  expect((await searching).status).toBe(200);
});

it('a client that does not read its answers is dropped, and what waited for it with it', async () => {
  // Figures of many destinations are an answer that a few hundred requests fill every buffer with.
  const destinations = Array.from({ length: 400 }, (_, index) => ({ id: `d${index}`, url: 'http://127.0.0.1:9/' }));
  receiver = await running({ sources: [chat], destinations }, undefined, { times: { ...USUAL, silence: 500 } });
  const deaf = sender(receiver.port);
  deaf.socket.pause();
  deaf.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(256));
  await untilMetric(receiver, 'chathooks_connections', (value) => value === 2);
  await untilMetric(receiver, 'chathooks_connections', (value) => value === 1);
});
