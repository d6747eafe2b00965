import { time } from '../../providers/fields';

const MOMENT = '2026-11-21T02:00:53.120Z';

describe('a time', () => {
  it.each([
    [1_795_226_453.12],
    ['1795226453.12'],
    [1_795_226_453_120],
    ['1795226453120'],
    [1_795_226_453_120_000],
    ['1795226453120000'],
    ['1795226453120000.5'],
    ['2026-11-21T02:00:53.12Z'],
    ['2026-11-21 03:00:53.120+01:00'],
    ['2026-11-21T00:00:53.120-0200'],
  ])('is read from %p', (value) => expect(time(value)).toBe(MOMENT));

  it('is read to the last microsecond of the year 9999, whose number is beyond 2^53', () => {
    expect(time('253402300799999000')).toBe('9999-12-31T23:59:59.999Z');
    expect(time('253402300800000000')).toBeUndefined();
  });

  it.each(['2024-02-29T12:00:00Z', '2026-12-31T23:59:59Z', '2026-04-30T00:00Z'])('is any day that exists: %s', (value) => {
    expect(time(value)?.slice(0, 10)).toBe(value.slice(0, 10));
  });

  it.each(['2026-02-31T00:00:00Z', '2026-02-29T00:00:00Z', '2026-04-31T00:00:00+02:00', '2026-13-01T00:00:00Z', '2026-00-10T00:00:00Z', '2026-01-00T00:00:00Z', '2026-01-32T00:00:00Z'])(
    'is no day that does not: %s',
    (value) => expect(time(value)).toBeUndefined(),
  );

  it.each([0, -1, '0', '-5', '', '1e3', '2026-11-21', '2026-11-21T02:00:53', '9'.repeat(19), '9'.repeat(100_000), null, true, undefined])('is not read from %p', (value) => {
    expect(time(value)).toBeUndefined();
  });
});
