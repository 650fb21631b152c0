/**
 * p-values corrected for there being many of them (Holm 1979): reject those at or below alpha, and the chance of any false
 * rejection among all is at most alpha, however they depend on each other. `null` is no test and is not counted.
 */
export function holm(values: readonly (number | null)[]): (number | null)[] {
  const tested = values.flatMap((p, at) => (p === null ? [] : [{ p, at }])).sort((a, b) => a.p - b.p);
  const out: (number | null)[] = values.map(() => null);
  let least = 0;
  tested.forEach(({ p, at }, rank) => {
    least = Math.max(least, Math.min(1, p * (tested.length - rank)));
    out[at] = least;
  });
  return out;
}
