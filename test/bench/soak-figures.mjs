/** A process that starts grows anyway: of a shorter load, the slope tells how it warms up, not whether it leaks. */
const LEAST_SECONDS = 60;

/**
 * The row of the table that says how fast memory grew; none when the load was too short to tell.
 * @param looks at the receiver, in their order: `at` in seconds, `rss` in MB.
 * @param seconds of load.
 */
export function slopeRows(looks, seconds) {
  return seconds < LEAST_SECONDS ? [] : [['RSS slope over the second half (MB/min)', slope(looks.slice(looks.length >> 1)).toFixed(1)]];
}

export function median(values) {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? 0;
}

/** Least squares, of RSS over minutes. */
function slope(points) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [points.map(({ at }) => at / 60), points.map(({ rss }) => rss)];
  const [meanX, meanY] = [mean(x), mean(y)];
  const spread = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
  return spread === 0 ? 0 : x.reduce((sum, value, index) => sum + (value - meanX) * (y[index] - meanY), 0) / spread;
}
