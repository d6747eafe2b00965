import { sharedAnswer } from '../../../receiver/shared-answer';
import { running, until } from '../../support/running';
import type { Running } from '../../support/running';
import { heldStore } from './held-store';
import { chat, hangUp, headOf, message, outcomeOf, sender, untilMetric } from './sender';

describe('an answer for all who ask', () => {
  it('is found out once within its time, for all who wait for it too', async () => {
    let now = 0;
    let asked = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const ask = sharedAnswer(async () => (await promise, ++asked), 1_000, () => now);
    const first = [ask(), ask()];
    now = 5_000;
    const late = ask();
    resolve();
    expect(await Promise.all([...first, late])).toEqual([1, 1, 1]);
    expect(await ask()).toBe(2);
    now = 5_999;
    expect(await ask()).toBe(2);
    now = 6_000;
    expect(await ask()).toBe(3);
  });

  it('may be a failure, which counts as long', async () => {
    let now = 0;
    let asked = 0;
    const ask = sharedAnswer(() => (asked++ === 0 ? Promise.reject(new Error('no')) : Promise.resolve('yes')), 1_000, () => now);
    await expect(ask()).rejects.toThrow('no');
    await expect(ask()).rejects.toThrow('no');
    now = 1_000;
    expect(await ask()).toBe('yes');
  });
});

describe('strangers who ask', () => {
  const store = heldStore();
  let now = 0;
  let receiver: Running;
  beforeAll(async () => {
    receiver = await running({ sources: [chat] }, undefined, { parts: { open: store.open, monotonic: () => now } });
  });
  afterAll(() => receiver.close());

  it.each(['check', 'counts'] as const)('have the store asked no more than once in a second: %s', async (what) => {
    const path = what === 'check' ? '/readyz' : '/metrics';
    const before = store.asked[what];
    for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 10 }, () => fetch(`${receiver.url}${path}`).then((answer) => answer.text())));
    expect(store.asked[what] - before).toBe(1);
    now += 1_000;
    await fetch(`${receiver.url}${path}`);
    expect(store.asked[what] - before).toBe(2);
  });
});

it('draining, it answers those who are under way, turns all others away in one way, closes each connection, and ends', async () => {
  const store = heldStore();
  const receiver = await running({ sources: [chat] }, undefined, { parts: { open: store.open } });
  const body = message();
  const delivery = `${headOf(body.length)}${body}`;
  const probe = 'GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const prober = sender(receiver.port, probe);
  expect((await until(() => prober.answers().length === 1 && prober.answers())).map(({ status }) => status)).toEqual([200]);
  store.hold();
  const underWay = sender(receiver.port, delivery);
  // Their connections are not idle, so that they outlive the beginning of the end.
  const late = sender(receiver.port, delivery.slice(0, 40));
  prober.write(probe.slice(0, 10));
  await until(() => store.waiting() === 1);
  await untilMetric(receiver, 'chathooks_connections', (value) => value === 4);
  const ended = receiver.close();
  late.write(delivery.slice(40));
  expect((await late.closed).map(outcomeOf)).toEqual(['503 draining']);
  // What was ready a moment ago does not count for a second any more.
  prober.write(probe.slice(10));
  expect((await prober.closed).map(({ status }) => status)).toEqual([200, 503]);
  store.release();
  expect((await underWay.closed).map(outcomeOf)).toEqual(['200']);
  await ended;
  hangUp();
});
