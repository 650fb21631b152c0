/**
 * Exponential moving average without the pull towards zero at its beginning, as TensorBoard draws it.
 * @param weight 0 leaves the values as they are, towards 1 smoother. What is no number is passed over and stays a gap.
 */
export function smooth(values: readonly (number | null)[], weight: number): (number | null)[] {
  if (weight <= 0) return [...values];
  let average = 0;
  let seen = 0;
  return values.map((value) => {
    if (value === null || !Number.isFinite(value)) return null;
    average = average * weight + (1 - weight) * value;
    seen += 1;
    return average / (1 - weight ** seen);
  });
}

/** The place of the number nearest to `x` in an ascending list; -1 for an empty one. */
export function nearest(ascending: readonly number[], x: number): number {
  if (ascending.length === 0) return -1;
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low > 0 && x - ascending[low - 1]! <= ascending[low]! - x ? low - 1 : low;
}
