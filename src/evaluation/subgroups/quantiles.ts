/**
 * Values at which sorted numbers are cut into `parts` of about equal size: each opens a part. They are values that occur, so that
 * equal numbers are never parted; fewer than parts - 1 where many are equal.
 */
export function cutPoints(sorted: ArrayLike<number>, parts: number): number[] {
  const cuts: number[] = [];
  for (let part = 1; part < parts; part++) {
    const cut = sorted[Math.floor((part * sorted.length) / parts)]!;
    if (cut > (cuts.at(-1) ?? sorted[0]!)) cuts.push(cut);
  }
  return cuts;
}

/** "under 40", "40 to 54", "55 and over" for whole numbers; "2.5 to under 3.75" for others. */
export function partNames(cuts: readonly number[], numbers: readonly number[]): string[] {
  const whole = numbers.every(Number.isInteger);
  const show = (x: number) => (whole ? String(x) : String(Number(x.toPrecision(4))));
  const between = (low: number, high: number) => {
    if (!whole) return `${show(low)} to under ${show(high)}`;
    return high - low === 1 ? show(low) : `${show(low)} to ${show(high - 1)}`;
  };
  if (cuts.length === 0) return ['all'];
  return [
    `under ${show(cuts[0]!)}`,
    ...cuts.slice(1).map((cut, i) => between(cuts[i]!, cut)),
    `${show(cuts.at(-1)!)} and over`,
  ];
}
