import type { Claimed } from '../../../receiver/store/store';
import type { Destination } from '../../../receiver/forward/destinations';
import { startWorker, type WorkerOptions } from '../../../receiver/forward/worker';
import { destinationTo, until } from './harness';

const breaker: WorkerOptions['breaker'] = { state: () => 'closed', allowed: () => Infinity, pausedUntil: () => undefined };

function start(destination: () => Destination | undefined, random = (): number => 0) {
  const claims: string[] = [];
  const breakdowns: number[] = [];
  const claim = async ({ destination: id }: { readonly destination: string }): Promise<Claimed> => (claims.push(id), { requests: [] });
  const options: WorkerOptions = {
    id: 'n8n', destination, claim, carry: async () => undefined, blocked: () => false, breaker, onClaimFailure: () => undefined,
    onBreakdown: (_error, count) => void breakdowns.push(count), leaseMarginMs: 5_000, clock: Date.now, random,
  };
  return { worker: startWorker(options), claims, breakdowns };
}

describe('a worker that comes upon a mistake', () => {
  it('says so and starts anew', async () => {
    let failures = 0;
    const { worker, claims, breakdowns } = start(() => {
      if (failures++ < 2) throw new TypeError('Nobody has thought of this.');
      return { config: destinationTo('http://127.0.0.1:9/'), origin: 'configured' };
    });
    await until(() => claims.length > 0);
    expect(breakdowns).toEqual([1, 2]);
    worker.halt();
    await worker.finished;
  });

  it('ends all the same when it is told to, without its pause', async () => {
    const { worker, breakdowns } = start(() => {
      throw new TypeError('Nobody has thought of this.');
    }, () => 1e6);
    await until(() => breakdowns.length > 0);
    worker.halt();
    await worker.finished;
    expect(breakdowns).toEqual([1]);
  });
});
