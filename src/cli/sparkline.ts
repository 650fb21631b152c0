const BARS = '▁▂▃▄▅▆▇█';

/** A curve in one line of text, at most `width` characters: each the mean of its share of the values. NaN shows as a blank. */
export function sparkline(values: readonly number[], width: number): string {
  const columns = Math.min(width, values.length);
  const means = Array.from({ length: columns }, (_, c) => {
    const share = values
      .slice(Math.floor((c * values.length) / columns), Math.floor(((c + 1) * values.length) / columns))
      .filter(Number.isFinite);
    return share.reduce((a, b) => a + b, 0) / share.length;
  });
  const finite = means.filter(Number.isFinite);
  const low = Math.min(...finite);
  const range = Math.max(...finite) - low;
  return means
    .map((mean) => {
      if (!Number.isFinite(mean)) return ' ';
      return BARS[range === 0 ? 3 : Math.round(((mean - low) / range) * (BARS.length - 1))];
    })
    .join('');
}
