import { BETWEEN_ATTEMPTS, backoffMs } from '../../receiver/backoff';
import { outcomeOf } from '../../receiver/forward/outcome';
import { retryAfterMs } from '../../receiver/forward/retry-after';

const now = Date.parse('2026-03-01T12:00:00Z');
const hour = 3_600_000;

describe('the back-off', () => {
  it('is 2 s, 6 s, 18 s, … up to an hour', () => {
    const whole = Array.from({ length: 10 }, (_, index) => backoffMs(BETWEEN_ATTEMPTS, index + 1, 1) / 1000);
    expect(whole).toEqual([2, 6, 18, 54, 162, 486, 1458, 3600, 3600, 3600]);
  });

  it('has half of its time at random', () => {
    expect([0, 0.5, 1].map((random) => backoffMs(BETWEEN_ATTEMPTS, 1, random))).toEqual([1_000, 1_500, 2_000]);
  });

  it('stays at its cap, however many attempts there were', () => {
    expect(backoffMs(BETWEEN_ATTEMPTS, 100_000, 0)).toBe(hour / 2);
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['1.5', 1_500],
    ['-30', 0],
    ['99999999999999999999', hour],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
    ['Sunday, 01-Mar-26 12:00:30 GMT', 30_000],
    ['Sun Mar  1 12:00:30 2026', 30_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['Sun, 01 Mar 2099 12:00:00 GMT', hour],
    ['', undefined],
    ['soon', undefined],
    ['5 apples', undefined],
    ['Sunday, some day', undefined],
    ['2026-03-01', undefined],
    [undefined, undefined],
  ])('%j asks for %j ms', (value, ms) => expect(retryAfterMs(value, now)).toBe(ms));
});

describe('the outcome of an attempt', () => {
  const circumstances = { attempt: 1, attempts: 3, schedule: BETWEEN_ATTEMPTS, now, random: 0.5 };

  it.each([[200, 'delivered'], [204, 'delivered'], [299, 'delivered'], [410, 'disabled'], [301, 'retry'], [400, 'retry'], [404, 'retry'], [500, 'retry'], [199, 'retry']])(
    'of %d is %s',
    (status, kind) => expect(outcomeOf({ latencyMs: 1, status }, circumstances).kind).toBe(kind),
  );

  it('of no answer is a retry', () => {
    expect(outcomeOf({ latencyMs: 1, error: 'timeout' }, circumstances)).toEqual({ kind: 'retry', dueAt: now + 1_500 });
  });

  it('is dead once the attempts are used up, and not before', () => {
    const at = (attempt: number) => outcomeOf({ latencyMs: 1, status: 500 }, { ...circumstances, attempt }).kind;
    expect([1, 2, 3, 4].map(at)).toEqual(['retry', 'retry', 'dead', 'dead']);
  });

  it('is delivered or disabled on the last attempt, too', () => {
    const last = { ...circumstances, attempt: 3 };
    expect(outcomeOf({ latencyMs: 1, status: 200 }, last).kind).toBe('delivered');
    expect(outcomeOf({ latencyMs: 1, status: 410 }, last).kind).toBe('disabled');
  });

  it('waits for the longer of the back-off and Retry-After', () => {
    const dueAt = (retryAfter: string) => outcomeOf({ latencyMs: 1, status: 429, retryAfter }, circumstances);
    expect(dueAt('60')).toEqual({ kind: 'retry', dueAt: now + 60_000 });
    expect(dueAt('1')).toEqual({ kind: 'retry', dueAt: now + 1_500 });
    expect(dueAt('-5')).toEqual({ kind: 'retry', dueAt: now + 1_500 });
  });
});
