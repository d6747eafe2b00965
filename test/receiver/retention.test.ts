import { startRetention } from '../../receiver/retention';
import type { PruneOptions } from '../../receiver/store/store';

const DAY = 86_400_000;
const NOW = 1_763_000_000_000;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe('retention', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  function started({ retention = { days: 30 }, results = [] }: { retention?: { days: number; bytes?: number }; results?: readonly (number | Error | Promise<number>)[] } = {}) {
    const left = [...results];
    const asked: PruneOptions[] = [];
    const prune = async (options: PruneOptions): Promise<number> => {
      asked.push(options);
      const result = left.shift() ?? 0;
      if (result instanceof Error) throw result;
      return result;
    };
    const current = { retention };
    const { stop, look } = startRetention({ store: { prune }, retention: () => current.retention, destinations: () => ['n8n'], now: () => NOW, log: silent });
    return { asked, stop, look, current };
  }

  it('goes by age alone where no size is configured', async () => {
    const { asked, stop } = started();
    await jest.advanceTimersByTimeAsync(100);
    expect(asked).toEqual([{ olderThan: NOW - 30 * DAY, known: ['n8n'] }]);
    await jest.advanceTimersByTimeAsync(3_500_000);
    expect(asked).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(200_000);
    expect(asked).toHaveLength(2);
    stop();
  });

  it('goes by size too, and looks more often then', async () => {
    const { asked, stop } = started({ retention: { days: 7, bytes: 5_000_000 } });
    await jest.advanceTimersByTimeAsync(100);
    expect(asked).toEqual([{ olderThan: NOW - 7 * DAY, keepBytes: 5_000_000, known: ['n8n'] }]);
    await jest.advanceTimersByTimeAsync(600_000);
    expect(asked).toHaveLength(11);
    stop();
  });

  it('goes on until nothing is left to remove, with pauses', async () => {
    const { asked, stop } = started({ results: [500, 500, 12, 0] });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(asked).toHaveLength(4);
    stop();
  });

  it('takes up what a reload has changed, at once', async () => {
    const { asked, stop, look, current } = started();
    await jest.advanceTimersByTimeAsync(100);
    current.retention = { days: 1, bytes: 1_048_576 };
    look();
    await jest.advanceTimersByTimeAsync(100);
    expect(asked[1]).toEqual({ olderThan: NOW - DAY, keepBytes: 1_048_576, known: ['n8n'] });
    await jest.advanceTimersByTimeAsync(600_000);
    expect(asked).toHaveLength(12);
    stop();
    look();
    await jest.advanceTimersByTimeAsync(600_000);
    expect(asked).toHaveLength(12);
  });

  it('takes it up after the round that is under way, too', async () => {
    const slow = Promise.withResolvers<number>();
    const { asked, stop, look, current } = started({ results: [slow.promise] });
    await jest.advanceTimersByTimeAsync(100);
    current.retention = { days: 1 };
    look();
    await jest.advanceTimersByTimeAsync(100);
    expect(asked).toHaveLength(1);
    slow.resolve(0);
    await jest.advanceTimersByTimeAsync(100);
    expect(asked[1]).toEqual({ olderThan: NOW - DAY, known: ['n8n'] });
    stop();
  });

  it('tries again after a failure, and ends when told to', async () => {
    const { asked, stop } = started({ results: [new Error('no'), 0] });
    await jest.advanceTimersByTimeAsync(3_700_000);
    expect(asked).toHaveLength(2);
    stop();
    await jest.advanceTimersByTimeAsync(40_000_000);
    expect(asked).toHaveLength(2);
  });
});
