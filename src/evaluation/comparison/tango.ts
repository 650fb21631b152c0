/**
 * Score interval of the difference of two proportions over the same samples (Tango 1998): share of samples that the second model
 * alone has right less the share that the first alone has. Valid where samples are independent; it keeps its coverage with few
 * samples, and has a width even where the models never differ.
 *
 * @param first samples that only the first model has right
 * @param second samples that only the second has right
 * @param n all samples, at least 1
 * @param z quantile of the normal distribution: 1.96 for 95%
 */
export function tangoInterval(first: number, second: number, n: number, z: number): { low: number; high: number } {
  const seen = (second - first) / n;
  return {
    low: seen === -1 ? -1 : solve((d) => score(first, second, n, d) - z, -1, seen),
    high: seen === 1 ? 1 : solve((d) => score(first, second, n, d) + z, seen, 1),
  };
}

/** Standardised distance of the seen difference from a true one of `d`; falls as `d` rises. */
export function score(first: number, second: number, n: number, d: number): number {
  // The likeliest share of `first` if the difference is d.
  const b = -first - second + (2 * n - second + first) * d;
  const c = -first * d * (1 - d);
  const q = (Math.sqrt(Math.max(0, b * b - 8 * n * c)) - b) / (4 * n);
  const variance = n * (2 * q + d * (1 - d));
  const distance = second - first - n * d;
  if (variance <= 0) return distance === 0 ? 0 : Math.sign(distance) * Infinity;
  return distance / Math.sqrt(variance);
}

/** Root of a falling function between `low` and `high`, by bisection to the last bit but a few. */
function solve(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let i = 0; i < 100 && b - a > 1e-12; i++) {
    const middle = (a + b) / 2;
    if (f(middle) > 0) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}
