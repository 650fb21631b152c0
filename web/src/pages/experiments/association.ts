type Values = readonly (number | string | null)[];

/**
 * How far a setting goes with a result over some runs, 0 to 1: the share of the variance of the result's ranks that it explains, adjusted
 * for what chance alone would explain (adjusted R²), either as a number (Spearman's correlation, squared) or as groups (correlation
 * ratio), whichever is more. 0 where there are too few runs to tell.
 */
export function association(setting: Values, result: Values): number {
  const pairs = setting.flatMap((value, i) => {
    const figure = result[i];
    return value === null || typeof figure !== 'number' || !Number.isFinite(figure) ? [] : [{ value, figure }];
  });
  const ranks = ranksOf(pairs.map(({ figure }) => figure));
  const groups = Map.groupBy(pairs.keys(), (i) => pairs[i]!.value);
  const numbers = pairs.map(({ value }) => value).filter((value) => typeof value === 'number');
  return Math.max(
    0,
    adjusted(correlationRatio(ranks, [...groups.values()]), ranks.length, groups.size - 1),
    numbers.length === pairs.length ? adjusted(correlation(ranksOf(numbers), ranks) ** 2, ranks.length, 1) : 0,
  );
}

function adjusted(share: number, runs: number, freedom: number): number {
  const left = runs - 1 - freedom;
  return freedom < 1 || left < 1 || Number.isNaN(share) ? 0 : 1 - ((1 - share) * (runs - 1)) / left;
}

/** Between groups, of all. */
function correlationRatio(ranks: readonly number[], groups: readonly (readonly number[])[]): number {
  const mean = meanOf(ranks);
  const between = groups.map((group) => group.length * (meanOf(group.map((i) => ranks[i]!)) - mean) ** 2);
  return sum(between) / sum(ranks.map((rank) => (rank - mean) ** 2));
}

function correlation(x: readonly number[], y: readonly number[]): number {
  const [a, b] = [meanOf(x), meanOf(y)];
  const spread = (of: readonly number[], mean: number) => Math.sqrt(sum(of.map((one) => (one - mean) ** 2)));
  return sum(x.map((one, i) => (one - a) * (y[i]! - b))) / (spread(x, a) * spread(y, b));
}

/** From 1; equal ones share their mean. */
function ranksOf(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
const meanOf = (values: readonly number[]): number => sum(values) / values.length;
