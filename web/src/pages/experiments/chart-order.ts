/**
 * Charts as they are looked at: losses, then validation, then the rest, and last what was measured once and is no curve. While a run trains
 * everything begins with one value: then that counts for nothing, and no chart changes its place.
 */
export function inOrder<C extends { readonly mean: readonly unknown[] }>(
  charts: readonly [string, C[]][],
  live: boolean,
): [string, C[]][] {
  const rank = ([key, curves]: [string, C[]]): number => {
    if (!live && curves.every(({ mean }) => mean.length < 2)) return 5;
    if (/loss/i.test(key)) return key.startsWith('val') ? 1 : 0;
    if (key.startsWith('val.') && !key.includes('/')) return 2;
    return key.startsWith('val.') ? 3 : 4;
  };
  return charts.toSorted((a, b) => rank(a) - rank(b) || (a[0] < b[0] ? -1 : 1));
}
