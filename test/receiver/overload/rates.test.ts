import { createTokenBucket } from '../../../receiver/token-bucket';
import { running } from '../../support/running';
import type { Running } from '../../support/running';
import { app, chat, deliver, deliverSigned, message, metric, outcome } from './sender';

describe('a bucket', () => {
  it('gives so many at once, then so many a second, and says how long to wait', () => {
    let now = 0;
    const bucket = createTokenBucket(() => now);
    const rate = { perSecond: 2, burst: 3 };
    expect([bucket.take(rate), bucket.take(rate), bucket.take(rate), bucket.take(rate)]).toEqual([0, 0, 0, 0.5]);
    now = 499;
    expect(bucket.take(rate)).toBeGreaterThan(0);
    now = 500;
    expect([bucket.take(rate), bucket.take(rate)]).toEqual([0, 0.5]);
    now = 3_600_000;
    expect([bucket.take(rate), bucket.take(rate), bucket.take(rate), bucket.take(rate)]).toEqual([0, 0, 0, 0.5]);
  });

  it('takes over another rate with what it has saved up', () => {
    let now = 0;
    const bucket = createTokenBucket(() => now);
    for (let count = 0; count < 10; count++) bucket.take({ perSecond: 1, burst: 10 });
    expect(bucket.take({ perSecond: 1, burst: 1_000 })).toBe(1);
    now = 100;
    expect(bucket.take({ perSecond: 10, burst: 1_000 })).toBe(0);
    now = 100_000;
    expect(bucket.take({ perSecond: 1, burst: 1 })).toBe(0);
    expect(bucket.take({ perSecond: 1, burst: 1 })).toBe(1);
  });
});

describe('the rate of a source', () => {
  const rate = { perSecond: 1, burst: 2 };
  const sources = [{ ...chat, rate }, { ...app, rate }, { ...chat, id: 'free' }];
  let now = 0;
  let receiver: Running;
  beforeEach(async () => {
    now = 0;
    receiver = await running({ sources }, undefined, { parts: { monotonic: () => now } });
  });
  afterEach(() => receiver.close());

  it.each([['known by its headers', deliver], ['known by its body', deliverSigned]] as const)('%s: past it deliveries are told when to come again', async (_name, send) => {
    expect([await outcome(await send(receiver)), await outcome(await send(receiver))]).toEqual(['200', '200']);
    const answer = await send(receiver);
    expect([answer.headers.get('retry-after'), await outcome(answer)]).toEqual(['1', '429 rate_limited']);
    now = 1_000;
    expect([await outcome(await send(receiver)), await outcome(await send(receiver))]).toEqual(['200', '429 rate_limited']);
  });

  it('is its own: others go on', async () => {
    for (let count = 0; count < 3; count++) await deliver(receiver);
    expect(await outcome(await deliver(receiver))).toBe('429 rate_limited');
    expect(await outcome(await deliverSigned(receiver))).toBe('200');
    for (let count = 0; count < 5; count++) expect(await outcome(await receiver.post('/hooks/free', message(), { authorization: `Basic ${Buffer.from('hook:correct-horse').toString('base64')}` }))).toBe('200');
  });

  it('is used up by nobody whose credentials are wrong', async () => {
    for (let count = 0; count < 10; count++) {
      expect((await receiver.post('/hooks/chat', message())).status).toBe(401);
      expect((await receiver.post('/hooks/app', message(), { 'x-sceyt-signature': '0'.repeat(64) })).status).toBe(401);
    }
    expect([await outcome(await deliver(receiver)), await outcome(await deliverSigned(receiver))]).toEqual(['200', '200']);
  });

  it('leaves nothing of what it turned away, so that it is no duplicate when it comes again', async () => {
    await deliver(receiver);
    await deliver(receiver);
    const body = message();
    expect(await outcome(await deliver(receiver, body))).toBe('429 rate_limited');
    now = 1_000;
    const answer = (await (await deliver(receiver, body)).json()) as { readonly events: readonly { readonly duplicate: boolean }[] };
    expect(answer.events.map(({ duplicate }) => duplicate)).toEqual([false]);
  });

  it('is changed by a reload, and neither forgotten nor filled up by one', async () => {
    await deliver(receiver);
    await deliver(receiver);
    await receiver.reload({ sources });
    expect(await outcome(await deliver(receiver))).toBe('429 rate_limited');
    await receiver.reload({ sources: [{ ...chat, rate: { perSecond: 100, burst: 100 } }] });
    now = 30;
    expect([await outcome(await deliver(receiver)), await outcome(await deliver(receiver)), await outcome(await deliver(receiver))]).toEqual(['200', '200', '200']);
    expect(await outcome(await deliver(receiver))).toBe('429 rate_limited');
  });

  it('is counted by its code', async () => {
    for (let count = 0; count < 5; count++) await deliver(receiver);
    expect(await metric(receiver, 'chathooks_deliveries_refused_total{source="chat",code="rate_limited",diagnosis=""}')).toBe(3);
  });
});
